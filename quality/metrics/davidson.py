"""The likelihood of Davidson's model for paired comparisons with ties, and its derivatives.

The model is described in `bradley_terry`, which finds the maximum.
"""

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from quality.metrics.battles import Table, distinct
from quality.metrics.judged import TIE, A, B

Floats = NDArray[np.float64]


class Design:
    """The log-likelihood of a table of counts with its derivatives."""

    def __init__(self, table: Table, *, with_side: bool) -> None:
        n_players = table.n_players
        self.table, self.n_players, self.with_side = table, n_players, with_side
        self.has_tie = bool(table.counts[:, TIE].any())
        self.n = n_players + int(self.has_tie) + int(with_side)
        self.constraint = np.zeros((self.n, self.n))
        self.constraint[:n_players, :n_players] = 1.0
        self.n_of = table.counts.sum(axis=1)
        n_cells = table.first.size
        rows = np.arange(n_cells)
        ones = np.ones(n_cells)
        places = [(table.first, ones), (table.second, -ones)]
        if with_side:
            places.append((np.full(n_cells, self.n - 1), table.side.astype(np.float64)))
        # What each parameter adds to d in each cell.
        self.slopes = sparse.csr_array(
            (
                np.concatenate([value for _, value in places]),
                (np.tile(rows, len(places)), np.concatenate([column for column, _ in places])),
            ),
            shape=(n_cells, self.n),
        )

    def start(self) -> Floats:
        """Equal strengths, and the tie parameter that gives the share of ties."""
        start = np.zeros(self.n)
        if self.has_tie:
            ties = self.table.counts[:, TIE].sum()
            start[self.n_players] = np.log(2 * ties / (self.n_of.sum() - ties))
        return start

    def probabilities(self, parameters: Floats) -> Floats:
        """Of win, tie and loss of the first player in each cell, shape (n_cells, 3)."""
        half = self.slopes @ parameters / 2
        tie = parameters[self.n_players] if self.has_tie else -np.inf
        logs = np.stack([half, np.full(half.size, tie), -half], axis=1)
        logs -= logs.max(axis=1, keepdims=True)
        odds = np.exp(logs)
        return np.asarray(odds / odds.sum(axis=1, keepdims=True))

    def evaluate(self, parameters: Floats) -> tuple[float, Floats, Floats]:
        """The log-likelihood, its gradient, and the information (minus its second derivative)."""
        p, counts = self.probabilities(parameters), self.table.counts
        with np.errstate(divide="ignore"):
            logs = np.where(counts > 0, np.log(p), 0.0)
        ahead = p[:, A] - p[:, B]
        residual = (counts[:, A] - counts[:, B]) / 2 - self.n_of * ahead / 2
        gradient = self.slopes.T @ residual
        variance = self.n_of * (p[:, A] + p[:, B] - ahead**2) / 4
        weighted = self.slopes.multiply(variance[:, None]).tocsr()
        information = (self.slopes.T @ weighted).toarray()
        if self.has_tie:
            at, p_tie = self.n_players, p[:, TIE]
            gradient[at] = counts[:, TIE].sum() - self.n_of @ p_tie
            crossed = self.slopes.T @ (-self.n_of * ahead * p_tie / 2)
            information[at] += crossed
            information[:, at] += crossed
            information[at, at] = self.n_of @ (p_tie * (1 - p_tie))
        return float((counts * logs).sum()), gradient, information

    def inverse(self, information: Floats) -> Floats:
        """The inverse under the constraint that strengths sum to 0."""
        free = self.constraint / self.n_players**2
        return np.asarray(np.linalg.inv(information + self.constraint) - free)

    def scores(self, parameters: Floats, cluster: NDArray[np.integer]) -> "sparse.csr_array":
        """The gradient summed by cluster, shape (n_clusters, n)."""
        p, table = self.probabilities(parameters), self.table
        group, cell, results = _by_cluster(table, cluster)
        n_of = results.sum(axis=1)
        ahead = (p[:, A] - p[:, B])[cell]
        residual = (results[:, A] - results[:, B]) / 2 - n_of * ahead / 2
        parts = [(table.first[cell], residual), (table.second[cell], -residual)]
        if self.has_tie:
            ties = results[:, TIE] - n_of * p[cell, TIE]
            parts.append((np.full(cell.size, self.n_players), ties))
        if self.with_side:
            parts.append((np.full(cell.size, self.n - 1), residual * table.side[cell]))
        rows = np.tile(group.astype(np.int32), len(parts))
        columns = np.concatenate([column.astype(np.int32) for column, _ in parts])
        values = np.concatenate([value for _, value in parts])
        shape = (int(group.max(initial=-1)) + 1, self.n)
        return sparse.coo_array((values, (rows, columns)), shape=shape).tocsr()


def _by_cluster(
    table: Table, cluster: NDArray[np.integer]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Cluster, cell and results of each cell that a cluster has battles in."""
    n_cells = table.first.size
    keys = cluster * np.int64(n_cells) + table.cell
    size = (int(cluster.max(initial=0)) + 1) * n_cells
    if size <= keys.size:
        known, place = np.arange(size), keys
    else:
        known, place = distinct(keys)
    results = np.bincount(place * 3 + table.result, minlength=known.size * 3).reshape(-1, 3)
    group, cell = np.divmod(known, n_cells)
    return group, cell, results
