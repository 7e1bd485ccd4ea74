"""What there is much or little of, and weights that would even it out."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# A weight beyond this would let a few rows decide what is learned.
MAX_WEIGHT = 5.0


@dataclass(frozen=True, slots=True)
class Balance:
    """Classes of rows, and a weight for the rows of each.

    Attributes:
        n: Rows of each class.
        weights: Weight of each row of the class, capped, then scaled so that the mean over
            all rows is 1.
        is_capped: Whether the cap was reached.
        n_effective: What the weighted rows are worth: (sum of weights)^2 / sum of squares.
    """

    n: list[int]
    weights: list[float]
    is_capped: list[bool]
    n_effective: float


def balanced(counts: NDArray[np.int64], *, most: float = MAX_WEIGHT) -> Balance:
    """Weights inverse to how frequent a class is: every class then counts the same.

    Args:
        counts: Rows of each class, shape (n_classes,); empty classes get the weight 0.
        most: The largest ratio of a weight to that of an average row.

    Source: Kish (1965), Survey Sampling, section 11.7 (what weighted rows are worth).
    """
    total, n_classes = int(counts.sum()), int((counts > 0).sum())
    if not total:
        return Balance([0] * counts.size, [0.0] * counts.size, [False] * counts.size, 0.0)
    wanted = np.divide(total / n_classes, counts, out=np.zeros(counts.size), where=counts > 0)
    weights = np.minimum(wanted, most)
    weights = weights * total / float((weights * counts).sum())
    worth = total**2 / float((weights**2 * counts).sum())
    return Balance(counts.tolist(), weights.tolist(), (wanted > most).tolist(), worth)
