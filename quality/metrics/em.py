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
    objective therefore never falls.

    Args:
        step: One EM step.
        start: Rows of probabilities, each summing to 1 or to 0, shape (n_rows, n_columns).
        n_units: Units over which the objective is a sum.
        tolerance: Gain per unit and cycle that ends the climb.
        max_iter: Evaluations after which it ends without having converged.

    Source: Varadhan and Roland (2008), Scandinavian Journal of Statistics 35(2), 335-353
    (scheme S3).
    """
    here, longest, n_iter = start, 1.0, 1
    value, first = step(here)
    history = [value]
    while n_iter + 3 <= max_iter:
        value_before = value
        value_first, second = step(first)
        n_iter += 1
        if value_first <= value:
            # Only rounding stops EM from climbing.
            return Maximum(here, value, tuple(history), n_iter, True)
        history.append(value_first)
        jump, longest, is_longest = _extrapolated(here, first, second, longest)
        value_jump, after_jump = step(jump)
        n_iter += 1
        if value_jump >= value_first:
            here, value, first = jump, value_jump, after_jump
            longest *= 4.0 if is_longest else 1.0
        else:
            longest = max(1.0, longest / 4.0)
            value_second, third = step(second)
            n_iter += 1
            if value_second < value_first:
                return Maximum(first, value_first, tuple(history), n_iter, True)
            here, value, first = second, value_second, third
        history.append(value)
        if value - value_before <= tolerance * n_units:
            return Maximum(here, value, tuple(history), n_iter, True)
    return Maximum(here, value, tuple(history), n_iter, False)


def _extrapolated(
    here: Floats, first: Floats, second: Floats, longest: float
) -> tuple[Floats, float, bool]:
    """Further along the way of two steps; and whether the longest allowed length was taken."""
    change = first - here
    bend = (second - first) - change
    bend_size = float(np.sqrt((bend**2).sum()))
    change_size = float(np.sqrt((change**2).sum()))
    length = longest if bend_size == 0 else change_size / bend_size
    length = min(max(length, 1.0), longest)
    jump = here + 2 * length * change + length**2 * bend
    jump = np.maximum(jump, KEPT * second)
    total = jump.sum(axis=1, keepdims=True)
    np.divide(jump, total, out=jump, where=total > 0)
    return jump, longest, length == longest
