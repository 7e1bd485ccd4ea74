"""Cutting rows into forward passes, and a step's pairs into parts that fit into memory."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def chunks_by_length(
    rows: NDArray[np.int64], lengths: NDArray[np.int64], *, tokens: int
) -> list[NDArray[np.int64]]:
    """Cut rows, sorted by length, into chunks of at most ``tokens`` padded tokens.

    A row that is longer than that is a chunk of its own. Sorting inside a step changes only
    the padding, never which pairs a step has.
    """
    order = rows[np.argsort(lengths[rows], kind="stable")]
    chunks = []
    start = 0
    for end in range(1, len(order) + 1):
        is_last = end == len(order)
        if is_last or lengths[order[end]] * (end + 1 - start) > tokens:
            chunks.append(order[start:end])
            start = end
    return chunks


def parts_in_memory(
    chosen: NDArray[np.int64],
    rejected: NDArray[np.int64],
    lengths: NDArray[np.int64],
    *,
    tokens: int,
) -> Sequence[NDArray[np.int64]]:
    """Indices of a step's pairs, in parts of at most ``tokens`` tokens (one pair at least).

    The losses of the parts add up to the loss of the step, so the result is the same.
    """
    sizes = lengths[chosen] + lengths[rejected]
    order = np.argsort(sizes, kind="stable")
    part = np.cumsum(sizes[order])
    parts: list[NDArray[np.int64]] = []
    start, used = 0, 0
    for end in range(1, len(order) + 1):
        if end == len(order) or part[end] - used > tokens:
            parts.append(order[start:end])
            start, used = end, int(part[end - 1])
    return parts
