"""Many tests at once: how many of the findings may be chance."""

import numpy as np
from numpy.typing import NDArray


def benjamini_hochberg(p: NDArray[np.float64]) -> NDArray[np.float64]:
    """The q-value of each test: the smallest false-discovery rate at which it is a finding.

    Args:
        p: P-values of all tests that were made, found or not, shape (n_tests,).

    Of the tests with q of at most 0.05, 5 % at most are expected to be chance, where tests are
    independent or depend positively.

    Raises:
        ValueError: a p-value lies outside 0..1.

    Source: Benjamini and Hochberg (1995), Journal of the Royal Statistical Society B 57, 289-300.
    """
    if p.size and not (p.min() >= 0 and p.max() <= 1):
        raise ValueError("expected p-values within 0..1")
    order = np.argsort(p, kind="stable")
    scaled = p[order] * p.size / np.arange(1, p.size + 1)
    q = np.empty(p.size)
    q[order] = np.minimum(np.minimum.accumulate(scaled[::-1])[::-1], 1.0)
    return q
