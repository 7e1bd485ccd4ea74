"""Strengths of players from paired comparisons with ties.

With d = strength of the first player - strength of the second (+ the advantage of the left side
where the first was shown there, - where the second was), the first wins with a probability
proportional to exp(d / 2), loses with one to exp(-d / 2), and ties with one to exp(tie).

Sources: Bradley and Terry (1952), Biometrika 39, 324-345; ties: Davidson (1970), Journal of the
American Statistical Association 65, 317-328; order: Davidson and Beaver (1977), Biometrics 33,
693-702. Errors by cluster: Liang and Zeger (1986), Biometrika 73, 13-22.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quality.metrics.battles import Table, components_of, has_cycle_of_wins
from quality.metrics.davidson import Design, Floats
from quality.metrics.judged import TIE

TOLERANCE = 1e-10
MAX_ITER = 100
# Newton's steps are solved densely.
MAX_PLAYERS = 1_500
# On the log-odds scale: odds of a hundred million to one are no estimate.
ENDLESS = 18.0
# With fewer clusters, in all and for each parameter, errors by cluster come out too small.
MIN_CLUSTERS = 10
MIN_FOR_EACH = 2

NO_BATTLE = "there is no judgment with a direction"
TOO_FEW = "fewer than two players"
TOO_MANY = f"more than {MAX_PLAYERS:,} players"
NOT_CONNECTED = "wins do not connect all players both ways, so their strengths have no common scale"
ONLY_TIES = "every judgment is a tie"
NO_CYCLE = "nobody who won has also lost, so strengths grow without end"
SEPARATED = "one side of the screen, or one player, always wins, so estimates grow without end"
ONE_SIDED = "the same players are always on the left, so side and strength cannot be told apart"
FEW_CLUSTERS = (
    f"fewer than {MIN_CLUSTERS} of them, or than {MIN_FOR_EACH} for each player, so that this "
    "error would come out too small"
)


@dataclass(frozen=True, slots=True)
class BradleyTerry:
    """The estimates, and how they were reached.

    Attributes:
        parameters: Strengths, which sum to 0, then the tie parameter where there are ties, then
            the advantage of the left side where it was asked for; all log-odds. Shape (n,).
        covariance: Of the parameters, by the inverse of the observed information under the
            constraint that strengths sum to 0; judgments count as independent. Shape (n, n).
        n_players: How many of the parameters are strengths.
        has_tie: Whether a tie parameter follows.
        has_side: Whether the advantage of the left side follows.
        log_likelihood: Of the observed directions.
        history: The log-likelihood after each step; never falls.
        n_iter: Newton steps.
        converged: Whether a further step would gain nothing.
        undefined_because: Why there are no estimates, or empty; arrays are then empty.
    """

    parameters: Floats
    covariance: Floats
    n_players: int
    has_tie: bool
    has_side: bool
    log_likelihood: float | None
    history: tuple[float, ...]
    n_iter: int
    converged: bool
    undefined_because: str = ""

    @property
    def strength(self) -> Floats:
        """Log-odds against a player of average strength, shape (n_players,)."""
        return self.parameters[: self.n_players]

    @property
    def tie(self) -> float | None:
        """Log of Davidson's nu: two equals tie nu / 2 times as often as one of them wins..."""
        return float(self.parameters[self.n_players]) if self.has_tie else None

    @property
    def side(self) -> float | None:
        """Log-odds that the left one of two equals wins, ties aside."""
        return float(self.parameters[-1]) if self.has_side else None


