"""Triads: whether preferences for A over B and B over C go together with A over C.

Source: Kendall and Babington Smith (1940), Biometrika 31, 324-345.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from quality.metrics.battles import distinct

Codes = NDArray[np.integer]

# By chance a triad has eight equally likely forms, and two of them go round.
CHANCE = 0.25
# Steps of the product that finds the triads; groups beyond are left out.
MAX_STEPS = 40_000_000


@dataclass(frozen=True, slots=True)
class Triads:
    """Triads whose three comparisons all have a winner, by group.

    Attributes:
        n_circular: Those that go round, shape (n_groups,).
        n_triads: All of them, same shape.
        is_complete: Whether the group has three players or more and a winner between every two
            of them, same shape.
        zeta: Kendall's coefficient of consistence of complete groups: 1 without circles, 0 with as
            many as there can be; 0 as well where the group is not complete. Same shape.
        n_left_out: Groups with too many comparisons to look at.
    """

    n_circular: NDArray[np.int64]
    n_triads: NDArray[np.int64]
    is_complete: NDArray[np.bool_]
    zeta: NDArray[np.float64]
    n_left_out: int


def triads(group: Codes, winner: Codes, loser: Codes, *, n_groups: int, n_players: int) -> Triads:
    """Circular and all triads of each group.

    Args:
        group: Group of each preference, such as a prompt, codes 0..n_groups-1, shape (n,).
        winner: The player preferred, codes 0..n_players-1, same shape; the same code in two groups
            is two players.
        loser: The other player, same shape. Several preferences between two players count by
            their majority; where there is none, the comparison has no winner.
        n_groups: Groups in the frame.
        n_players: Size of the players' domain.

    Raises:
        ValueError: the shapes differ.
    """
    if len({group.shape, winner.shape, loser.shape}) != 1 or group.ndim != 1:
        raise ValueError(
            f"expected equal 1-d shapes, got {group.shape}, {winner.shape}, {loser.shape}"
        )
    group, winner, loser = _in_possible_groups(group, winner, loser, n_groups)
    nodes, place = distinct(np.concatenate([group * n_players + winner, group * n_players + loser]))
    of_node = nodes // max(n_players, 1)
    over, under = _majorities(place[: group.size], place[group.size :])
    kept, n_left_out = _affordable(over, under, of_node, n_groups)
    over, under = over[kept], under[kept]
    shape = (nodes.size, nodes.size)
    wins = sparse.csr_array((np.ones(over.size, dtype=np.float32), (over, under)), shape=shape)
    two_steps = sparse.csr_array(wins @ wins)
    # A triad that goes round is met at each of its players, a transitive one once at its first.
    n_circular = _by_group((two_steps * wins.T).sum(axis=1) / 3, of_node, n_groups)
    n_transitive = _by_group((two_steps * wins).sum(axis=1), of_node, n_groups)
    is_complete, zeta = _zeta(n_circular, over, of_node, n_groups)
    return Triads(n_circular, n_circular + n_transitive, is_complete, zeta, n_left_out)


def _in_possible_groups(
    group: Codes, winner: Codes, loser: Codes, n_groups: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Only groups with preferences enough for a triad: of a million most have one comparison."""
    enough = (np.bincount(group, minlength=n_groups) >= 3)[group]
    if not enough.all():
        group, winner, loser = group[enough], winner[enough], loser[enough]
    return group.astype(np.int64), winner.astype(np.int64), loser.astype(np.int64)


def _majorities(winner: Codes, loser: Codes) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Each two players once, with the one preferred more often; not where they are even."""
    low, high = np.minimum(winner, loser), np.maximum(winner, loser)
    n = int(high.max(initial=0)) + 1
    pairs, place = distinct(low * n + high)
    lead = np.bincount(place, weights=np.where(winner < loser, 1, -1), minlength=pairs.size)
    decided: NDArray[np.int64] = pairs[lead != 0].astype(np.int64)
    first, second = decided // n, decided % n
    is_first = lead[lead != 0] > 0
    return np.where(is_first, first, second), np.where(is_first, second, first)


def _affordable(
    over: NDArray[np.int64], under: NDArray[np.int64], of_node: NDArray[np.int64], n_groups: int
) -> tuple[NDArray[np.bool_], int]:
    """Edges of the groups that together stay within the limit, the cheapest first."""
    n_nodes = of_node.size
    out = np.bincount(over, minlength=n_nodes)
    steps = np.bincount(of_node[under], weights=out[under], minlength=n_groups)
    if steps.sum() <= MAX_STEPS:
        return np.ones(over.size, dtype=bool), 0
    order = np.argsort(steps, kind="stable")
    fits = np.zeros(n_groups, dtype=bool)
    fits[order] = np.cumsum(steps[order]) <= MAX_STEPS
    return fits[of_node[over]], int((~fits).sum())


def _by_group(values: NDArray[Any], of_node: NDArray[np.int64], n_groups: int) -> NDArray[np.int64]:
    sums = np.bincount(of_node, weights=values, minlength=n_groups)
    return np.asarray(np.rint(sums), dtype=np.int64)


def _zeta(
    n_circular: NDArray[np.int64],
    over: NDArray[np.int64],
    of_node: NDArray[np.int64],
    n_groups: int,
) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    n = np.bincount(of_node, minlength=n_groups).astype(np.float64)
    n_edges = np.bincount(of_node[over], minlength=n_groups)
    is_complete = (n >= 3) & (n_edges == n * (n - 1) / 2)
    most = np.where(n % 2 == 1, n**3 - n, n**3 - 4 * n) / 24
    return is_complete, np.where(is_complete, 1 - n_circular / np.where(is_complete, most, 1), 0.0)
