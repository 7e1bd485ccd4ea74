"""The bias audit in the order in which its page is read."""

from dataclasses import dataclass
from math import exp
from typing import Any

# Beyond these shares of pairs the longer response is preferred often enough to be named first.
LENGTH_NAMED = (0.45, 0.55)


@dataclass(frozen=True, slots=True)
class BiasReading:
    """What the page of the bias audit says.

    Attributes:
        document: The stored section.
    """

    document: dict[str, Any]

    @property
    def finding(self) -> str:
        """The audit in one or two sentences."""
        if not self.document["n_pairs"]:
            return "No comparison has a preferred response yet."
        return " ".join(part for part in (self._phrase(), self._length(), self._form()) if part)

    def _phrase(self) -> str:
        flagged = self.flagged
        if not flagged:
            return "No word or phrase stands out."
        first = flagged[0]
        return (
            f"{first['preferred'] * 100:.0f} % of the preferred responses say "
            f"“{first['phrase']}”, {first['rejected'] * 100:.0f} % of the rejected ones."
        )

    def _length(self) -> str:
        longer = self.document["length"]["longer"]
        if longer["low"] is None:
            return ""
        low, high = LENGTH_NAMED
        if longer["low"] > high or longer["high"] < low:
            return f"The longer response is preferred in {longer['value'] * 100:.0f} % of pairs."
        return "Length hardly matters."

    def _form(self) -> str:
        notable = [
            row["label"].lower() for row in self.document["features"][1:] if row["is_notable"]
        ]
        return f"Form matters: {', '.join(notable[:3])}." if notable else ""

    @property
    def flagged(self) -> list[dict[str, Any]]:
        """Phrases that were flagged, the surest first."""
        return [self._with_odds(row) for row in self._rows if row["is_flagged"]]

    @property
    def by_length(self) -> list[dict[str, Any]]:
        """Phrases that stand out alone and are not certain beside length."""
        return [self._with_odds(row) for row in self._rows if row["by_length"]]

    @property
    def n_by_length(self) -> int:
        """All of them, listed or not; older reports counted those listed."""
        return int(self.document["phrase_test"].get("n_by_length", len(self.by_length)))

    @property
    def others(self) -> list[dict[str, Any]]:
        """The phrases behind them, surest first."""
        rows = [row for row in self._rows if not row["is_flagged"] and not row["by_length"]]
        return [self._with_odds(row) for row in rows[:20]]

    @property
    def _rows(self) -> list[dict[str, Any]]:
        rows: list[dict[str, Any]] = self.document["phrases"]
        return rows

    def _with_odds(self, row: dict[str, Any]) -> dict[str, Any]:
        return {
            **row,
            "odds": _as_odds(row["log_odds"]),
            "adjusted_odds": _as_odds(row["adjusted"]),
            "direction": "preferred" if row["log_odds"]["value"] > 0 else "rejected",
        }

    @property
    def is_sample(self) -> bool:
        sample = self.document["sample"]
        return bool(sample["n_pairs"] < sample["n_available"])


def _as_odds(estimate: dict[str, Any]) -> dict[str, Any]:
    """An estimate of log-odds as odds, which people can read; beyond e^20 it is no number."""
    ends = {name: estimate[name] for name in ("value", "low", "high")}
    shown = {name: None if end is None else exp(min(end, 20.0)) for name, end in ends.items()}
    return {**estimate, **shown}