def bradley_terry(
    table: Table,
    *,
    with_side: bool = False,
    tolerance: float = TOLERANCE,
    max_iter: int = MAX_ITER,
) -> BradleyTerry:
    """Maximum likelihood by Newton's method on the table of counts.

    Args:
        table: The judgments, counted.
        with_side: Whether to estimate the advantage of the left side as well; battles whose side
            is unknown then say nothing about it.
        tolerance: Expected gain of the log-likelihood below which a step ends the search.
        max_iter: Steps after which it ends without having converged.

    Returns:
        No estimates without battles, where wins do not connect all players both ways, where
        all or no judgments are ties in a way that leaves no maximum, and where estimates grow
        without end.
    """
    reason = _no_estimate_because(table)
    if reason:
        return _nothing(table.n_players, reason)
    design = Design(table, with_side=with_side)
    here = design.start()
    value, gradient, information = design.evaluate(here)
    if with_side and np.linalg.matrix_rank(information + design.constraint) < design.n:
        return _nothing(table.n_players, ONE_SIDED)
    history = [value]
    converged, n_iter = False, 0
    while n_iter < max_iter and not converged:
        n_iter += 1
        step = np.asarray(np.linalg.solve(information + design.constraint, gradient), np.float64)
        converged = float(gradient @ step) / 2 < tolerance
        here, value, gradient, information = _not_lower(design, here, step, value)
        history.append(value)
        if np.abs(here).max() > ENDLESS:
            return _nothing(table.n_players, SEPARATED)
    return BradleyTerry(
        parameters=here,
        covariance=design.inverse(information),
        n_players=table.n_players,
        has_tie=design.has_tie,
        has_side=with_side,
        log_likelihood=value,
        history=tuple(history),
        n_iter=n_iter,
        converged=converged,
    )


def clustered_covariance(
    fit: BradleyTerry, table: Table, cluster: NDArray[np.integer]
) -> tuple[Floats | None, str]:
    """The covariance of the parameters where judgments of one cluster are not independent.

    The sandwich inverse x sum over clusters of s s' x inverse, with s the summed scores of a
    cluster, times G / (G - 1) for G clusters.

    Args:
        fit: Estimates from this table.
        table: The judgments, counted.
        cluster: Cluster of each battle, codes from 0, shape (n_battles,).

    Returns:
        Shape as ``fit.covariance``; None with fewer than MIN_CLUSTERS clusters or MIN_FOR_EACH for
        each parameter, and why.
    """
    if fit.undefined_because:
        return None, fit.undefined_because
    n_clusters = int(np.count_nonzero(np.bincount(cluster)))
    if n_clusters < max(MIN_CLUSTERS, MIN_FOR_EACH * fit.parameters.size):
        return None, FEW_CLUSTERS
    design = Design(table, with_side=fit.has_side)
    scores = design.scores(fit.parameters, cluster)
    meat = (scores.T @ scores).toarray() * n_clusters / (n_clusters - 1)
    return fit.covariance @ meat @ fit.covariance, ""


def errors_of(covariance: Floats) -> Floats:
    """Standard errors of the parameters."""
    return np.asarray(np.sqrt(np.maximum(np.diag(covariance), 0.0)))


def difference_error(covariance: Floats, first: int, second: int) -> float:
    """Standard error of the difference of two strengths; the same under any constraint."""
    both = covariance[first, first] + covariance[second, second]
    return float(np.sqrt(max(both - 2 * covariance[first, second], 0.0)))


def _not_lower(
    design: Design, here: Floats, step: Floats, value: float
) -> tuple[Floats, float, Floats, Floats]:
    """The step, halved until the log-likelihood does not fall; nothing where it never does."""
    for halvings in range(40):
        there = here + step / 2**halvings
        reached = design.evaluate(there)
        if reached[0] >= value:
            return there, *reached
    return here, *design.evaluate(here)


def _no_estimate_because(table: Table) -> str:
    if table.n_players < 2:
        return TOO_FEW
    if not table.counts.sum():
        return NO_BATTLE
    if table.n_players > MAX_PLAYERS:
        return TOO_MANY
    if table.counts[:, TIE].sum() == table.counts.sum():
        return ONLY_TIES
    if not components_of(table).is_connected:
        return NOT_CONNECTED
    return "" if has_cycle_of_wins(table) else NO_CYCLE


def _nothing(n_players: int, reason: str) -> BradleyTerry:
    empty = np.zeros(0)
    return BradleyTerry(
        parameters=empty,
        covariance=np.zeros((0, 0)),
        n_players=n_players,
        has_tie=False,
        has_side=False,
        log_likelihood=None,
        history=(),
        n_iter=0,
        converged=False,
        undefined_because=reason,
    )
