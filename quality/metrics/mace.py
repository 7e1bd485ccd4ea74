"""True values and who tries: each coder either knows the true value or answers by habit.

Source: Hovy, Berg-Kirkpatrick, Vaswani and Hovy (2013), Learning whom to trust with MACE,
Proceedings of NAACL-HLT, 1120-1130; EM with smoothed counts.
"""

from dataclasses import dataclass

import numpy as np

from quality.metrics.em import MAX_ITER, TOLERANCE, Floats, Maximum, maximise, normalised
from quality.metrics.votes import Expected, Votes

N_RESTARTS = 3
# Added to every expected count, split over the values, as in the article.
SMOOTHING = 0.01


@dataclass(frozen=True, slots=True)
class Mace:
    """The estimates of the best start, and how they were reached.

    Attributes:
        posteriors: Probability of each true value of each unit, shape (n_units, n_values); all
            equal where a unit has no value.
        competence: Probability that a coder gives the true value on purpose, shape (n_coders,).
        habits: What a coder gives otherwise, shape (n_coders, n_values).
        log_likelihood: Of the observed values, summed over units.
        objective: What was maximised: the log-likelihood plus the log of the smoothing prior.
        objectives: Where each start ended; the best is kept.
        history: The best start's objective after each accepted step; never falls.
        n_iter: Evaluations of EM steps from the best start.
        converged: Whether the best start's objective had stopped growing.
    """

    posteriors: Floats
    competence: Floats
    habits: Floats
    log_likelihood: float
    objective: float
    objectives: tuple[float, ...]
    history: tuple[float, ...]
    n_iter: int
    converged: bool


def mace(
    votes: Votes,
    *,
    rng: np.random.Generator,
    n_restarts: int = N_RESTARTS,
    smoothing: float = SMOOTHING,
    tolerance: float = TOLERANCE,
    max_iter: int = MAX_ITER,
) -> Mace:
    """Estimate true values, competence and habits from several starts; the best is kept.

    The first start spreads each unit over the values it got, every other one gives coders a
    random competence and random habits, drawn in the order of their codes: the order of
    the votes does not matter. All true values are equally likely before.

    Args:
        votes: At least one vote, on at least two values.
        rng: Source of the random starts.
        n_restarts: Starts, at least 1.
        smoothing: Added to each expected count, divided by the number of values; above 0.
        tolerance: Gain of the objective per unit that ends the search.
        max_iter: EM steps of a start after which it ends without having converged.

    Raises:
        ValueError: no vote, fewer than two values, no start, or no smoothing.
    """
    if not votes.n_votes or votes.n_values < 2 or n_restarts < 1 or smoothing <= 0:
        raise ValueError(
            f"expected votes, two values, a start and smoothing above 0, got {votes.n_votes} "
            f"votes, {votes.n_values} values, {n_restarts} starts, {smoothing}"
        )
    added = smoothing / votes.n_values
    uniform = np.full(votes.n_values, 1 / votes.n_values)

    def step(parameters: Floats) -> tuple[float, Floats]:
        tries, habits = _unpacked(parameters)
        expected = votes.expected(uniform, _rates(tries, habits))
        objective = expected.log_likelihood + _log_prior(tries, habits, added)
        return objective, _next(expected, tries, habits, added)

    def climbed(start: Floats) -> Maximum:
        return maximise(step, start, n_units=votes.n_voted, tolerance=tolerance, max_iter=max_iter)

    starts = [_first_start(votes, added)]
    starts += [_random_start(votes, rng) for _ in range(n_restarts - 1)]
    ends = [climbed(start) for start in starts]
    best = max(ends, key=lambda end: end.objective)
    tries, habits = _unpacked(best.parameters)
    return Mace(
        posteriors=votes.posteriors(uniform, _rates(tries, habits)),
        competence=tries[:, 0],
        habits=habits,
        log_likelihood=best.objective - _log_prior(tries, habits, added),
        objective=best.objective,
        objectives=tuple(end.objective for end in ends),
        history=best.history,
        n_iter=best.n_iter,
        converged=best.converged,
    )


def _rates(tries: Floats, habits: Floats) -> Floats:
    """Probability of each given value by coder and true value."""
    n_values = habits.shape[1]
    by_habit = tries[:, 1, None] * habits
    rates = np.repeat(by_habit[:, None, :], n_values, axis=1)
    rates[:, np.arange(n_values), np.arange(n_values)] += tries[:, 0, None]
    return rates


def _next(expected: Expected, tries: Floats, habits: Floats, added: float) -> Floats:
    """The parameters of the next EM step: a right value was known, or hit by habit."""
    right = np.einsum("ctt->ct", expected.votes)
    by_habit = tries[:, 1, None] * habits
    total = tries[:, 0, None] + by_habit
    known = right * np.divide(tries[:, 0, None], total, out=np.zeros_like(total), where=total > 0)
    habitual = np.maximum(expected.votes.sum(axis=1) - known, 0.0)
    counts = np.stack([known.sum(axis=1), habitual.sum(axis=1)], axis=1)
    return _packed(normalised(counts + added), normalised(habitual + added))


def _log_prior(tries: Floats, habits: Floats, added: float) -> float:
    return added * float(np.log(tries).sum() + np.log(habits).sum())


def _first_start(votes: Votes, added: float) -> Floats:
    """Competence where a coder's value was a frequent one of its unit; habits as they answer."""
    spread = votes.spread()
    right = np.einsum("ctt->c", spread.votes)
    wrong = np.maximum(spread.votes.sum(axis=(1, 2)) - right, 0.0)
    tries = normalised(np.stack([right, wrong], axis=1) + added)
    return _packed(tries, normalised(votes.given.astype(np.float64) + added))


def _random_start(votes: Votes, rng: np.random.Generator) -> Floats:
    """Competence above one half: the mirror image, where nobody knows anything, is no answer."""
    knows = rng.uniform(0.5, 1.0, votes.n_coders)
    habits = rng.dirichlet(np.ones(votes.n_values), votes.n_coders)
    # Draws from a Dirichlet can be 0, where EM would stay.
    return _packed(np.stack([knows, 1 - knows], axis=1), normalised(habits + 1e-3))


def _packed(tries: Floats, habits: Floats) -> Floats:
    """Rows of probabilities: who tries, in the first two columns, then the habits."""
    rows = np.zeros((2 * habits.shape[0], habits.shape[1]))
    rows[: habits.shape[0], :2] = tries
    rows[habits.shape[0] :] = habits
    return rows


def _unpacked(parameters: Floats) -> tuple[Floats, Floats]:
    n_coders = parameters.shape[0] // 2
    return parameters[:n_coders, :2], parameters[n_coders:]
