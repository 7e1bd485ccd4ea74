"""Votes on units with hidden true values: what the votes say about them, given error rates."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from quality.metrics.reliability import MISSING

Floats = NDArray[np.float64]
Codes = NDArray[np.integer]

# Units that are worked on at a time: their posteriors stay in the processor's cache.
BLOCK_UNITS = 16_384
# Stands for a probability of 0 in logarithms, finite however many votes it is multiplied by.
TINY = 1e-300


@dataclass(frozen=True, slots=True)
class Expected:
    """What the votes say about the true values under one set of parameters.

    Attributes:
        log_likelihood: Of the observed votes, summed over units.
        votes: Expected votes by coder, true value and given value,
            shape (n_coders, n_values true, n_values given).
        classes: Expected units of each true value, shape (n_values,).
    """

    log_likelihood: float
    votes: Floats
    classes: Floats


class Votes:
    """Votes by unit, as one sparse row for each unit, or for each different set of votes.

    Units that few coders judged in every possible way share their rows: what holds for a set of
    votes is worked out once.

    Args:
        unit: Unit of each vote, codes 0..n_units-1, shape (n_votes,).
        coder: Coder of each vote, codes 0..n_coders-1, same shape. A coder may vote several
            times on a unit; every vote counts.
        value: Codes 0..n_values-1, or MISSING (-1), which is left out; same shape.
        noted: Called before each expectation; may raise to stop the work.

    Raises:
        ValueError: the shapes differ, or a code lies outside its domain.
    """

    def __init__(
        self,
        unit: Codes,
        coder: Codes,
        value: Codes,
        *,
        n_units: int,
        n_coders: int,
        n_values: int,
        noted: Callable[[], None] = lambda: None,
    ) -> None:
        _check_shapes(unit, coder, value)
        _check_codes(unit, "unit", 0, n_units)
        _check_codes(coder, "coder", 0, n_coders)
        _check_codes(value, "value", MISSING, n_values)
        if (value == MISSING).any():
            given = value != MISSING
            unit, coder, value = unit[given], coder[given], value[given]
        self.n_units, self.n_coders, self.n_values = n_units, n_coders, n_values
        self._noted = noted
        self.n_votes = int(unit.size)
        self.is_voted = np.bincount(unit, minlength=n_units) > 0
        self.n_voted = int(np.count_nonzero(self.is_voted))
        row = unit
        if self.n_voted < n_units:
            row = (np.cumsum(self.is_voted) - 1)[unit]
        # 32 bits halve the memory, and scipy multiplies by nothing wider unless it must.
        column = (coder * n_values + value).astype(np.int32, copy=False)
        self.given = np.bincount(column, minlength=n_coders * n_values).reshape(n_coders, n_values)
        matrix = sparse.csr_array(
            (np.ones(self.n_votes), (row.astype(np.int32, copy=False), column)),
            shape=(self.n_voted, n_coders * n_values),
        )
        self._weights: NDArray[np.int64] | None = None
        self._pattern: NDArray[np.intp] | None = None
        codes = self._codes_of_patterns(row, coder, value)
        if codes is not None:
            _, first, self._pattern, self._weights = np.unique(
                codes, return_index=True, return_inverse=True, return_counts=True
            )
            matrix = matrix[first]
        self._blocks = [
            matrix[start : start + BLOCK_UNITS] for start in range(0, matrix.shape[0], BLOCK_UNITS)
        ]

    def _codes_of_patterns(
        self, row: Codes, coder: Codes, value: Codes
    ) -> NDArray[np.int64] | None:
        """A number per voted unit that is equal where the votes are; None where it cannot pay."""
        base = self.n_values + 1
        if 2 * base**self.n_coders > self.n_voted:
            return None
        cells = np.bincount(row.astype(np.int64) * self.n_coders + coder)
        if cells.max(initial=0) > 1:
            return None
        # The product above is at most n_voted, so the sums are exact.
        digits = (value + 1) * base ** coder.astype(np.int64)
        return np.bincount(row, weights=digits, minlength=self.n_voted).astype(np.int64)

    def expected(self, marginals: Floats, rates: Floats) -> Expected:
        """The expectation over the true values.

        Args:
            marginals: Probability of each true value, shape (n_values,).
            rates: Probability of each given value, by coder and true value,
                shape (n_coders, n_values true, n_values given).
        """
        self._noted()
        log_marginals, log_rates = self._logs(marginals, rates)
        total = 0.0
        classes = np.zeros(self.n_values)
        votes = np.zeros((self.n_coders * self.n_values, self.n_values))
        for block, weights in self._weighted_blocks():
            posterior, log_likelihood = _posterior(block, log_marginals, log_rates)
            if weights is not None:
                posterior *= weights
                log_likelihood *= weights
            total += float(log_likelihood.sum())
            classes += posterior.sum(axis=1)
            votes += block.T @ np.ascontiguousarray(posterior.T)
        return Expected(total, self._by_coder(votes), classes)

    def spread(self) -> Expected:
        """The same when each unit's true value is spread as its votes are; no likelihood."""
        classes = np.zeros(self.n_values)
        votes = np.zeros((self.n_coders * self.n_values, self.n_values))
        chooser = sparse.csr_array(np.tile(np.eye(self.n_values), (self.n_coders, 1)))
        for block, weights in self._weighted_blocks():
            counts = (block @ chooser).toarray().T
            shares = counts / counts.sum(axis=0)
            if weights is not None:
                shares *= weights
            classes += shares.sum(axis=1)
            votes += block.T @ np.ascontiguousarray(shares.T)
        return Expected(0.0, self._by_coder(votes), classes)

    def posteriors(self, marginals: Floats, rates: Floats) -> Floats:
        """Probability of each true value of each unit, shape (n_units, n_values).

        The marginals where a unit has no vote. Arguments as of :meth:`expected`.
        """
        logs = self._logs(marginals, rates)
        parts = [_posterior(block, *logs)[0].T for block in self._blocks]
        of_rows = np.concatenate(parts) if parts else np.zeros((0, self.n_values))
        if self._pattern is not None:
            of_rows = of_rows[self._pattern]
        if self.n_voted == self.n_units:
            return of_rows
        of_units = np.tile(marginals, (self.n_units, 1))
        of_units[self.is_voted] = of_rows
        return of_units

    def _logs(self, marginals: Floats, rates: Floats) -> tuple[Floats, Floats]:
        by_true = np.maximum(rates, TINY).transpose(1, 0, 2).reshape(self.n_values, -1)
        return np.log(np.maximum(marginals, TINY)), np.log(by_true)

    def _by_coder(self, votes: Floats) -> Floats:
        by_given = votes.reshape(self.n_coders, self.n_values, self.n_values)
        return np.ascontiguousarray(by_given.transpose(0, 2, 1))

    def _weighted_blocks(self) -> Iterator[tuple["sparse.csr_array", NDArray[np.int64] | None]]:
        start = 0
        for block in self._blocks:
            end = start + block.shape[0]
            yield block, None if self._weights is None else self._weights[start:end]
            start = end


