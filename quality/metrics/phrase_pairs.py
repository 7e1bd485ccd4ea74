"""Which responses of pairs have a phrase: text 2i is the preferred one of pair i, 2i + 1 not."""

import numpy as np
from numpy.typing import NDArray

from quality.metrics.phrases import Phrases


def is_second_of_pair(phrases: Phrases) -> NDArray[np.bool_]:
    """Where the preferred response of the same pair has the same phrase, one place before."""
    second = np.zeros(phrases.text.size, dtype=bool)
    second[1:] = (phrases.text[1:] & 1 == 1) & (phrases.text[1:] - phrases.text[:-1] == 1)
    second[phrases.starts[:-1]] = False
    return second


def is_alone(phrases: Phrases) -> NDArray[np.bool_]:
    """Where only one response of the pair has the phrase."""
    second = is_second_of_pair(phrases)
    alone = ~second
    alone[np.flatnonzero(second) - 1] = False
    return alone
