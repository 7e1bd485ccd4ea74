"""The sections of a report, in the order of its tabs."""

from quality.reporting.sections.base import Section

SECTIONS: tuple[Section, ...] = ()
SECTION_OF = {section.name: section for section in SECTIONS}
