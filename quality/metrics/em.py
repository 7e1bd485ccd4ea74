"""The maximum of an objective that expectation maximisation climbs, with fewer steps."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
# Evaluates the objective at some parameters and makes the next ones of plain EM.
Step = Callable[[Floats], tuple[float, Floats]]

# Gain of the objective per unit over a whole cycle of steps. Far below the accuracy that is
# promised (1e-6): where progress is slow, many small gains are still to come.
TOLERANCE = 1e-11
MAX_ITER = 3_000
# An extrapolated probability keeps at least this part of the value that EM gave it, so that
# it can still grow.
KEPT = 0.1
# Steps this short are noise.
ROUNDING = 1e-12
# Relative movement of the start.
UNBALANCE = 1e-2
# Where a cycle gains less than this per unit, a probability below the second that grows by more
# than the third factor in a step is helped up; so many times at most.
RESTING, AWAKE, GROWING, MAX_WOKEN = 1e-9, 1e-3, 1.00001, 10


@dataclass(frozen=True, slots=True)
class Maximum:
    """Where the climb ended.

    Attributes:
        parameters: Shape as the start's.
        objective: Its value there.
        history: Objective after each accepted step; never falls.
        n_iter: Evaluations of EM steps, rejected ones included.
        converged: Whether the last cycle gained no more than the tolerance.
    """

    parameters: Floats
    objective: float
    history: tuple[float, ...]
    n_iter: int
    converged: bool


def maximise(
    step: Step,
    start: Floats,
    *,
    n_units: int,
    tolerance: float = TOLERANCE,
    max_iter: int = MAX_ITER,
) -> Maximum:
    """Climb from the start to a local maximum.

    Each cycle takes two EM steps, extrapolates them, and keeps the extrapolation only where the
    objective is at least what the steps reached; otherwise it goes on from the steps. The
    objective therefore never falls. The path does not depend on where it is to end, so a longer
    run only goes on from a shorter one.

    Args:
        step: One EM step.
        start: Rows of probabilities, each summing to 1 or to 0, shape (n_rows, n_columns).
        n_units: Units over which the objective is a sum.
        tolerance: Gain per unit and cycle that ends the climb.
        max_iter: Evaluations after which it ends without having converged.

    Source: Varadhan and Roland (2008), Scandinavian Journal of Statistics 35(2), 335-353
    (scheme S3).
    """
    climb = _Climb(step, _off_balance(start))
    while climb.n_iter + 4 <= max_iter:
        gain = climb.cycle()
        if gain <= RESTING * n_units and climb.wake():
            continue
        if gain == 0 or (gain <= tolerance * n_units and not climb.is_leaving_saddle):
            return climb.ended(converged=True)
    return climb.ended(converged=False)


class _Climb:
    """A place on the way up, and the EM step from there."""

    def __init__(self, step: Step, start: Floats) -> None:
        self._step = step
        self._here = start
        self._longest = 1.0
        self._n_woken = 0
        self._waking: NDArray[np.bool_] | None = None
        self.n_iter = 1
        self.is_leaving_saddle = False
        self._value, self._next = step(start)
        self._history = [self._value]

    def cycle(self) -> float:
        """Two steps and their extrapolation, or three steps; returns what they gained."""
        before = self._value
        here, first = self._here, self._next
        if not self._advance(first):
            return 0.0
        second = self._next
        self.is_leaving_saddle = _grows(here, first, second)
        self._waking = (second < AWAKE) & (second > first * GROWING)
        jump, length = _extrapolated(here, first, second, self._longest)
        if self._advance(jump):
            self._longest *= 4.0 if length == self._longest else 1.0
        else:
            self._longest = max(1.0, self._longest / 4.0)
            self._advance(second)
        return self._value - before

    def wake(self) -> bool:
        """Help up the probabilities near 0 that a step lets grow, where it does not cost.

        EM shrinks a probability that is of no use at first, and then needs ages to let it grow
        back; meanwhile nothing else moves.
        """
        if self._waking is None or not self._waking.any() or self._n_woken == MAX_WOKEN:
            return False
        self._n_woken += 1
        woken = np.where(self._waking, np.maximum(self._here, AWAKE), self._here)
        return self._advance(normalised(woken))

    def ended(self, *, converged: bool) -> Maximum:
        return Maximum(self._here, self._value, tuple(self._history), self.n_iter, converged)

    def _advance(self, place: Floats) -> bool:
        """Go to a place unless the objective is lower there."""
        value, after = self._step(place)
        self.n_iter += 1
        if value < self._value:
            return False
        self._here, self._value, self._next = place, value, after
        self._history.append(value)
        return True


def _off_balance(start: Floats) -> Floats:
    """The start, moved a little, so that balanced votes do not hold the climb on a saddle.

    The movement follows from the numbers themselves, wherever their rows stand; the part that
    does not is too small to matter unless the votes are perfectly balanced.
    """
    places = np.arange(start.size).reshape(start.shape)
    noise = UNBALANCE * np.cos(1e4 * start) + UNBALANCE**2 * np.cos(places)
    return normalised(start * (1 + noise))


def _grows(here: Floats, first: Floats, second: Floats) -> bool:
    """Whether steps get longer: gains are small near a saddle too, but not for long."""
    length = float(np.abs(first - here).max())
    return length > ROUNDING and float(np.abs(second - first).max()) > length


def _extrapolated(
    here: Floats, first: Floats, second: Floats, longest: float
) -> tuple[Floats, float]:
    """A place further along the way of two steps, and the length taken."""
    change = first - here
    bend = (second - first) - change
    bend_size, change_size = float(np.linalg.norm(bend)), float(np.linalg.norm(change))
    length = longest if bend_size == 0 else change_size / bend_size
    length = min(max(length, 1.0), longest)
    jump = here + 2 * length * change + length**2 * bend
    return normalised(np.maximum(jump, KEPT * second)), length


def normalised(rows: Floats) -> Floats:
    """Each row over its sum; a row of zeros stays as it is."""
    total = rows.sum(axis=-1, keepdims=True)
    shares: Floats = np.divide(rows, total, out=np.zeros_like(rows), where=total > 0)
    return shares
