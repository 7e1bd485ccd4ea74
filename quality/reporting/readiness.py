"""The verdict on readiness, and its checks with all that the reader may ask about each."""

from dataclasses import dataclass
from typing import Any

from quality.metrics.readiness import State, Verdict
from quality.reporting.readiness_checks import DESCRIBED, Described

TITLES = {
    Verdict.READY: "Ready for preference training",
    Verdict.RESERVATIONS: "Ready with reservations",
    Verdict.NOT_YET: "Not yet ready for preference training",
}
# The word and the tone of each state; the worst come first on the page.
STATES = {
    State.STOP: ("Not yet", "bad"),
    State.CAUTION: ("Reservation", "warn"),
    State.UNKNOWN: ("Not known", "neutral"),
    State.FINE: ("Fine", "ok"),
}
SHARES = {"agreement", "task", "label", "topics", "leakage", "overlap", "length"}


def headline_of(verdict: Verdict, checks: list[dict[str, Any]]) -> str:
    """The verdict and what it rests on, in one sentence."""
    counts = [
        (sum(check["state"] == state for check in checks), words)
        for state, words in (
            (State.STOP, "speaks against it"),
            (State.CAUTION, "needs a look"),
            (State.UNKNOWN, "is not known"),
        )
    ]
    parts = [f"{n} {words}" if n == 1 else f"{n} {_plural(words)}" for n, words in counts if n]
    of = f" of {len(checks)} checks"
    if not parts:
        return f"{TITLES[verdict]}: all {len(checks)} checks are fine."
    return (
        f"{TITLES[verdict]}: {parts[0].replace(' ', of + ' ', 1)}"
        + "".join(f", {part}" for part in parts[1:])
        + "."
    )


def _plural(words: str) -> str:
    return {
        "speaks against it": "speak against it",
        "needs a look": "need a look",
        "is not known": "are not known",
    }[words]


@dataclass(frozen=True, slots=True)
class Check:
    """One check as its row shows it."""

    described: Described
    state: str
    tone: str
    finding: str
    estimate: dict[str, Any]
    is_share: bool
    is_count: bool
    # Empty where all is well.
    advice: str


@dataclass(frozen=True, slots=True)
class ReadinessReading:
    """What the page of readiness says.

    Attributes:
        document: The stored section.
    """

    document: dict[str, Any]

    @property
    def title(self) -> str:
        return TITLES[Verdict(self.document["verdict"])]

    @property
    def counts(self) -> str:
        """What the verdict rests on: the headline without the verdict itself."""
        rest: str = self.document["headline"].partition(": ")[2]
        return rest[:1].upper() + rest[1:]

    @property
    def checks(self) -> list[Check]:
        """The worst first, else in the order in which they were made."""
        order = {state.value: place for place, state in enumerate(STATES)}
        rows = sorted(self.document["checks"], key=lambda check: order[check["state"]])
        return [_check(row) for row in rows]


def _check(row: dict[str, Any]) -> Check:
    state, tone = STATES[State(row["state"])]
    described = DESCRIBED[row["name"]]
    advice = {State.FINE: "", State.UNKNOWN: described.to_know}
    return Check(
        described=described,
        state=state,
        tone=tone,
        finding=row["finding"],
        estimate=row["estimate"],
        is_share=row["name"] in SHARES,
        is_count=row["name"] in {"pairs", "phrases"},
        advice=advice.get(State(row["state"]), described.instead),
    )
