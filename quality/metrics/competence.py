"""How often each annotator gives the true direction, as the others' judgments suggest.

The model: annotator j gives the true value with probability p_j whatever it is; errors go to each
other value v in proportion to a share r_v that all annotators have in common. It is the model of
Dawid and Skene (1979), Applied Statistics 28(1), 20-28, with one parameter for each annotator.

What an annotator is compared with is the posterior of the others alone, never one that holds the
annotator's own judgment; that it can be wrong itself is part of the likelihood.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.special import logsumexp

from quality.metrics.em import Floats
from quality.metrics.hierarchy import GRID, Shrunk, shrunk
from quality.metrics.reliability import Reliability

Codes = NDArray[np.int64]

# Where the search starts, and how closely competences must repeat to end it.
START, TOLERANCE, MAX_ITER = 0.75, 1e-4, 200
# After so many rounds competences move by half, in case they go to and fro.
PATIENT = 20
# The others' log-odds are counted at points this far apart, each shared by its two neighbours.
STEP, HIGHEST = 0.125, 12.0
N_POINTS = int(2 * HIGHEST / STEP) + 1
# More annotators than these have their intervals without the uncertainty of the others, which is
# small where they are many.
MOST_COUPLED = 3_000
ALONE = "nobody else judged the same comparisons"
TOO_FEW_CODERS = "fewer than three annotators: who is right cannot be told from two"


@dataclass(frozen=True, slots=True)
class Competence:
    """Competences, and the posteriors of true values they came with.

    Attributes:
        shrunk: Each annotator's probability of the true value with its 95 % interval, drawn
            towards all annotators: what few judgments leave open.
        n: Judgments of each annotator on units that somebody else judged, shape (n_coders,).
        marginals: Share of each true value, shape (n_values,).
        errors: Share of each value among errors where it is not the true one, same shape.
        posteriors: Of each unit's true value, shape (n_units, n_values); the marginals
            where fewer than two judged it.
        kept: Which values of the data they rest on, shape (n_judgments,).
        others: Posterior of the true value from the others alone, of each kept judgment,
            shape (n_kept, n_values).
        history: Largest change of a competence in each round.
        converged: Whether the last change was below TOLERANCE.
        undefined_because: Why there are none, or empty.
    """

    shrunk: Shrunk
    n: Codes
    marginals: Floats
    errors: Floats
    posteriors: Floats
    kept: NDArray[np.bool_]
    others: NDArray[np.float32]
    history: tuple[float, ...]
    converged: bool
    undefined_because: str = ""


def competences(data: Reliability) -> Competence:
    """Estimate every annotator's competence together with the true values.

    Args:
        data: Judgments with a direction; missing values are left out.

    The mean competence is taken to be above chance, which decides which value is called true.
    Votes count as independent given the true value: what annotators share, such as a liking for
    long responses, passes for truth. Undefined with fewer than three annotators who met.
    """
    usable = data.usable()
    per_unit = np.bincount(usable.unit, minlength=data.n_units)
    kept = data.value >= 0
    kept[kept] = per_unit[usable.unit] > 1
    unit, coder, value = (codes[kept] for codes in (data.unit, data.coder, data.value))
    n = np.bincount(coder, minlength=data.n_coders)
    if np.count_nonzero(n) < 3 or data.n_values < 2:
        return _nothing(data, n, TOO_FEW_CODERS if n.any() else ALONE)
    model = _Model(unit, coder, value, data)
    history: list[float] = []
    while len(history) < MAX_ITER and (not history or history[-1] > TOLERANCE):
        before = model.competence
        model.improve(damped=len(history) >= PATIENT)
        history.append(float(np.abs(model.competence - before).max()))
    posteriors = model.posteriors()
    posteriors[per_unit < 2] = model.marginals
    return Competence(
        shrunk=model.shrunk(widening=model.widening()),
        n=n,
        marginals=model.marginals,
        errors=model.errors,
        posteriors=posteriors,
        kept=kept,
        others=model.others(),
        history=tuple(history),
        converged=history[-1] <= TOLERANCE,
    )


class _Model:
    """The parameters as they stand, and what follows from them."""

    def __init__(self, unit: Codes, coder: Codes, value: Codes, data: Reliability) -> None:
        self.unit, self.coder, self.value = unit, coder, value
        self.n_coders, self.n_values, self.n_units = data.n_coders, data.n_values, data.n_units
        cells = unit * data.n_values + value
        self.cells = cells
        counts = np.bincount(cells, minlength=data.n_units * data.n_values)
        self.counts = counts.reshape(data.n_units, data.n_values)
        given = self.counts.sum(axis=0) + 1.0
        self.marginals = given / given.sum()
        self.errors = self.marginals.copy()
        self.competence = np.full(data.n_coders, START)
        self.scores = self._scores()

    def improve(self, *, damped: bool) -> None:
        """One round: shares of values, then competences, then the scores of true values."""
        self._improve_shares()
        competence = self.shrunk().mean
        self.competence = (competence + self.competence) / 2 if damped else competence
        self.scores = self._scores()

    def shrunk(self, widening: Floats | None = None) -> Shrunk:
        chance = 1 / self.n_values
        return shrunk(self._log_likelihood(), lowest_mean=chance, widening=widening)

    def posteriors(self) -> Floats:
        """Of each unit's true value, all judgments counted, shape (n_units, n_values)."""
        return np.asarray(np.exp(self.scores - logsumexp(self.scores, axis=1, keepdims=True)))

    def others(self) -> NDArray[np.float32]:
        """The same from the others alone, for each judgment."""
        own = self.competence[self.coder].astype(np.float32)
        free = np.log1p(-self.errors).astype(np.float32)
        error = (np.log1p(-own) + np.log(self.errors).astype(np.float32)[self.value]).astype(
            np.float32
        )
        shares = np.empty((self.unit.size, self.n_values), dtype=np.float32)
        scores = (self.scores - self.scores.max(axis=1, keepdims=True)).astype(np.float32)
        for value in range(self.n_values):
            given = np.where(self.value == value, np.log(own), error - free[value])
            shares[:, value] = scores[self.unit, value] - given
        shares -= shares.max(axis=1, keepdims=True)
        np.exp(shares, out=shares)
        shares /= shares.sum(axis=1, keepdims=True)
        return shares

    def widening(self) -> Floats:
        """What the uncertainty of all other competences adds to each variance, as a factor.

        From the information matrix of all competences (in the logit), by products of scores.
        """
        if self.n_coders > MOST_COUPLED:
            return np.ones(self.n_coders)
        odds, own = np.exp(self._others_odds()), self.competence[self.coder]
        score = own * (1 - own) * (odds - 1) / (odds * own + 1 - own)
        matrix = sparse.csr_array(
            (score, (self.unit, self.coder)), shape=(self.n_units, self.n_coders)
        )
        information = (matrix.T @ matrix).toarray()
        prior = self.shrunk().size * self.competence * (1 - self.competence)
        information[np.diag_indices(self.n_coders)] += prior
        inverse = np.linalg.inv(information)
        return np.asarray(np.maximum(1.0, np.diag(information) * np.diag(inverse)))

    def _scores(self) -> Floats:
        """Log of the joint probability of each true value and the judgments, up to a constant."""
        competence = self.competence
        weights = np.log(competence / (1 - competence))[self.coder]
        size = self.n_units * self.n_values
        own = np.bincount(self.cells, weights=weights, minlength=size).reshape(self.counts.shape)
        free = np.log(1 - self.errors)
        own += self.counts * (free - np.log(self.errors)) + np.log(self.marginals)
        own -= self.counts.sum(axis=1, keepdims=True) * free
        return np.asarray(own)

    def _others_odds(self) -> NDArray[np.float32]:
        """Log-odds by the others that each judgment is right, against the errors it could be."""
        odds = np.empty_like(self.scores)
        for value in range(self.n_values):
            rest = np.delete(self.scores, value, axis=1)
            odds[:, value] = self.scores[:, value] - np.logaddexp.reduce(rest, axis=1)
        own = np.log(self.competence / (1 - self.competence)).astype(np.float32)
        found: NDArray[np.float32] = odds.astype(np.float32).ravel()[self.cells]
        found -= own[self.coder]
        np.clip(found, -HIGHEST, HIGHEST, out=found)
        return found

    def _log_likelihood(self) -> Floats:
        """Of each competence on the grid, shape (n_coders, n_grid)."""
        place = (self._others_odds() + HIGHEST) / STEP
        lower = np.minimum(place.astype(np.int32), N_POINTS - 2)
        part = place - lower
        cells, size = self.coder * N_POINTS + lower, self.n_coders * N_POINTS
        upper = np.bincount(cells, weights=part, minlength=size)
        counts = np.bincount(cells, minlength=size) - upper
        counts[1:] += upper[:-1]
        odds = np.exp(np.linspace(-HIGHEST, HIGHEST, N_POINTS))[:, None]
        logs = np.log(odds * GRID + 1 - GRID)
        return np.asarray(counts.reshape(self.n_coders, N_POINTS) @ logs)

    def _improve_shares(self) -> None:
        """Shares of true values, and of values among errors (Hunter 2004, for Luce's choice)."""
        shared = self.counts.sum(axis=1) > 1
        posteriors = self.posteriors()[shared]
        table = posteriors.T @ self.counts[shared]
        self.marginals = (posteriors.sum(axis=0) + 1) / (posteriors.sum() + self.n_values)
        np.fill_diagonal(table, 0.0)
        of_true, of_given = table.sum(axis=1) + 1, table.sum(axis=0) + 1
        rate = of_true / (1 - self.errors)
        errors = of_given / (rate.sum() - rate)
        self.errors = errors / errors.sum()


def _nothing(data: Reliability, n: Codes, reason: str) -> Competence:
    empty = np.zeros(data.n_coders)
    values = np.zeros(data.n_values)
    return Competence(
        shrunk=Shrunk(mean=empty, low=empty, high=empty, typical=0.0, size=0.0),
        n=n,
        marginals=values,
        errors=values,
        posteriors=np.zeros((data.n_units, data.n_values)),
        kept=np.zeros(data.value.size, dtype=bool),
        others=np.zeros((0, data.n_values), dtype=np.float32),
        history=(),
        converged=False,
        undefined_because=reason,
    )
