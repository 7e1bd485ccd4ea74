"""Duplicates, overlap and leakage in the order in which their page is read."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class TextsReading:
    """What the page of the texts says.

    Attributes:
        document: The stored section.
    """

    document: dict[str, Any]

    @property
    def finding(self) -> str:
        """The worst of it first, in one or two sentences."""
        parts = [self._overlap(), self._leakage(), self._repeated()]
        return " ".join(part for part in parts if part) or "No text stands where it should not."

    def _overlap(self) -> str:
        high = [one for one in self.document["overlaps"] if one["is_high"]]
        if not high:
            return ""
        worst = max(high, key=lambda one: float(one["share"]))
        return f"{worst['share'] * 100:.0f} % of the prompts are also in {worst['name']}."

    def _leakage(self) -> str:
        n = self.n_leaking
        if not n:
            return ""
        verb = "stands" if n == 1 else "stand"
        return f"{n:,} prompt{'' if n == 1 else 's'} of validation or test {verb} in training too."

    def _repeated(self) -> str:
        found = self.document["comparisons"]
        n = found.get("n_same", 0)
        if not n:
            return ""
        return f"{n:,} comparison{' is a copy of another' if n == 1 else 's are copies of others'}."

    @property
    def n_leaking(self) -> int:
        """Prompts of other splits that training has, the same or nearly."""
        leakage = self.document["leakage"]
        if leakage is None:
            return 0
        return sum(one["n_normalised"] + one["n_near"] for one in leakage["shared"])

    @property
    def is_near_sample(self) -> bool:
        return bool(self.document["near"]["n_looked_at"] < self.document["near"]["n_prompts"])
