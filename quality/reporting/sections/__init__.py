"""The sections of a report, in the order of its tabs."""

from quality.reporting.sections import agreement, bias, comparisons, consensus, texts
from quality.reporting.sections.base import Section

SECTIONS: tuple[Section, ...] = (
    agreement.SECTION,
    consensus.SECTION,
    comparisons.SECTION,
    bias.SECTION,
    texts.SECTION,
)
SECTION_OF = {section.name: section for section in SECTIONS}
