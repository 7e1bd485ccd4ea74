"""Judgments made up for measures, without a database."""

import numpy as np

from quality.metrics.judged import Judged


def judged_by_three(*, agreeing: int, n: int) -> Judged:
    """Three annotators on n comparisons: on the first ``agreeing`` all say A or all B."""
    values = np.repeat(np.arange(n) % 2 * 2, 3).reshape(n, 3)
    # The last comparisons are contested: each in turn says the opposite of the others.
    contested = np.arange(agreeing, n)
    values[contested, contested % 3] = 2 - values[contested, contested % 3]
    size = 3 * n
    return Judged(
        unit=np.repeat(np.arange(n), 3),
        coder=np.tile(np.arange(3), n),
        outcome=values.ravel(),
        preference=values.ravel() - 1,
        strength_known=np.zeros(size, dtype=np.bool_),
        swapped=np.full(size, -1),
        active_ms=np.full(size, -1),
        prompt=np.arange(n),
        longer=np.zeros(n, dtype=np.int64),
        n_coders=3,
    )
