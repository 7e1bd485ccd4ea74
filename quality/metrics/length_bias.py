"""How much the longer response is preferred, by how much longer it is."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quality.metrics.clustered_shares import clustered_share
from quality.metrics.estimates import Estimate
from quality.metrics.paired_logit import paired_logit

# How many times as long the longer response is; the last class is open.
RATIOS = (1.0, 1.1, 1.25, 1.5, 2.0, 3.0)
LABELS = ("up to 1.1", "1.1 to 1.25", "1.25 to 1.5", "1.5 to 2", "2 to 3", "3 and more")
NO_LENGTHS = "no preferred response is longer or shorter"


@dataclass(frozen=True, slots=True)
class LengthBias:
    """The slope of the preference over length.

    Attributes:
        longer: Share of pairs whose longer response is preferred.
        per_doubling: Change of the log-odds of being preferred when a response is twice as
            long as the other.
        classes: The share by class of RATIOS, in their order.
        n_equal: Pairs of equal length, which are in none of these but the slope.
    """

    longer: Estimate
    per_doubling: Estimate
    classes: list[Estimate]
    n_equal: int


def length_bias(
    preferred: NDArray[np.int64], rejected: NDArray[np.int64], cluster: NDArray[np.int64]
) -> LengthBias:
    """Measure the preference for length.

    Args:
        preferred: Length of the preferred response of each pair, shape (n_pairs,), in any unit.
        rejected: Length of the rejected one, same shape.
        cluster: The prompt of each pair, any integers, same shape.
    """
    ratio = log_ratio(preferred, rejected)
    differs = ratio != 0
    place = length_class(ratio)
    classes = [
        clustered_share(
            (ratio > 0)[differs & (place == at)],
            cluster[differs & (place == at)],
            undefined_because="no such pair",
        )
        for at in range(len(RATIOS))
    ]
    longer = clustered_share((ratio > 0)[differs], cluster[differs], undefined_because=NO_LENGTHS)
    slope = paired_logit(ratio[:, None], cluster).effects[0]
    return LengthBias(longer, slope, classes, int((~differs).sum()))


def log_ratio(preferred: NDArray[np.int64], rejected: NDArray[np.int64]) -> NDArray[np.float64]:
    """Doublings from the rejected to the preferred response; 1 is added to each length."""
    return np.asarray(np.log2(1.0 + preferred) - np.log2(1.0 + rejected))


def length_class(ratio: NDArray[np.float64]) -> NDArray[np.int64]:
    """The class of each pair in RATIOS, whichever response is the longer one."""
    edges = np.log2(np.array(RATIOS[1:]))
    return np.searchsorted(edges, np.abs(ratio), side="right")
