"""How well the majority of the others tells what one more annotator says: the human ceiling."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from quality.metrics.agreement import Measured, share_with_draws
from quality.metrics.bootstrap import N_DRAWS, DrawnOver, drawn_sums, frame_of
from quality.metrics.estimates import Estimate
from quality.metrics.jackknife import jackknife, sums_without_each
from quality.metrics.patterns import patterns_of
from quality.metrics.reliability import Reliability

NO_MAJORITY = "no judgment stands beside others with a single most frequent value"


@dataclass(frozen=True, slots=True)
class Ceiling:
    """The share of judgments that equal the majority of the others, with both intervals.

    Attributes:
        measured: With the interval for these annotators; n counts comparisons.
        others: With the interval for annotators like these.
        n_judgments: Judgments that were compared with a majority.
        n_split: Judgments left out, because the others have no single most frequent value.
    """

    measured: Measured
    others: Estimate
    n_judgments: int
    n_split: int


def human_ceiling(
    data: Reliability,
    prompt: NDArray[np.int64],
    *,
    rng: np.random.Generator,
    n_draws: int = N_DRAWS,
) -> Ceiling:
    """How often one annotator says what most of the others say; 0..1.

    Whoever predicts single judgments knows at best what people say on the whole, so this is
    about as far as a reward model can get against single judgments of this kind. Each judgment
    is compared with the others on its comparison only, never with a majority that holds it.

    Args:
        data: Judgments; missing values are left out.
        prompt: Code of each unit's prompt, shape (n_units,).
        rng: Source of the draws.
        n_draws: Number of draws.

    Undefined where no judgment has others with a single most frequent value.
    """
    usable = data.usable()
    patterns = patterns_of(usable)
    statistics = ceiling_statistics(patterns.counts)
    units = (statistics[:, [1]].toarray()[:, 0] > 0)[patterns.row]
    n = int(units.sum())
    same, compared, split = (int(total) for total in patterns.n_of @ statistics)
    if n == 0:
        reason = Estimate.undefined(NO_MAJORITY)
        return Ceiling(Measured(reason), reason, 0, split)
    frame, drawn = frame_of(prompt[units]), patterns.only(units)
    sums = np.zeros((0, 3))
    if frame.over is not DrawnOver.NOTHING:
        table = ceiling_statistics(drawn.counts)
        sums = drawn_sums(drawn.row, table, frame, rng=rng, n_draws=n_draws)
    without = sums_without_each(usable, patterns, ceiling_statistics)
    defined = without[:, 1] > 0.5
    shares = without[:, 0] / np.where(defined, without[:, 1], 1.0)
    return Ceiling(
        share_with_draws(same, compared, sums[:, :2], frame=frame, n=n),
        jackknife(same / compared, shares, defined, n=n, lowest=0.0),
        compared,
        split,
    )


def ceiling_statistics(counts: sparse.csr_array) -> sparse.csr_array:
    """Judgments like the majority of the others, judgments compared, and those left out.

    Args:
        counts: How often each value was given to each unit, shape (n_units, n_values); a
            domain of few values, since the rows are worked on as a dense table.

    Returns:
        Shape (n_units, 3).
    """
    table = counts.toarray().astype(np.int64)
    result = np.zeros((table.shape[0], 3))
    for value in range(table.shape[1]):
        others = table.copy()
        others[:, value] -= 1
        most = others.max(axis=1)
        has_majority = (most > 0) & ((others == most[:, None]).sum(axis=1) == 1)
        given = table[:, value]
        result[:, 0] += given * (has_majority & (others[:, value] == most))
        result[:, 1] += given * has_majority
        result[:, 2] += given * (~has_majority & (most > 0))
    return sparse.csr_array(result)
