"""The sections of a report, in the order of its tabs."""

from quality.reporting.sections import consensus
from quality.reporting.sections.base import Section

SECTIONS: tuple[Section, ...] = (consensus.SECTION,)
SECTION_OF = {section.name: section for section in SECTIONS}
