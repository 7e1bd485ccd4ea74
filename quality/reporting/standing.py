"""How a project stands, in the order in which its quality page is read."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from quality.metrics.differences import difference
from quality.metrics.estimates import Estimate
from quality.reporting.estimates import estimate_of, excludes_zero


@dataclass(frozen=True, slots=True)
class Standing:
    """What the quality page says of the newest report.

    Attributes:
        headline: Of the newest report.
        earlier: Of the report before, empty where there is none.
        earlier_as_of: When that one was made.
    """

    headline: dict[str, Any]
    earlier: dict[str, Any]
    earlier_as_of: datetime | None

    @property
    def sentence(self) -> str:
        """Agreement in words."""
        percent = self.percent
        if percent["value"] is None:
            return f"Agreement cannot be measured yet: {percent['undefined_because']}."
        if percent["low"] is None:
            return f"Annotators agree on {percent['value'] * 100:.0f} % of pairs."
        return (
            f"Annotators agree on {percent['value'] * 100:.0f} % of pairs "
            f"[{percent['low'] * 100:.0f}, {percent['high'] * 100:.0f}]."
        )

    @property
    def percent(self) -> dict[str, Any]:
        found: dict[str, Any] = self.headline["agreement"]["percent_direction"]
        return found

    @property
    def readiness(self) -> str:
        """Whether training is advisable, in one sentence; empty where it was not looked at."""
        return str(self.headline.get("readiness", {}).get("headline", ""))

    @property
    def change(self) -> str:
        """What is different from the report before; empty where there is none."""
        if not self.earlier:
            return ""
        return f"{self._more_judgments()}; {self._agreement_changed()}."

    def _more_judgments(self) -> str:
        more = self.headline["n_judgments"] - self.earlier["n_judgments"]
        if not more:
            return "as many judgments"
        noun = "judgment" if abs(more) == 1 else "judgments"
        return f"{abs(more):,} {'more' if more > 0 else 'fewer'} {noun}"

    def _agreement_changed(self) -> str:
        then = estimate_of(self.earlier["agreement"]["percent_direction"])
        change = difference(then, estimate_of(self.percent))
        if change.value is None or change.low is None or change.high is None:
            return "the change of agreement is unknown"
        if not excludes_zero(change):
            return f"no clear change of agreement {_points(change)}"
        return f"agreement {'rose' if change.value > 0 else 'fell'} {_points(change)}"


def _points(change: Estimate) -> str:
    """A difference of shares in points."""
    value, low, high = (
        f"{(one or 0) * 100:+.1f}" for one in (change.value, change.low, change.high)
    )
    return f"({value} points [{low}, {high}])"
