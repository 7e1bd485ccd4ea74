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

NO_OTHERS = "no comparison has two usable judgments"
NO_MAJORITY = "no judgment stands beside others with a single most frequent value"


@dataclass(frozen=True, slots=True)
class Ceiling:
    """How often judgments equal the majority of the others, with both intervals.

    Attributes:
        measured: Of all judgments beside others, even splits of these decided by lot; with the
            interval for these annotators. n counts comparisons.
        others: The same with the interval for annotators like these.
        clear: Of the judgments whose others have a single most frequent value.
        n_judgments: Judgments beside others.
        n_split: Those whose others have no single most frequent value.
    """

    measured: Measured
    others: Estimate
    clear: Measured
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

    Whoever predicts single judgments knows at best what people say on the whole. The majority
    of a few others is a noisy picture of that, so with few judgments per comparison a perfect
    predictor would score somewhat higher; where the others are not split it would score lower
    than ``clear``, which leaves the hard comparisons out. Each judgment is compared with the
    others on its comparison only, never with a majority that holds it.

    Args:
        data: Judgments; missing values are left out.
        prompt: Code of each unit's prompt, shape (n_units,).
        rng: Source of the draws.
        n_draws: Number of draws.

    Undefined where no unit has two values.
    """
    usable = data.usable()
    patterns = patterns_of(usable)
    units = patterns.with_ratings(2)
    n = int(units.sum())
    if n == 0:
        nothing = Estimate.undefined(NO_OTHERS)
        return Ceiling(Measured(nothing), nothing, Measured(nothing), 0, 0)
    frame, drawn = frame_of(prompt[units]), patterns.only(units)
    table = ceiling_statistics(drawn.counts)
    whole = drawn.n_of @ table
    sums = np.zeros((0, 4))
    if frame.over is not DrawnOver.NOTHING:
        sums = drawn_sums(drawn.row, table, frame, rng=rng, n_draws=n_draws)
    without = sums_without_each(usable, patterns, ceiling_statistics)
    defined = without[:, 1] > 0.5
    shares = without[:, 0] / np.where(defined, without[:, 1], 1.0)
    value = float(whole[0] / whole[1])
    clear = Measured(Estimate.undefined(NO_MAJORITY, n))
    # A draw of comparisons that are split throughout has no share; leave it out.
    has_clear = sums[sums[:, 3] > 0]
    if whole[3]:
        clear = share_with_draws(whole[2], whole[3], has_clear[:, 2:], frame=frame, n=n)
    return Ceiling(
        share_with_draws(whole[0], whole[1], sums[:, :2], frame=frame, n=n),
        jackknife(value, shares, defined, n=n, lowest=0.0),
        clear,
        int(whole[1]),
        int(whole[1] - whole[3]),
    )


def ceiling_statistics(counts: sparse.csr_array) -> sparse.csr_array:
    """What each unit adds: judgments like the others, and judgments; then the same once more
    for those whose others have a single most frequent value.

    Args:
        counts: How often each value was given to each unit, shape (n_units, n_values); a
            domain of few values, since the rows are worked on as a dense table.

    Returns:
        Shape (n_units, 4). In the first column an even split counts as its own share: one
        half where two values are on top and the judgment is one of them.
    """
    table = counts.toarray().astype(np.int64)
    result = np.zeros((table.shape[0], 4))
    for value in range(table.shape[1]):
        others = table.copy()
        others[:, value] -= 1
        most = others.max(axis=1)
        on_top = others == most[:, None]
        n_on_top = on_top.sum(axis=1)
        given = table[:, value] * (most > 0)
        same = given * on_top[:, value]
        result[:, 0] += same / n_on_top
        result[:, 1] += given
        result[:, 2] += same * (n_on_top == 1)
        result[:, 3] += given * (n_on_top == 1)
    return sparse.csr_array(result)
