"""Paired comparisons of players, responses or models, as arrays and as a short table of counts."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from quality.metrics.judged import TIE, A, B

Codes = NDArray[np.integer]


@dataclass(frozen=True, slots=True)
class Battles:
    """Judgments with a direction, each between two players.

    Attributes:
        first: Player that made response A, codes 0..n_players-1, shape (n_battles,).
        second: Player that made response B, another one, same shape.
        direction: A, TIE or B, same shape.
        side: 1 where the first player was shown on the left, -1 where the second was, 0 where it
            is unknown, same shape.
        n_players: Players in the frame, those without a battle included.

    Raises:
        ValueError: the shapes differ, a code lies outside its domain, or a player meets itself.
    """

    first: Codes
    second: Codes
    direction: Codes
    side: Codes
    n_players: int

    def __post_init__(self) -> None:
        arrays = (self.first, self.second, self.direction, self.side)
        shapes = {array.shape for array in arrays}
        if len(shapes) != 1 or self.first.ndim != 1:
            raise ValueError(f"expected equal 1-d shapes, got {sorted(shapes)}")
        for name, codes, lowest, highest in (
            ("player", self.first, 0, self.n_players - 1),
            ("player", self.second, 0, self.n_players - 1),
            ("direction", self.direction, A, B),
            ("side", self.side, -1, 1),
        ):
            if codes.size and (codes.min() < lowest or codes.max() > highest):
                raise ValueError(f"{name} codes must be {lowest}..{highest}")
        if (self.first == self.second).any():
            raise ValueError("expected two different players in each battle")

    def among(self, players: NDArray[np.bool_]) -> tuple["Battles", NDArray[np.bool_]]:
        """The battles between some of the players, which get new codes, and which these are."""
        kept = players[self.first] & players[self.second]
        code = np.cumsum(players) - 1
        battles = Battles(
            first=code[self.first[kept]],
            second=code[self.second[kept]],
            direction=self.direction[kept],
            side=self.side[kept],
            n_players=int(players.sum()),
        )
        return battles, kept


@dataclass(frozen=True, slots=True)
class Table:
    """Battles counted by pair of players and side; the first player has the lower code.

    Attributes:
        first: Player, shape (n_cells,).
        second: Player with a higher code, same shape.
        side: 1 where the first was on the left, -1 where the second was, 0 unknown, same shape.
        counts: Wins of the first, ties, wins of the second, shape (n_cells, 3).
        cell: The cell of each battle, shape (n_battles,).
        result: What each battle counts as in its cell: 0, 1 or 2, same shape.
        n_players: Players in the frame.
    """

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    side: NDArray[np.int64]
    counts: NDArray[np.int64]
    cell: NDArray[np.int64]
    result: NDArray[np.int8]
    n_players: int


def distinct(codes: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The different codes, ascending, and where each code stands among them.

    What ``np.unique`` does by sorting, by counting where the codes are dense.
    """
    highest = int(codes.max(initial=0))
    if highest > 4 * codes.size + 1_000 or int(codes.min(initial=0)) < 0:
        known, place = np.unique(codes, return_inverse=True)
        return known, place.astype(np.int64)
    occurs = np.zeros(highest + 1, dtype=np.bool_)
    occurs[codes] = True
    return np.flatnonzero(occurs), (np.cumsum(occurs) - 1)[codes]


def table_of(battles: Battles) -> Table:
    """The counts behind a fit: as long as there are pairs, however many the judgments."""
    flipped = battles.first > battles.second
    keys = np.where(flipped, battles.second, battles.first).astype(np.int64)
    keys *= battles.n_players
    keys += np.where(flipped, battles.first, battles.second)
    keys *= 3
    keys += np.where(flipped, -battles.side, battles.side) + 1
    known, cell = distinct(keys)
    del keys
    result = np.where(flipped, B - battles.direction, battles.direction).astype(np.int8)
    counts = np.bincount(cell * 3 + result, minlength=known.size * 3).reshape(-1, 3)
    pair, known_side = np.divmod(known, 3)
    first, second = np.divmod(pair, max(battles.n_players, 1))
    return Table(first, second, known_side - 1, counts, cell, result, battles.n_players)


@dataclass(frozen=True, slots=True)
class Components:
    """Players that wins and losses connect both ways; ties count as both.

    Strengths of players in different components cannot be compared: either nobody compared
    them, or one side always won.

    Attributes:
        label: Component of each player, 0 for the one with the most battles inside,
            shape (n_players,).
        n_players: Players of each component, shape (n_components,).
        n_battles: Battles inside each component, same shape.
        n_between: Battles between components, each won by the same side.
    """

    label: NDArray[np.int64]
    n_players: NDArray[np.int64]
    n_battles: NDArray[np.int64]
    n_between: int

    @property
    def is_connected(self) -> bool:
        return self.n_players.size == 1


def components_of(table: Table) -> Components:
    """Strongly connected components of the graph of wins, the largest first.

    Source: Ford (1957), American Mathematical Monthly 64(8), 28-33: estimates exist where in
    each division of the players in two somebody of either part has beaten somebody of the other.
    """
    over = table.counts[:, A] + table.counts[:, TIE] > 0
    under = table.counts[:, B] + table.counts[:, TIE] > 0
    winner = np.concatenate([table.first[over], table.second[under]])
    loser = np.concatenate([table.second[over], table.first[under]])
    n_found, found = _strong(winner, loser, table.n_players)
    inside = found[table.first] == found[table.second]
    n_of = table.counts.sum(axis=1)
    n_battles = np.bincount(found[table.first[inside]], n_of[inside], minlength=n_found)
    sizes = np.bincount(found, minlength=n_found)
    order = np.lexsort((-sizes, -n_battles))
    place = np.empty(n_found, dtype=np.int64)
    place[order] = np.arange(n_found)
    return Components(
        label=place[found],
        n_players=sizes[order],
        n_battles=n_battles[order].astype(np.int64),
        n_between=int(n_of[~inside].sum()),
    )


def has_cycle_of_wins(table: Table) -> bool:
    """Whether somebody has beaten, perhaps through others, somebody who has beaten them.

    Without it strengths can grow together with the tie parameter without end.
    """
    over, under = table.counts[:, A] > 0, table.counts[:, B] > 0
    winner = np.concatenate([table.first[over], table.second[under]])
    loser = np.concatenate([table.second[over], table.first[under]])
    return _strong(winner, loser, table.n_players)[0] < table.n_players


def _strong(winner: Codes, loser: Codes, n_players: int) -> tuple[int, NDArray[np.int64]]:
    ones = np.ones(winner.size, dtype=np.int8)
    graph = sparse.coo_array((ones, (winner, loser)), shape=(n_players, n_players)).tocsr()
    n_found, found = connected_components(graph, directed=True, connection="strong")
    return int(n_found), found.astype(np.int64)
