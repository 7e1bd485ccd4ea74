"""True values and each coder's error rates, estimated together from sparse votes.

Source: Dawid and Skene (1979), Maximum likelihood estimation of observer error-rates using the EM
algorithm, Applied Statistics 28(1), 20-28.
"""

from dataclasses import dataclass

import numpy as np

from quality.metrics.em import MAX_ITER, TOLERANCE, Floats, maximise, normalised
from quality.metrics.votes import Codes, Expected, Votes, is_switched

NO_VALUE = "there is no usable value"
ONE_VALUE = "every usable value is the same, so error rates cannot be told from a rare value"


@dataclass(frozen=True, slots=True)
class DawidSkene:
    """The estimates, and how they were reached.

    Attributes:
        class_marginals: Share of each true value, shape (n_values,).
        posteriors: Probability of each true value of each unit, shape (n_units, n_values); the
            marginals where a unit has no value. Over-confident where coders share a bias: votes
            count as independent given the true value.
        error_rates: Probability of each given value, shape (n_coders, n_values true,
            n_values given). A row is all 0 where ``n_true`` is 0: it is undefined.
        n_true: Expected number of a coder's values on units of each true value,
            shape (n_coders, n_values).
        log_likelihood: Of the observed values, summed over units; None without a value.
        objective: What was maximised: the log-likelihood, with smoothing plus the log of the
            prior (up to a constant).
        history: The objective after each accepted step; never falls.
        n_iter: Evaluations of EM steps.
        converged: Whether the objective had stopped growing.
        label_switched: Whether the names of the values are likely exchanged: coders are right less
            often than chance, or the most consistent ones contradict the others.
        undefined_because: Why the estimates mean nothing, or empty. Without any value all arrays
            are 0; where all values are the same they say so, and nothing more.
    """

    class_marginals: Floats
    posteriors: Floats
    error_rates: Floats
    n_true: Floats
    log_likelihood: float | None
    objective: float | None
    history: tuple[float, ...]
    n_iter: int
    converged: bool
    label_switched: bool
    undefined_because: str = ""


def dawid_skene(
    unit: Codes,
    coder: Codes,
    value: Codes,
    *,
    n_units: int,
    n_coders: int,
    n_values: int,
    smoothing: float = 0.0,
    tolerance: float = TOLERANCE,
    max_iter: int = MAX_ITER,
) -> DawidSkene:
    """Estimate true values and error rates, starting from the shares of the values given.

    Args:
        unit: Unit of each value, codes 0..n_units-1, shape (n_given,).
        coder: Coder of each value, codes 0..n_coders-1, same shape; several values of a coder
            for a unit all count, as in the article.
        value: Codes 0..n_values-1, or MISSING (-1), which is left out; same shape.
        n_units: Units in the frame, those without a value included.
        n_coders: Coders in the frame.
        n_values: Size of the value domain.
        smoothing: 0 for the estimator of the article. Otherwise so many values of each coder on
            units of each true value count as given before, spread as the values of all coders
            are (a Dirichlet prior, whose mode is found): coders with few values resemble the
            others instead of looking perfect or worthless.
        tolerance: Gain of the objective per unit that ends the search.
        max_iter: EM steps after which it ends without having converged.

    Raises:
        ValueError: the shapes differ, a code lies outside its domain, or smoothing is negative.
    """
    if smoothing < 0:
        raise ValueError(f"expected smoothing of 0 or more, got {smoothing}")
    votes = Votes(unit, coder, value, n_units=n_units, n_coders=n_coders, n_values=n_values)
    return fitted(votes, smoothing=smoothing, tolerance=tolerance, max_iter=max_iter)


def fitted(
    votes: Votes,
    *,
    smoothing: float = 0.0,
    tolerance: float = TOLERANCE,
    max_iter: int = MAX_ITER,
) -> DawidSkene:
    """The estimates from votes that are ready; arguments as of :func:`dawid_skene`."""
    if not votes.n_votes:
        return _nothing(votes)
    spread = votes.spread()
    prior = smoothing * normalised(spread.votes.sum(axis=0))

    def step(parameters: Floats) -> tuple[float, Floats]:
        marginals, rates = _unpacked(parameters)
        expected = votes.expected(marginals, rates)
        return expected.log_likelihood + _log_prior(rates, prior), _packed(expected, prior)

    found = maximise(
        step,
        _packed(spread, prior),
        n_units=votes.n_voted,
        tolerance=tolerance,
        max_iter=max_iter,
    )
    marginals, rates = _unpacked(found.parameters)
    expected = votes.expected(marginals, rates)
    one_value = np.count_nonzero(votes.given.sum(axis=0)) == 1
    return DawidSkene(
        class_marginals=marginals,
        posteriors=votes.posteriors(marginals, rates),
        error_rates=rates,
        n_true=expected.votes.sum(axis=2),
        log_likelihood=expected.log_likelihood,
        objective=found.objective,
        history=found.history,
        n_iter=found.n_iter,
        converged=found.converged,
        label_switched=is_switched(
            np.einsum("ctt->c", expected.votes), votes.given.sum(axis=1), n_values=votes.n_values
        ),
        undefined_because=ONE_VALUE if one_value else "",
    )


def _packed(expected: Expected, prior: Floats) -> Floats:
    """The next parameters as rows of probabilities: the marginals, then the rows of all coders."""
    n_values = expected.classes.shape[0]
    rates = normalised((expected.votes + prior).reshape(-1, n_values))
    return np.concatenate([expected.classes[None] / expected.classes.sum(), rates])


def _unpacked(parameters: Floats) -> tuple[Floats, Floats]:
    n_values = parameters.shape[1]
    return parameters[0], parameters[1:].reshape(-1, n_values, n_values)


def _log_prior(rates: Floats, prior: Floats) -> float:
    """Log density of the Dirichlet prior up to a constant; 0 without smoothing."""
    used = np.broadcast_to(prior > 0, rates.shape)
    return float((np.broadcast_to(prior, rates.shape)[used] * np.log(rates[used])).sum())


def _nothing(votes: Votes) -> DawidSkene:
    n_values = votes.n_values
    return DawidSkene(
        class_marginals=np.zeros(n_values),
        posteriors=np.zeros((votes.n_units, n_values)),
        error_rates=np.zeros((votes.n_coders, n_values, n_values)),
        n_true=np.zeros((votes.n_coders, n_values)),
        log_likelihood=None,
        objective=None,
        history=(),
        n_iter=0,
        converged=False,
        label_switched=False,
        undefined_because=NO_VALUE,
    )
