"""Texts that are there twice."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class RepeatedPrompts:
    """How often prompts come again.

    Attributes:
        n_prompts: Different prompts.
        n_repeated: Prompts of several comparisons.
        n_comparisons: Comparisons of such prompts.
        most: Codes of the most frequent prompts, most frequent first.
        counts: Comparisons of each of these.
    """

    n_prompts: int
    n_repeated: int
    n_comparisons: int
    most: list[int]
    counts: list[int]


def repeated_prompts(prompt: NDArray[np.int64], *, listed: int) -> RepeatedPrompts:
    """Count comparisons by prompt.

    Args:
        prompt: Code of each comparison's prompt, any integers, shape (n_comparisons,).
        listed: Prompts that are named, at most.
    """
    known, counts = np.unique(prompt, return_counts=True)
    several = np.flatnonzero(counts > 1)
    order = several[np.lexsort((known[several], -counts[several]))][:listed]
    return RepeatedPrompts(
        n_prompts=int(known.size),
        n_repeated=int(several.size),
        n_comparisons=int(counts[several].sum()),
        most=known[order].tolist(),
        counts=counts[order].tolist(),
    )


@dataclass(frozen=True, slots=True)
class RepeatedComparisons:
    """Comparisons that are there several times, and those that compare nothing.

    Attributes:
        n_same: Comparisons beyond the first of each prompt with the same two responses in the
            same order.
        n_swapped: Comparisons that another one has with its responses swapped.
        n_identical: Those whose two responses are equal, empty ones left out.
        n_empty: Those with an empty response.
    """

    n_same: int
    n_swapped: int
    n_identical: int
    n_empty: int


def repeated_comparisons(
    prompt: NDArray[np.int64],
    response_a: NDArray[np.int64],
    response_b: NDArray[np.int64],
    *,
    is_empty: NDArray[np.bool_],
) -> RepeatedComparisons:
    """Count comparisons whose texts are there several times.

    Args:
        prompt: Code of each comparison's prompt, any integers, shape (n_comparisons,).
        response_a: A 64-bit hash of response A, same shape.
        response_b: The same of response B.
        is_empty: Whether one of the responses is empty, same shape.
    """
    low, high = np.minimum(response_a, response_b), np.maximum(response_a, response_b)
    group = _codes(prompt, low, high)
    n_of_group = np.bincount(group, minlength=1)
    is_turned = response_a > response_b
    n_turned = np.bincount(group, weights=is_turned, minlength=1).astype(np.int64)
    n_straight = n_of_group - n_turned
    both_ways = np.where(is_turned, n_straight[group], n_turned[group]) > 0
    beyond_first = np.maximum(n_turned - 1, 0) + np.maximum(n_straight - 1, 0)
    return RepeatedComparisons(
        n_same=int(beyond_first.sum()),
        n_swapped=int(both_ways.sum()) if prompt.size else 0,
        n_identical=int(((response_a == response_b) & ~is_empty).sum()),
        n_empty=int(is_empty.sum()),
    )


def _codes(*columns: NDArray[np.int64]) -> NDArray[np.int64]:
    """A number for each row that rows with the same values in all columns share.

    Rows are told apart by a mix of their values: among a million rows two different ones are
    taken for one with a probability of 3e-8, and comparing whole rows is far slower.
    """
    mix = np.zeros(columns[0].size, dtype=np.uint64)
    for column in columns:
        mix = (mix ^ column.view(np.uint64)) * np.uint64(0x9E3779B97F4A7C15)
        mix ^= mix >> np.uint64(29)
    return np.unique(mix, return_inverse=True)[1].astype(np.int64)
