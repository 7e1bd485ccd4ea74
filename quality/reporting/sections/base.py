"""A section of a report: one question, its figures, its charts and its page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from quality.charts.report import Chart
from quality.metrics.evidence import Evidence

Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Context:
    """How a section is measured.

    Attributes:
        seed: Of everything that is drawn, fixed by project and moment.
        step: Called before each part of the work with what it is; may raise to stop it.
        earlier: Documents of the sections before this one, by name.
        overview: What the report holds beside its sections.
    """

    seed: int
    step: Callable[[str], None]
    earlier: dict[str, Document]
    overview: Document = field(default_factory=dict)

    def rng(self) -> np.random.Generator:
        """A source of draws that does not depend on what was drawn before."""
        return np.random.default_rng(self.seed)


def no_charts(_: Document) -> Sequence[Chart]:
    """Of a section that has none."""
    return ()


def as_stored(document: Document) -> Document:
    """Of a section whose template reads the document itself."""
    return document


@dataclass(frozen=True, slots=True)
class Section:
    """One tab of a report.

    Attributes:
        name: Its place in the address, in ``results["sections"]`` and of its template
            ``quality/sections/NAME.html``.
        title: The tab's words.
        measure: Figures as a bounded JSON document; estimates by ``as_dict``, never NaN.
        charts: Drawn from that document; their names begin with the section's.
        read: From that document to what the template shows as ``reading``.
    """

    name: str
    title: str
    measure: Callable[[Evidence, Context], Document]
    charts: Callable[[Document], Sequence[Chart]] = no_charts
    read: Callable[[Document], Any] = as_stored
