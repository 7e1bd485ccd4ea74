"""The sections of a report, in the order of its tabs."""

from quality.reporting.sections import (
    agreement,
    annotators,
    bias,
    comparisons,
    consensus,
    normalisation,
    readiness,
    texts,
)
from quality.reporting.sections.base import Section

SECTIONS: tuple[Section, ...] = (
    agreement.SECTION,
    annotators.SECTION,
    normalisation.SECTION,
    consensus.SECTION,
    comparisons.SECTION,
    bias.SECTION,
    texts.SECTION,
    # Reads the documents of those before it.
    readiness.SECTION,
)
SECTION_OF = {section.name: section for section in SECTIONS}
