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
    def alpha(self) -> dict[str, Any]:
        found: dict[str, Any] = self.headline["agreement"]["alpha_direction"]
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
        return f"{self._more_judgments()}{self._agreement_changed()}."

    def _more_judgments(self) -> str:
        more = self.headline["n_judgments"] - self.earlier["n_judgments"]
        if not more:
            return "as many judgments"
        return f"{abs(more):,} {'more' if more > 0 else 'fewer'} judgment{'s'[: abs(more) != 1]}"

    def _agreement_changed(self) -> str:
        then = estimate_of(self.earlier["agreement"]["percent_direction"])
        change = difference(then, estimate_of(self.percent))
        return "" if change.value is None else f"; agreement {_points(change)}"


def _points(change: Estimate) -> str:
    """A difference of shares in points, and whether it is one."""
    if change.value is None or change.low is None or change.high is None:
        return "without a clear change"
    interval = f"[{change.low * 100:+.0f}, {change.high * 100:+.0f}]"
    points = f"{change.value * 100:+.0f} point{'s'[: abs(round(change.value * 100)) != 1]}"
    return f"{points} {interval}" + ("" if excludes_zero(change) else ", no clear change")
