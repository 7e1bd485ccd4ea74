"""What each annotator gives for each true value, judged against the others."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotation.intervals import Z_95
from quality.metrics.competence import Codes
from quality.metrics.em import Floats

# So many judgments of each true value count as given before, spread as those of all annotators.
PSEUDO_JUDGMENTS = 5


@dataclass(frozen=True, slots=True)
class Confusion:
    """Probability of each given value by annotator and true value.

    Attributes:
        share: Shape (n_coders, n_values true, n_values given); rows sum to 1.
        low: Lower end of the 95 % interval, same shape.
        high: Its upper end.
        n: So many judgments with a known true value would tell as much, pseudo-judgments
            included, shape (n_coders, n_values true).
        pool: The same shares of all annotators together, shape (n_values true, n_values given).
    """

    share: Floats
    low: Floats
    high: Floats
    n: Floats
    pool: Floats


def confusions(
    coder: Codes, value: Codes, others: NDArray[np.floating], *, n_coders: int
) -> Confusion:
    """Solve for the shares that explain an annotator's values, given what the others suggest.

    With q(u, z) the others' posterior and y(u, v) = 1 where the annotator gave v, the expectation
    of y is linear in the shares: sum_z q(u, z) share(z, v). Least squares undoes what plain
    averages over uncertain true values would blur. Each true value's row is drawn towards the
    pool's with PSEUDO_JUDGMENTS. Intervals are Wilson's with n = 1 / (inverse of sum q q')_zz.

    Args:
        coder: Annotator of each judgment, shape (n_judgments,).
        value: Value given, codes 0..n_values-1, same shape.
        others: Posterior of the true value from the others alone, shape (n_judgments, n_values).
        n_coders: Annotators in the frame.
    """
    n_values = others.shape[1]
    given = np.zeros((n_coders, n_values, n_values))
    together = np.zeros((n_coders, n_values, n_values))
    for true in range(n_values):
        cells = np.bincount(
            coder * n_values + value, weights=others[:, true], minlength=n_coders * n_values
        )
        given[:, true] = cells.reshape(n_coders, n_values)
        for also in range(true + 1):
            products = others[:, true] * others[:, also]
            sums = np.bincount(coder, weights=products, minlength=n_coders)
            together[:, true, also] = together[:, also, true] = sums
    weak = np.eye(n_values) * 1e-9
    pool = _shares(np.linalg.solve(together.sum(axis=0) + weak, given.sum(axis=0)))
    prior = np.eye(n_values) * PSEUDO_JUDGMENTS
    share = _shares(np.linalg.solve(together + prior, given + PSEUDO_JUDGMENTS * pool))
    inverse = np.linalg.inv(together + prior)
    n = 1 / np.diagonal(inverse, axis1=1, axis2=2)
    low, high = _wilson(share, n[:, :, None])
    return Confusion(share=share, low=low, high=high, n=n, pool=pool)


def _shares(solved: NDArray[np.floating]) -> Floats:
    positive = np.maximum(solved, 0.0).astype(np.float64)
    total = positive.sum(axis=-1, keepdims=True)
    n_values = solved.shape[-1]
    return np.asarray(
        np.divide(positive, total, out=np.full_like(positive, 1 / n_values), where=total > 0)
    )


def _wilson(share: Floats, n: Floats) -> tuple[Floats, Floats]:
    square = Z_95**2
    middle = (share * n + square / 2) / (n + square)
    half = Z_95 / (n + square) * np.sqrt(n * share * (1 - share) + square / 4)
    return np.maximum(middle - half, 0.0), np.minimum(middle + half, 1.0)
