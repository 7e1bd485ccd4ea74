"""Annotators kept out of the training rows, to see how a model does with people it never met."""

import hashlib
import itertools
import math
import random
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

FEWEST_ANNOTATORS = 5
LISTABLE = 100_000
TRIES = 50


@dataclass(frozen=True, slots=True)
class Holdout:
    """Who is held out, and why nobody is.

    Attributes:
        annotators: Names of the held-out annotators, sorted.
        judgment_share: Their share of the judgments, 0..1.
        reason: Why nobody is held out; empty when somebody is.
    """

    annotators: tuple[str, ...]
    judgment_share: float
    reason: str = ""


def holdout_size(n_annotators: int, *, share: Fraction) -> int:
    """How many annotators are held out of so many."""
    if share == 0 or n_annotators < FEWEST_ANNOTATORS:
        return 0
    return max(1, round(share * n_annotators))


def draw_holdout(
    names: Sequence[str], n_judgments: Sequence[int], *, share: Fraction, seed: int
) -> Holdout:
    """Hold out round(share x annotators), at least 1, whose judgments come nearest to the share.

    Activity is very uneven, so a plain random fifth of the annotators can hold half of the
    judgments or next to none. Sets that come equally near are told apart by the seed.

    Only names and counts decide, never what anybody judged. The nearest set is exact where
    there are up to 100,000 sets; beyond that it is the best of 50 seeded draws improved by
    exchanging one annotator at a time, which ends early at a set that nothing can beat.

    Args:
        names: Annotators with at least one judgment, any order.
        n_judgments: How many judgments each gave, in the same order.
        share: Of the annotators and of the judgments, 0..1.
        seed: Of the recipe.
    """
    if share == 0:
        return Holdout((), 0.0, "nobody was to be held out (share 0)")
    if len(names) < FEWEST_ANNOTATORS:
        return Holdout(
            (),
            0.0,
            f"only {len(names)} annotators judged; holding out needs at least {FEWEST_ANNOTATORS}",
        )

    # In the order of the names, so that nothing depends on the order of the rows.
    known = sorted(zip(names, n_judgments, strict=True))
    counts = [count for _, count in known]
    size = holdout_size(len(known), share=share)
    target = share * sum(counts)
    if math.comb(len(known), size) <= LISTABLE:
        drawn = _nearest_of_all(known, size=size, target=target, seed=seed)
    else:
        drawn = _nearest_of_drawn(counts, size=size, target=target, seed=seed)
    held = sum(counts[i] for i in drawn)
    return Holdout(tuple(sorted(known[i][0] for i in drawn)), held / sum(counts))


def _nearest_of_all(
    known: Sequence[tuple[str, int]], *, size: int, target: Fraction, seed: int
) -> tuple[int, ...]:
    """The set nearest to the target; equally near ones in the order of a hash with the seed."""

    def tie_key(drawn: tuple[int, ...]) -> bytes:
        names = "\n".join(known[i][0] for i in drawn)
        return hashlib.sha256(f"{seed}\n{names}".encode()).digest()

    nearest: list[tuple[int, ...]] = []
    shortest: Fraction | None = None
    for drawn in itertools.combinations(range(len(known)), size):
        distance = abs(sum(known[i][1] for i in drawn) - target)
        if shortest is None or distance < shortest:
            nearest, shortest = [drawn], distance
        elif distance == shortest:
            nearest.append(drawn)
    return min(nearest, key=tie_key)


def _nearest_of_drawn(
    counts: Sequence[int], *, size: int, target: Fraction, seed: int
) -> tuple[int, ...]:
    """The best of some seeded draws, each improved by exchanges."""
    rng = random.Random(f"hold-out {seed}")
    # Sums are multiples of the counts' common divisor, so nothing can come nearer than this.
    step = math.gcd(*counts)
    unbeatable = min(target % step, step - target % step)

    found: list[tuple[Fraction, tuple[int, ...]]] = []
    for _ in range(TRIES):
        drawn = _improved(rng.sample(range(len(counts)), size), counts, target)
        found.append((abs(sum(counts[i] for i in drawn) - target), drawn))
        if found[-1][0] == unbeatable:
            break
    return min(found)[1]


def _improved(start: Sequence[int], counts: Sequence[int], target: Fraction) -> tuple[int, ...]:
    """Exchange one annotator at a time for the best other one until nothing comes nearer."""
    inside = set(start)
    excess = sum(counts[i] for i in inside) - target
    while excess:
        outside = sorted((counts[i], i) for i in range(len(counts)) if i not in inside)
        best: tuple[Fraction, int, int] | None = None
        for leaving in sorted(inside):
            # The one to come in has as near to (count - excess) judgments as there is.
            at = bisect_left(outside, (counts[leaving] - excess, -1))
            for count, coming in outside[max(at - 1, 0) : at + 1]:
                change = abs(excess - counts[leaving] + count)
                if best is None or (change, leaving, coming) < best:
                    best = (change, leaving, coming)
        if best is None or best[0] >= abs(excess):
            break
        _, leaving, coming = best
        inside.remove(leaving)
        inside.add(coming)
        excess += counts[coming] - counts[leaving]
    return tuple(sorted(inside))
