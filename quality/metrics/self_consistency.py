"""Whether annotators give the same answer again: re-shown comparisons and repeats of imports."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quality.metrics.estimates import Estimate
from quality.metrics.evidence import Repeats
from quality.metrics.judged import DIRECTION, TIE, Judged
from quality.metrics.proportions import share
from quality.metrics.reliability import MISSING

NO_REPEAT = "no comparison was judged twice"
NO_STRENGTH = "no comparison was judged twice with a strength"
SIDES_UNKNOWN = "no comparison was judged twice with known sides"


@dataclass(frozen=True, slots=True)
class SelfConsistency:
    """Of one annotator's comparisons that were judged again.

    Attributes:
        direction: Share with the same direction (A, tie or B), Wilson.
        same_sides: The same where both responses stood on the sides they had before.
        swapped_sides: The same where they had changed sides.
        strength: Share with the same signed preference, where both have a strength or are ties.
        n_same: Judgments with the same direction.
    """

    direction: Estimate
    same_sides: Estimate
    swapped_sides: Estimate
    strength: Estimate
    n_same: int


def self_consistency(judged: Judged, repeats: Repeats) -> list[SelfConsistency]:
    """Each annotator's consistency, and last that of all together.

    Further answers are compared with the first one; those without a direction are left out.
    """
    first = repeats.first
    before, again = judged.direction[first], DIRECTION[repeats.outcome]
    usable = (before != MISSING) & (again != MISSING)
    first, before, again = first[usable], before[usable], again[usable]
    coder = judged.coder[first]
    same = before == again
    sides, sides_again = judged.swapped[first], repeats.swapped[usable]
    known = (sides >= 0) & (sides_again >= 0)
    has_strength = judged.strength_known[first] | (before == TIE)
    has_strength &= repeats.strength_known[usable] | (again == TIE)
    equal_strength = judged.preference[first] == repeats.preference[usable]

    def counted(
        where: NDArray[np.bool_], hits: NDArray[np.bool_]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Hits and trials of every annotator, then of all."""
        n = np.bincount(coder[where], minlength=judged.n_coders)
        right = np.bincount(coder[where & hits], minlength=judged.n_coders)
        return np.append(right, right.sum()), np.append(n, n.sum())

    all_of_them = np.ones(coder.size, dtype=bool)
    parts = {
        "direction": (counted(all_of_them, same), NO_REPEAT),
        "same_sides": (counted(known & (sides == sides_again), same), SIDES_UNKNOWN),
        "swapped_sides": (counted(known & (sides != sides_again), same), SIDES_UNKNOWN),
        "strength": (
            counted(has_strength & judged.offers_strength, same & equal_strength),
            NO_STRENGTH,
        ),
    }
    return [
        SelfConsistency(
            **{
                name: share(int(hits[one]), int(n[one]), undefined_because=reason)
                for name, ((hits, n), reason) in parts.items()
            },
            n_same=int(parts["direction"][0][0][one]),
        )
        for one in range(judged.n_coders + 1)
    ]
