"""True values with one accuracy per coder, estimated together from sparse votes.

The one-coin model: a coder gives the true value with a probability of their own, and each of the
others equally often otherwise. With few votes per coder it is steadier than whole error rates.

Source: Zhang, Chen, Zhou and Jordan (2016), Spectral methods meet EM, Journal of Machine
Learning Research 17, section 2 (the model of Dawid and Skene 1979 with a single parameter).
"""

from dataclasses import dataclass

import numpy as np

from quality.metrics.em import MAX_ITER, TOLERANCE, Floats, maximise, normalised
from quality.metrics.votes import Expected, Votes, is_switched


@dataclass(frozen=True, slots=True)
class OneCoin:
    """The estimates, and how they were reached.

    Attributes:
        class_marginals: Share of each true value, shape (n_values,).
        posteriors: Probability of each true value of each unit, shape (n_units, n_values); the
            marginals where a unit has no value.
        accuracy: Probability that a coder gives the true value, shape (n_coders,); 0 where a coder
            gave no value and nothing is added by smoothing: it is undefined.
        log_likelihood: Of the observed values, summed over units.
        objective: What was maximised: the log-likelihood plus, with smoothing, the log of the
            prior up to a constant.
        history: The objective after each accepted step; never falls.
        n_iter: Evaluations of EM steps.
        converged: Whether the objective had stopped growing.
        label_switched: As in Dawid-Skene.
    """

    class_marginals: Floats
    posteriors: Floats
    accuracy: Floats
    log_likelihood: float
    objective: float
    history: tuple[float, ...]
    n_iter: int
    converged: bool
    label_switched: bool


def one_coin(
    votes: Votes,
    *,
    smoothing: float = 0.0,
    tolerance: float = TOLERANCE,
    max_iter: int = MAX_ITER,
) -> OneCoin:
    """Estimate true values and accuracies, starting from the shares of the values given.

    Args:
        votes: At least one vote, on at least two values.
        smoothing: So many values of each coder count as given before, right as often as all
            coders' values are at the start (a Beta prior, whose mode is found).
        tolerance: Gain of the objective per unit that ends the search.
        max_iter: EM steps after which it ends without having converged.

    Raises:
        ValueError: there is no vote, fewer than two values, or smoothing is negative.
    """
    if not votes.n_votes or votes.n_values < 2 or smoothing < 0:
        raise ValueError(
            f"expected votes, two values and smoothing of 0 or more, got {votes.n_votes} votes, "
            f"{votes.n_values} values, {smoothing}"
        )
    spread = votes.spread()
    prior = smoothing * normalised(_right_and_wrong(spread).sum(axis=0))

    def step(parameters: Floats) -> tuple[float, Floats]:
        marginals, coins = _unpacked(parameters, votes)
        expected = votes.expected(marginals, _rates(coins, votes.n_values))
        return expected.log_likelihood + _log_prior(coins, prior), _packed(expected, prior)

    found = maximise(
        step,
        _packed(spread, prior),
        n_units=votes.n_voted,
        tolerance=tolerance,
        max_iter=max_iter,
    )
    marginals, coins = _unpacked(found.parameters, votes)
    rates = _rates(coins, votes.n_values)
    given = votes.given.sum(axis=1)
    return OneCoin(
        class_marginals=marginals,
        posteriors=votes.posteriors(marginals, rates),
        accuracy=coins[:, 0],
        log_likelihood=found.objective - _log_prior(coins, prior),
        objective=found.objective,
        history=found.history,
        n_iter=found.n_iter,
        converged=found.converged,
        label_switched=is_switched(coins[:, 0] * given, given, n_values=votes.n_values),
    )


def _right_and_wrong(expected: Expected) -> Floats:
    """Expected right and wrong values of each coder, shape (n_coders, 2)."""
    right = np.einsum("ctt->c", expected.votes)
    return np.stack([right, np.maximum(expected.votes.sum(axis=(1, 2)) - right, 0.0)], axis=1)


def _packed(expected: Expected, prior: Floats) -> Floats:
    """Rows of probabilities: each coder's coin in the first columns, the marginals last."""
    n_values = expected.classes.shape[0]
    coins = normalised(_right_and_wrong(expected) + prior)
    rows = np.zeros((coins.shape[0] + 1, n_values))
    rows[:-1, :2] = coins
    rows[-1] = expected.classes / expected.classes.sum()
    return rows


def _unpacked(parameters: Floats, votes: Votes) -> tuple[Floats, Floats]:
    return parameters[-1], parameters[: votes.n_coders, :2]


def _rates(coins: Floats, n_values: int) -> Floats:
    is_right = np.eye(n_values, dtype=bool)
    wrong = coins[:, 1, None, None] / (n_values - 1)
    rates: Floats = np.where(is_right, coins[:, 0, None, None], wrong)
    return rates


def _log_prior(coins: Floats, prior: Floats) -> float:
    """Log density of the Beta prior up to a constant; 0 without smoothing."""
    used = np.broadcast_to(prior > 0, coins.shape)
    return float((np.broadcast_to(prior, coins.shape)[used] * np.log(coins[used])).sum())
