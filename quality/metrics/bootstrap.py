"""Percentile intervals by drawing comparisons, or whole prompts, with replacement."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

N_DRAWS = 1_000
# With fewer groups the draws say more about the few groups than about the measure.
MIN_GROUPS = 5
# Above this share of draws without a value, the rest is no picture of the whole.
MAX_UNDEFINED_SHARE = 0.05
# Numbers held at a time; 8 bytes each.
CHUNK_CELLS = 4_000_000

Table = NDArray[np.float64] | sparse.csr_array


class DrawnOver(StrEnum):
    """What is drawn with replacement for an interval."""

    COMPARISONS = "comparisons"
    PROMPTS = "prompts"
    NOTHING = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """The groups of units that are drawn together.

    Attributes:
        group: Group of each unit, codes 0..n_groups-1, shape (n_units,).
        n_groups: Number of groups.
        over: What a group is; NOTHING where there are too few to draw from.
    """

    group: NDArray[np.int64]
    n_groups: int
    over: DrawnOver


def frame_of(prompt: NDArray[np.int64]) -> Frame:
    """Prompts where they repeat, else comparisons; comparisons as well below MIN_GROUPS prompts.

    Args:
        prompt: Code of each unit's prompt, shape (n_units,); any integers.

    Drawing single comparisons of few prompts leaves the choice of prompts out of the interval:
    whoever shows it says that it was drawn over comparisons.
    """
    n_units = prompt.shape[0]
    known, group = np.unique(prompt, return_inverse=True)
    if MIN_GROUPS <= known.shape[0] < n_units:
        return Frame(group.astype(np.int64), known.shape[0], DrawnOver.PROMPTS)
    over = DrawnOver.COMPARISONS if n_units >= MIN_GROUPS else DrawnOver.NOTHING
    return Frame(np.arange(n_units, dtype=np.int64), n_units, over)


def drawn_sums(
    rows: NDArray[np.int64],
    statistics: Table,
    frame: Frame,
    *,
    rng: np.random.Generator,
    n_draws: int = N_DRAWS,
) -> NDArray[np.float64]:
    """Sums of the units' statistics in each draw of groups with replacement.

    Units with equal statistics are interchangeable, so units are given as rows of a short
    table, and a draw is a multinomial over the different rows (or over the different
    groups), not over the units. The same rows, frame and seed give the same draws, whatever
    the statistics.

    Args:
        rows: The row of ``statistics`` of each unit, shape (n_units,).
        statistics: Additive statistics, shape (n_rows, n_statistics), dense or sparse.
        frame: The groups that are drawn.
        rng: Source of the draws.
        n_draws: Number of draws.

    Returns:
        Shape (n_draws, n_statistics).
    """
    if frame.over is DrawnOver.PROMPTS:
        members, n_of = _different_groups(rows, statistics.shape[0], frame)
        table = members @ statistics
    else:
        table, n_of = statistics, np.bincount(rows, minlength=statistics.shape[0])
    if sparse.issparse(table) and np.prod(table.shape, dtype=np.float64) <= CHUNK_CELLS:
        table = table.toarray()
    chunks = [drawn @ table for drawn in _draws(n_of, n_draws=n_draws, rng=rng)]
    return np.concatenate(chunks)


def _different_groups(
    rows: NDArray[np.int64], n_rows: int, frame: Frame
) -> tuple[sparse.csr_array, NDArray[np.int64]]:
    """How often each row is in each kind of group, and how many groups are of that kind.

    Groups are of one kind where they hold the same rows. They are told apart by sums of
    random whole numbers, one for each row: among a million groups two of different kinds are
    taken for one with a probability of 5e-8, and comparing whole tables is far slower.
    """
    marks = np.random.default_rng(0).integers(0, 2**63, size=n_rows, dtype=np.uint64)
    order = np.argsort(frame.group, kind="stable")
    n_units_of = np.bincount(frame.group, minlength=frame.n_groups)
    starts = np.cumsum(n_units_of) - n_units_of
    sums = np.add.reduceat(marks[rows[order]], starts)
    _, first, n_of = np.unique(sums, return_index=True, return_counts=True)
    shape = (frame.n_groups, n_rows)
    ones = np.ones(rows.shape[0])
    members = sparse.csr_array((ones, (frame.group, rows)), shape=shape)
    return members[first], n_of


def _draws(
    n_of: NDArray[np.int64], *, n_draws: int, rng: np.random.Generator
) -> Iterator[NDArray[np.float64]]:
    """How often each row occurs in a draw of as many groups as there are, in chunks of draws."""
    n_rows, n_groups = n_of.shape[0], int(n_of.sum())
    size = max(1, min(n_draws, CHUNK_CELLS // n_rows))
    # A multinomial costs about 50 ns a row; drawn indices 4 ns a group and 5 us a draw.
    few_rows = n_rows * 50 < n_groups * 4 + 5_000
    row_of_group = np.repeat(np.arange(n_rows), n_of)
    for start in range(0, n_draws, size):
        n_here = min(size, n_draws - start)
        if few_rows:
            yield rng.multinomial(n_groups, n_of / n_groups, size=n_here).astype(np.float64)
            continue
        chunk = np.empty((n_here, n_rows))
        for draw in chunk:
            picked = row_of_group[rng.integers(0, n_groups, size=n_groups)]
            draw[:] = np.bincount(picked, minlength=n_rows)
        yield chunk


def percentile_interval(values: NDArray[np.float64]) -> tuple[float, float]:
    """The 2.5 % and 97.5 % points of the defined draws (linear between neighbours)."""
    low, high = np.percentile(values, [2.5, 97.5])
    return float(low), float(high)
