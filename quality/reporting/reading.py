"""A stored report in the order in which its page is read."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from quality.reporting.definitions import (
    DEFINITIONS,
    HEADLINE,
    INTERVALS,
    OUTCOME_LABELS,
    SECOND_LINE,
    SIDES,
    SIDES_INTERVAL,
    WILSON,
    Definition,
)
from quality.reporting.flags import FLAG_KINDS

# On the first page; the section of annotators has all of them.
MAX_FLAGS = 20


@dataclass(frozen=True, slots=True)
class Figure:
    """One measure of a report with all that the reader may ask about it."""

    name: str
    definition: Definition
    estimate: dict[str, Any]
    # How the interval came about, in words; empty where there is none.
    interval: str
    undefined_draws: int
    # The same measure of the report before, where it had a value.
    earlier: dict[str, Any] | None
    earlier_as_of: datetime | None


@dataclass(frozen=True, slots=True)
class ReportReading:
    """What a report's page says.

    Attributes:
        results: The stored document.
        before: Moment and agreement of the report before this one.
    """

    results: dict[str, Any]
    before: tuple[datetime | None, dict[str, Any]] | None = None

    @property
    def headline(self) -> str:
        """The report in one or two plain sentences."""
        percent = self.results["agreement"]["percent_direction"]
        if percent["value"] is None:
            return f"Agreement cannot be measured yet: {percent['undefined_because']}."
        share = f"{percent['value'] * 100:.0f} %"
        return f"Annotators agree on {share} of pairs; {self._alpha()}. {self._look()}"

    def _alpha(self) -> str:
        alpha = self.results["agreement"]["alpha_direction"]
        if alpha["value"] is None:
            return f"alpha is undefined ({alpha['undefined_because']})"
        if alpha["low"] is None:
            return f"alpha {alpha['value']:.2f}"
        return f"alpha {alpha['value']:.2f} [{alpha['low']:.2f}, {alpha['high']:.2f}]"

    def _look(self) -> str:
        flagged = len({flag["annotator"] for flag in self.results["flags"]})
        if not flagged:
            return "No annotator stands out."
        if flagged == 1:
            return "One annotator needs a look."
        return f"{flagged} annotators need a look."

    @property
    def figures(self) -> list[Figure]:
        return [self._figure(name) for name in HEADLINE]

    @property
    def second_figures(self) -> list[Figure]:
        return [self._figure(name) for name in SECOND_LINE]

    @property
    def side_figures(self) -> list[Figure]:
        return [
            Figure(name, definition, self.results[name], SIDES_INTERVAL, 0, None, None)
            for name, definition in SIDES.items()
        ]

    def _figure(self, name: str) -> Figure:
        estimate = self.results["agreement"][name]
        intervals = self.results["intervals"]
        earlier = self.before[1].get(name) if self.before else None
        if estimate["value"] is None or (earlier and earlier["value"] is None):
            earlier = None
        over = intervals["drawn_over"][name]
        return Figure(
            name=name,
            definition=DEFINITIONS[name],
            estimate=estimate,
            interval="" if estimate["low"] is None else INTERVALS.get(over, WILSON),
            undefined_draws=intervals["undefined_draws"][name],
            earlier=earlier,
            earlier_as_of=self.before[0] if self.before and earlier else None,
        )

    @property
    def flags(self) -> list[dict[str, str]]:
        return [{**flag, "label": FLAG_KINDS[flag["kind"]].label} for flag in self.results["flags"]]

    @property
    def first_flags(self) -> list[dict[str, str]]:
        return self.flags[:MAX_FLAGS]

    @property
    def n_more_flags(self) -> int:
        return max(0, len(self.results["flags"]) - MAX_FLAGS)

    @property
    def readiness(self) -> str:
        """Whether training is advisable, in one sentence; empty where it was not looked at."""
        sections = self.results.get("sections", {})
        return str(sections.get("readiness", {}).get("headline", ""))

    @property
    def has_annotators_section(self) -> bool:
        """Reports of earlier versions list the annotators on their first page."""
        return "annotators" in self.results.get("sections", {})

    @property
    def annotators(self) -> list[dict[str, Any]]:
        """Those with flags first, then by agreement with the others."""
        labels: dict[str, list[str]] = {}
        for flag in self.flags:
            labels.setdefault(flag["annotator"], []).append(flag["label"])
        rows = [
            _annotator(row, labels.get(row["annotator"], [])) for row in self.results["annotators"]
        ]

        def place(row: dict[str, Any]) -> tuple[bool, float]:
            value = row["agreement_with_others"]["value"]
            return (not row["flags"], 2.0 if value is None else value)

        return sorted(rows, key=place)

    @property
    def outcomes(self) -> list[dict[str, Any]]:
        """Outcomes that were given, with their share of all judgments."""
        total = self.results["n_judgments"]
        return [
            {"label": OUTCOME_LABELS[name], "n": n, "share": n / total}
            for name, n in self.results["outcomes"].items()
            if n
        ]

    @property
    def n_left_out(self) -> int:
        return sum(self.results["left_out"].values())


def _annotator(row: dict[str, Any], flags: list[str]) -> dict[str, Any]:
    n, outcomes, median = row["n_judgments"], row["outcomes"], row["median_active_ms"]
    return {
        **row,
        "flags": flags,
        "tie_share": (outcomes["tie"] + outcomes["both_good"]) / n,
        "missing_share": (outcomes["both_bad"] + outcomes["cannot_judge"]) / n,
        "median_seconds": None if median is None else median / 1000,
    }
