"""Simple shares as estimates."""

from annotation.intervals import wilson_interval
from quality.metrics.estimates import Estimate


def share(successes: int, n: int, *, undefined_because: str) -> Estimate:
    """A share of independent trials with its Wilson interval; undefined where n is 0."""
    if n == 0:
        return Estimate.undefined(undefined_because)
    low, high = wilson_interval(successes, n)
    return Estimate(successes / n, low, high, n)
