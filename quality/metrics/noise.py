"""How noisy a project's judgments are, in a few numbers that a plan can be made from."""

from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import NDArray

from quality.metrics.posteriors import HIGHEST_ACCURACY, accuracy_from

# Agreement on pairs of model responses where nothing was measured yet: Stiennon et al. (2020,
# arXiv 2009.01325) 73 %, Ouyang et al. (2022, arXiv 2203.02155) 72.6 %.
PUBLISHED_AGREEMENT = 0.73
PUBLISHED_SPREAD = 0.08
# Annotators with fewer comparisons shared with others say nothing about their spread.
MIN_SHARED = 10
MIN_ANNOTATORS = 3


@dataclass(frozen=True, slots=True)
class Noise:
    """What judgments are like.

    Attributes:
        accuracy: Mean probability that a vote gives the true direction.
        spread: Standard deviation of that over annotators.
        tie_share: Share of comparisons that are truly tied; 0 where ties are not offered.
        usable_share: Share of judgments that have a direction.
        n_values: Directions offered, 2 or 3.
        n_annotators: Annotators it was measured on; 0 where it is assumed.
        n_comparisons: Comparisons with two usable votes or more; 0 where it is assumed.
    """

    accuracy: float
    spread: float
    tie_share: float
    usable_share: float
    n_values: int
    n_annotators: int
    n_comparisons: int

    def as_dict(self) -> dict[str, float | int]:
        return asdict(self)


def assumed_noise(*, agreement: float = PUBLISHED_AGREEMENT, n_values: int = 2) -> Noise:
    """Before anything was measured: published agreement, no ties, every judgment usable."""
    return Noise(
        accuracy=accuracy_at(agreement, n_values=n_values),
        spread=PUBLISHED_SPREAD,
        tie_share=0.0 if n_values == 2 else 0.1,
        usable_share=1.0,
        n_values=n_values,
        n_annotators=0,
        n_comparisons=0,
    )


def accuracy_at(agreement: float, *, n_values: int) -> float:
    """The accuracy at which two annotators agree so often."""
    many = 10**9
    return accuracy_from(mean_agreement=agreement, n_comparisons=many, n_values=n_values).value


def measured_noise(
    unit: NDArray[np.integer],
    coder: NDArray[np.integer],
    value: NDArray[np.integer],
    *,
    n_units: int,
    n_coders: int,
    offered: NDArray[np.bool_],
) -> Noise:
    """The noise of judgments; usable values are A, tie and B, others are negative.

    Args:
        unit: Comparison of each judgment, codes 0..n_units-1.
        coder: Annotator of each judgment, codes 0..n_coders-1.
        value: Code of the direction, negative where there is none.
        n_units: Comparisons in the frame.
        n_coders: Annotators in the frame.
        offered: Which of A, tie and B can be answered, shape (3,).
    """
    n_values = int(offered.sum())
    usable = value >= 0
    cells = unit[usable] * offered.size + value[usable]
    counts = np.bincount(cells, minlength=n_units * offered.size).reshape(-1, offered.size)
    n_votes = counts.sum(axis=1)
    paired = n_votes >= 2
    pairs = (n_votes * (n_votes - 1))[paired]
    agreeing = (counts[paired] * (counts[paired] - 1)).sum(axis=1)
    accuracy = accuracy_from(
        mean_agreement=float((agreeing / pairs).mean()) if pairs.size else 0.0,
        n_comparisons=int(pairs.size),
        n_values=n_values,
    ).value
    with_others = counts.ravel()[cells] - 1
    others = n_votes[unit[usable]] - 1
    spread = _spread(coder[usable], with_others, others, accuracy, n_values, n_coders)
    return Noise(
        accuracy=accuracy,
        spread=spread,
        tie_share=_tie_share(counts, accuracy, n_values),
        usable_share=float(usable.mean()) if usable.size else 1.0,
        n_values=n_values,
        n_annotators=int(np.count_nonzero(np.bincount(coder[usable], minlength=n_coders))),
        n_comparisons=int(pairs.size),
    )


def _tie_share(counts: NDArray[np.int64], accuracy: float, n_values: int) -> float:
    """What share of true ties makes votes for ties as frequent as they are."""
    if n_values < 3 or not counts.sum():
        return 0.0
    wrong = (1 - accuracy) / (n_values - 1)
    if accuracy - wrong < 1e-9:
        return 1 / n_values
    share = (counts[:, 1].sum() / counts.sum() - wrong) / (accuracy - wrong)
    return float(np.clip(share, 0.0, 1.0))


def _spread(
    coder: NDArray[np.integer],
    agreeing: NDArray[np.integer],
    others: NDArray[np.integer],
    accuracy: float,
    n_values: int,
    n_coders: int,
) -> float:
    """Standard deviation of annotators' accuracies beyond what chance adds to their estimates.

    An annotator of accuracy a_j agrees with one of accuracy a in a_j a + (1 - a_j)(1 - a)/(k - 1)
    of cases, which is solved for a_j.
    """
    wrong = (1 - accuracy) / (n_values - 1)
    slope = accuracy - wrong
    shared = np.bincount(coder[others > 0], minlength=n_coders)
    known = shared >= MIN_SHARED
    if slope < 0.05 or known.sum() < MIN_ANNOTATORS:
        return PUBLISHED_SPREAD
    share = np.divide(agreeing, others, out=np.zeros(others.size), where=others > 0)
    agreement = np.bincount(coder, weights=share, minlength=n_coders)[known] / shared[known]
    by_chance = (agreement * (1 - agreement) / shared[known]).mean()
    variance = max(float(agreement.var(ddof=1) - by_chance), 0.0) / slope**2
    return float(min(variance**0.5, HIGHEST_ACCURACY - 1 / n_values))
