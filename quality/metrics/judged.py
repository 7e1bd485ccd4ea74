"""A project's judgments as arrays, and the reliability data that each measure reads off them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quality.metrics.reliability import MISSING, Reliability

# What an annotator can have answered, in the order of the codes.
A, TIE, B, BOTH_GOOD, BOTH_BAD, CANNOT_JUDGE = range(6)
OUTCOME_NAMES = ("A", "tie", "B", "both_good", "both_bad", "cannot_judge")
# The direction of each outcome: both good counts as a tie, the last two are missing.
DIRECTION = np.array([A, TIE, B, TIE, MISSING, MISSING])
MAX_STRENGTH = 3


@dataclass(frozen=True, slots=True)
class Judged:
    """Judgments in the comparisons' own order; one per comparison and annotator.

    Attributes:
        unit: Code of each judgment's comparison, 0..n_units-1, shape (n_judgments,).
        coder: Code of each judgment's annotator, 0..n_coders-1, same shape.
        outcome: Code into OUTCOME_NAMES, same shape.
        preference: -3..3, negative where response A is better; 0 where there is none.
        strength_known: Whether a strength was given with the judgment.
        swapped: 1 where response B was on the left, 0 where A was, -1 where it is unknown.
        active_ms: Time spent, -1 where it is unknown.
        prompt: Code of each comparison's prompt, shape (n_units,).
        longer: -1 where response A of the comparison is longer, 1 where B is, 0 where they are
            equally long, same shape.
        n_coders: Annotators with at least one judgment.
    """

    unit: NDArray[np.int64]
    coder: NDArray[np.int64]
    outcome: NDArray[np.int64]
    preference: NDArray[np.int64]
    strength_known: NDArray[np.bool_]
    swapped: NDArray[np.int64]
    active_ms: NDArray[np.int64]
    prompt: NDArray[np.int64]
    longer: NDArray[np.int64]
    n_coders: int

    @property
    def n_units(self) -> int:
        return int(self.prompt.shape[0])

    @property
    def direction(self) -> NDArray[np.int64]:
        """A, TIE, B, or MISSING where the outcome has no direction."""
        return DIRECTION[self.outcome]

    @property
    def offers_strength(self) -> bool:
        return bool(self.strength_known.any())

    def directions(self) -> Reliability:
        """The usable value of each judgment: A, tie or B."""
        return self._reliability(self.direction, n_values=3)

    def directions_without_ties(self) -> Reliability:
        direction = self.direction
        values = np.where(direction == TIE, MISSING, direction // B)
        return self._reliability(np.where(direction == MISSING, MISSING, values), n_values=2)

    def strengths(self) -> Reliability:
        """The signed preference -3..3 as codes 0..6: of ties, and where a strength was given."""
        is_tie = self.direction == TIE
        known = is_tie | (self.strength_known & (self.direction != MISSING))
        values = np.where(is_tie, 0, self.preference) + MAX_STRENGTH
        return self._reliability(np.where(known, values, MISSING), n_values=2 * MAX_STRENGTH + 1)

    def outcomes(self) -> Reliability:
        """Whatever was answered, each outcome a value of its own."""
        return self._reliability(self.outcome, n_values=len(OUTCOME_NAMES))

    def _reliability(self, values: NDArray[np.int64], *, n_values: int) -> Reliability:
        return Reliability(
            unit=self.unit,
            coder=self.coder,
            value=values,
            n_units=self.n_units,
            n_coders=self.n_coders,
            n_values=n_values,
        )
