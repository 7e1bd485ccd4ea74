"""What further judgments buy: how many more comparisons get their true direction right."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quality.metrics.leads import Floats, Leads

# A budget is spent in so many parts, each where it then adds most.
N_PARTS = 400
# What is left of a state below this share of a part is passed over.
NEGLIGIBLE = 1e-3
# A hundred thousand judgments that each add less would put one comparison right.
LEAST_GAIN = 1e-5
# Decisions after which the rest of a budget stays unspent; about four for each part are usual.
MAX_DECISIONS = 4_000


@dataclass(frozen=True, slots=True)
class Curve:
    """Comparisons that are right in expectation, after further judgments.

    Attributes:
        budget: Further judgments, ascending, shape (n,).
        best_first: Each judgment goes where it adds most, and what it says decides where the next
            one goes. Shape (n_draws, n).
        evenly: Every comparison gets one more, then another one. Same shape.
    """

    budget: NDArray[np.int64]
    best_first: Floats
    evenly: Floats


def gain_curve(
    leads: Sequence[Leads], mass: NDArray[np.floating], budget: NDArray[np.integer]
) -> Curve:
    """Expected comparisons that are right after each budget, in each draw.

    The expectation is taken over what annotators will say, by the model itself; comparisons in one
    state are many, so that shares of them follow the probabilities.

    Args:
        leads: The states under the accuracy of each draw.
        mass: Comparisons in each state, shape (n_draws, n_states).
        budget: Further judgments, ascending, not negative, shape (n,).
    """
    if budget.size and (budget[0] < 0 or (np.diff(budget) < 0).any()):
        raise ValueError("expected budgets that are not negative and do not fall")
    start = np.asarray(mass, dtype=np.float64)
    even = [_evenly(one, row, budget.tolist()) for one, row in zip(leads, start, strict=True)]
    best = _best_first(leads, start, budget.tolist())
    return Curve(budget.astype(np.int64), best, np.array(even))


def best_to_ask(
    leads: Leads, state: NDArray[np.int64], n_votes: NDArray[np.integer], *, most: int
) -> NDArray[np.int64]:
    """The comparisons where further judgments add most, best first; fewer votes go first.

    Comparisons without a vote, and those where nothing is to be gained, are left out.

    Args:
        leads: The states.
        state: State of each comparison, shape (n_units,).
        n_votes: Usable votes of each comparison, same shape.
        most: Length of the list.
    """
    gain = leads.gain[state]
    candidates = np.flatnonzero((n_votes > 0) & (gain > 0))
    if candidates.size > most:
        lowest = np.partition(gain[candidates], candidates.size - most)[candidates.size - most]
        candidates = candidates[gain[candidates] >= lowest]
    order = np.lexsort((candidates, n_votes[candidates], -gain[candidates]))
    return np.asarray(candidates[order[:most]])


def _evenly(leads: Leads, mass: Floats, budgets: list[int]) -> Floats:
    n_units = float(mass.sum())
    right = [float(mass @ leads.right)]
    answers = []
    for budget in budgets:
        rounds, part = divmod(budget / n_units, 1) if n_units else (0.0, 0.0)
        while len(right) < rounds + 2:
            mass = leads.after_votes(mass)
            right.append(float(mass @ leads.right))
        whole = int(rounds)
        answers.append((1 - part) * right[whole] + part * right[whole + 1])
    return np.array(answers)


def _best_first(leads: Sequence[Leads], mass: Floats, budgets: list[int]) -> Floats:
    """All draws at once; each part of the budget goes to the best state that has comparisons."""
    mass, draws = mass.copy(), np.arange(mass.shape[0])
    gain, right = (np.stack([getattr(one, name) for one in leads]) for name in ("gain", "right"))
    gain[gain < LEAST_GAIN] = 0.0
    chance, after = np.stack([one.chance for one in leads]), leads[0].after
    part = max(budgets, default=0) / N_PARTS
    spent = np.zeros(draws.size)
    answers, n_decisions = [], 0
    for budget in budgets:
        while n_decisions < MAX_DECISIONS:
            n_decisions += 1
            worth = np.where(mass > NEGLIGIBLE * part, gain, 0.0)
            state = worth.argmax(axis=1)
            moved = np.minimum(np.minimum(mass[draws, state], part), budget - spent)
            moved[worth[draws, state] <= 0] = 0.0
            if moved.max(initial=0.0) <= 1e-9 * budget:
                break
            spent += moved
            mass[draws, state] -= moved
            for column in range(after.shape[1]):
                mass[draws, after[state, column]] += moved * chance[draws, state, column]
        answers.append((mass * right).sum(axis=1))
    return np.array(answers).T
