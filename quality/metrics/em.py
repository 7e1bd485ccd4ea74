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
# No extrapolation goes further than so many steps.
LONGEST = 4.0**8
# Steps this short are noise.
ROUNDING = 1e-12
# Plain steps come first while one gains more than this per unit, so many at most: they lead to the
# maximum that plain EM finds, where extrapolations far from it may reach another.
RUSHING, MAX_PLAIN = 1e-4, 50
# A cycle that gains less than this per unit rests: at a maximum, on a saddle, or waiting for
# probabilities near 0 that EM shrank too early.
RESTING = 1e-9
# Relative movement off a resting place, to see whether it is a saddle; how often that is looked at,
# and how many evaluations one look may cost.
SHAKE, MAX_SHAKEN, MAX_LOOK = 1e-3, 3, 200
# A probability below the first that grows by more than the second factor in a step is helped up; so
# many times at most.
AWAKE, GROWING, MAX_WOKEN = 1e-3, 1.00001, 10


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
    climb = _Climb(step, start)
    climb.rush(min(MAX_PLAIN, max_iter - 1), least_gain=RUSHING * n_units)
    while climb.n_iter + 4 <= max_iter:
        gain = climb.cycle()
        if gain <= RESTING * n_units and (climb.wake() or climb.leave_saddle(RESTING * n_units)):
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
        self._n_shaken = 0
        self._waking: NDArray[np.bool_] | None = None
        self.n_iter = 1
        self.is_leaving_saddle = False
        self._value, self._next = step(start)
        self._history = [self._value]

    def rush(self, most: int, *, least_gain: float) -> None:
        """Plain steps, while they gain much."""
        for _ in range(most):
            before = self._value
            if not self._advance(self._next) or self._value - before < least_gain:
                return

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
            if length == self._longest:
                self._longest = min(4.0 * self._longest, LONGEST)
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

    def leave_saddle(self, notable: float) -> bool:
        """Climb from a place nearby; go there where that leads higher than here.

        Balanced votes can hold EM where no direction is uphill but many are not downhill either.
        """
        if self._n_shaken == MAX_SHAKEN:
            return False
        self._n_shaken += 1
        look = _Climb(self._step, _off_balance(self._here))
        while look.n_iter < MAX_LOOK:
            gain = look.cycle()
            if look._value > self._value + notable:
                break
            if gain <= notable and not look.is_leaving_saddle:
                break
        self.n_iter += look.n_iter
        if look._value <= self._value + notable:
            self._n_shaken = MAX_SHAKEN
            return False
        self._here, self._value, self._next = look._here, look._value, look._next
        self._history.append(self._value)
        return True

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


def _off_balance(place: Floats) -> Floats:
    """A place nearby that has none of the place's symmetries.

    The movement follows from the numbers themselves, wherever their rows stand; the part that
    does not is too small to matter unless the votes are perfectly balanced.
    """
    order = np.arange(place.size).reshape(place.shape)
    noise = SHAKE * (np.cos(1e4 * place) + 0.1 * np.cos(order))
    return normalised(place * (1 + noise))


def _grows(here: Floats, first: Floats, second: Floats) -> bool:
    """Whether steps get longer: gains are small near a saddle too, but not for long."""
    length = float(np.abs(first - here).max())
    return length > ROUNDING and float(np.abs(second - first).max()) > length


def _extrapolated(
    here: Floats, first: Floats, second: Floats, longest: float
) -> tuple[Floats, float]:
    """A place further along the way of two steps, and the greatest length taken.

    Each row of parameters has its own length: coders of few votes are slow, and hold no one up.
    """
    change = first - here
    bend = (second - first) - change
    bend_size = np.linalg.norm(bend, axis=1, keepdims=True)
    change_size = np.linalg.norm(change, axis=1, keepdims=True)
    lengths = np.full_like(bend_size, longest)
    np.divide(change_size, bend_size, out=lengths, where=bend_size > 0)
    lengths = np.clip(lengths, 1.0, longest)
    jump = here + 2 * lengths * change + lengths**2 * bend
    return normalised(np.maximum(jump, KEPT * second)), float(lengths.max())


def normalised(rows: Floats) -> Floats:
    """Each row over its sum; a row of zeros stays as it is."""
    total = rows.sum(axis=-1, keepdims=True)
    shares: Floats = np.divide(rows, total, out=np.zeros_like(rows), where=total > 0)
    return shares
