"""What sets one annotator apart from the others."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quality.metrics.agreement import Measured, pooled_share
from quality.metrics.bootstrap import N_DRAWS
from quality.metrics.estimates import Estimate
from quality.metrics.proportions import share
from quality.metrics.reliability import Reliability, positions_of_coders

ALONE = "nobody else judged the same comparisons"
SIDE_UNKNOWN = "shown side unknown"
SAME_LENGTH = "no judged comparison has responses of different length"
NO_LENGTH_PREFERRED = "no judgment of responses of different length prefers one"
NO_SIDE_PREFERRED = "no judgment with a known shown side prefers a response"


@dataclass(frozen=True, slots=True)
class WithOthers:
    """Agreement of one annotator with all the others.

    Attributes:
        coder: The annotator's code.
        n_pairs: Pairs of this annotator's judgment with another's on the same comparison.
        measured: The share of equal values over those pairs; n counts the comparisons.
    """

    coder: int
    n_pairs: int
    measured: Measured


def agreement_with_others(
    data: Reliability,
    prompt: NDArray[np.int64],
    *,
    rng: np.random.Generator,
    n_draws: int = N_DRAWS,
) -> Iterator[WithOthers]:
    """The share of equal values over all pairs of an annotator's judgment with another's.

    Yields one result per annotator in the order of the codes, so that a caller can tell how
    far it is. Nobody is compared with a consensus that holds their own judgment.

    Args:
        data: Judgments; missing values are left out.
        prompt: Code of each unit's prompt, shape (n_units,).
        rng: Source of the draws.
        n_draws: Number of draws per annotator.

    Undefined for an annotator whose comparisons nobody else judged.
    """
    usable = data.usable()
    counts = usable.counts()
    others = counts.sum(axis=1)[usable.unit] - 1
    same = counts[usable.unit, usable.value] - 1
    for coder, own in enumerate(positions_of_coders(usable.coder, data.n_coders)):
        shared = own[others[own] > 0]
        yield WithOthers(
            coder,
            int(others[shared].sum()),
            pooled_share(
                same[shared],
                others[shared],
                prompt[usable.unit[shared]],
                rng=rng,
                n_draws=n_draws,
                undefined_because=ALONE,
            ),
        )


def left_share(direction: NDArray[np.int64], swapped: NDArray[np.int64]) -> Estimate:
    """How often the response on the left was preferred, among judgments that prefer one.

    Args:
        direction: -1 response A, 0 tie, 1 response B, shape (n_judgments,).
        swapped: 1 where response B was on the left, 0 where response A was, -1 where the
            shown side is unknown, same shape.

    Returns:
        A share 0..1 with Wilson's interval over the judgments with a known side that are no
        ties. Undefined where no side is known, or where every such judgment is a tie.

    Raises:
        ValueError: the shapes differ.
    """
    if direction.shape != swapped.shape:
        raise ValueError(f"expected equal shapes, got {direction.shape} and {swapped.shape}")
    known = swapped >= 0
    if not known.any():
        return Estimate.undefined(SIDE_UNKNOWN)
    decided = known & (direction != 0)
    left_is_better = (direction < 0) == (swapped == 0)
    n_left = int((left_is_better & decided).sum())
    return share(n_left, int(decided.sum()), undefined_because=NO_SIDE_PREFERRED)


def longer_share(direction: NDArray[np.int64], longer: NDArray[np.int64]) -> Estimate:
    """How often the longer response was preferred, among judgments that prefer one.

    A longer response can be the better one: only the difference between annotators, who judge
    alike comparisons, tells of a habit.

    Args:
        direction: -1 response A, 0 tie, 1 response B, shape (n_judgments,).
        longer: -1 where response A is longer, 1 where B is, 0 where they are equal; same shape.

    Returns:
        A share 0..1 with Wilson's interval. Undefined where no responses differ in length, or
        where every such judgment is a tie.

    Raises:
        ValueError: the shapes differ.
    """
    if direction.shape != longer.shape:
        raise ValueError(f"expected equal shapes, got {direction.shape} and {longer.shape}")
    if not longer.any():
        return Estimate.undefined(SAME_LENGTH)
    n_longer = int((direction * longer > 0).sum())
    n = int((direction * longer != 0).sum())
    return share(n_longer, n, undefined_because=NO_LENGTH_PREFERRED)