def is_switched(right: Floats, given: Codes | Floats, *, n_values: int) -> bool:
    """Whether the names of the values are likely exchanged.

    Each coder's evidence is the logarithm of the odds that a vote of theirs multiplies, one right
    and one wrong vote of each other value added. Its sum is negative where coders are right less
    often than chance, and where the few who tell most contradict the many who tell little.

    Args:
        right: Expected votes of each coder for the true value, shape (n_coders,).
        given: Their votes, same shape; those without any are left out.
        n_values: Size of the value domain.
    """
    accuracy = (right + 1) / (given + n_values)
    evidence = np.log(accuracy * (n_values - 1) / (1 - accuracy)) if n_values > 1 else right
    return float(evidence[given > 0].sum()) < 0


def _posterior(
    block: "sparse.csr_array", log_marginals: Floats, log_rates: Floats
) -> tuple[Floats, Floats]:
    """Posteriors, shape (n_values, n_rows), and the log-likelihood of each row."""
    joint = np.stack([block @ of_true for of_true in log_rates])
    joint += log_marginals[:, None]
    highest = joint.max(axis=0)
    joint -= highest
    np.exp(joint, out=joint)
    total = joint.sum(axis=0)
    joint /= total
    return joint, np.log(total) + highest


def _check_shapes(*arrays: Codes) -> None:
    shapes = {array.shape for array in arrays}
    if len(shapes) != 1 or arrays[0].ndim != 1:
        raise ValueError(f"expected equal 1-d shapes, got {sorted(shapes)}")


def _check_codes(codes: Codes, name: str, lowest: int, size: int) -> None:
    if codes.size and (codes.min() < lowest or codes.max() >= size):
        raise ValueError(f"{name} codes must be {lowest}..{size - 1}")
