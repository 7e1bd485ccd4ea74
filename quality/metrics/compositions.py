"""All ways in which some votes can fall on a few directions, with their probabilities."""

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln


def compositions(n_votes: int, n_values: int) -> NDArray[np.int64]:
    """Every row of counts that sums to ``n_votes``, shape (n_rows, n_values), in a fixed order."""
    if n_values == 1:
        return np.array([[n_votes]], dtype=np.int64)
    rows = [
        np.column_stack([np.full(len(rest), first), rest])
        for first in range(n_votes + 1)
        for rest in (compositions(n_votes - first, n_values - 1),)
    ]
    return np.concatenate(rows)


def multinomial_probabilities(
    rows: NDArray[np.int64], shares: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Probability of each row of counts, votes being independent.

    Args:
        rows: Counts, shape (n_rows, n_values).
        shares: Probability of each value, all above 0, shape (n_values,).
    """
    logs = gammaln(rows.sum(axis=1) + 1) - gammaln(rows + 1).sum(axis=1) + rows @ np.log(shares)
    return np.asarray(np.exp(logs))


def shares_given_first(accuracy: float, n_values: int) -> NDArray[np.float64]:
    """What one vote says where the first value is the true one, shape (n_values,)."""
    shares = np.full(n_values, (1 - accuracy) / (n_values - 1))
    shares[0] = accuracy
    return shares
