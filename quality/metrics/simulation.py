"""Simulated projects: how wide intervals come out, for some noise and some number of votes.

What matters of a comparison is how many votes each direction got. With independent votes the
probability of each such pattern is known, so a project of any size is one multinomial draw over
at most a few hundred patterns, and its interval follows from the pattern counts (the delta
method, which the intervals of the report agree with where comparisons are many).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quality.metrics.compositions import compositions, multinomial_probabilities
from quality.metrics.judged import TIE, A, B
from quality.metrics.noise import Noise
from quality.metrics.posteriors import posteriors

Floats = NDArray[np.float64]
# Values and standard errors of each simulated project, from its pattern counts.
Measure = Callable[["Patterns", Floats], tuple[Floats, Floats]]

NORMAL = 1.959964
# Ends of intervals that rest on 1,000 draws vary themselves: the standard deviation of
# their distance, as a share of it, for a normal distribution.
FROM_DRAWS = 0.031
STEP = 1e-4


@dataclass(frozen=True, slots=True)
class Patterns:
    """The votes a comparison can get.

    Attributes:
        votes: For A, tie and B, shape (n_patterns, 3).
        probability: Of each pattern, shape (n_patterns,).
        noise: What the votes were drawn with.
    """

    votes: NDArray[np.int64]
    probability: Floats
    noise: Noise

    @property
    def n_votes(self) -> NDArray[np.int64]:
        return np.asarray(self.votes.sum(axis=1))

    @property
    def offered(self) -> NDArray[np.bool_]:
        return np.array([True, self.noise.n_values == 3, True])


def patterns_for(noise: Noise, *, n_judgments: int, win_rate: float = 0.5) -> Patterns:
    """What comparisons with so many judgments each come out as.

    Args:
        noise: What judgments are like.
        n_judgments: Of each comparison; those without a direction are among them.
        win_rate: How often A is truly better, ties counting half.
    """
    rows = compositions(n_judgments, 4)
    if noise.n_values == 2:
        rows = rows[rows[:, TIE] == 0]
    wrong = (1 - noise.accuracy) / (noise.n_values - 1)
    ties = noise.tie_share if noise.n_values == 3 else 0.0
    better = float(np.clip(win_rate - ties / 2, 0.0, 1.0 - ties))
    prior = {A: better, TIE: ties, B: 1.0 - ties - better}
    probability = np.zeros(rows.shape[0])
    for true, share in prior.items():
        votes = np.full(3, wrong)
        votes[true] = noise.accuracy
        if noise.n_values == 2:
            votes[TIE] = 0.0
        shares = np.append(votes * noise.usable_share, 1 - noise.usable_share)
        probability += share * multinomial_probabilities(rows, np.maximum(shares, 1e-300))
    kept = probability > 1e-8
    votes_of, probability = _merged(rows[kept, :3], probability[kept])
    return Patterns(votes_of, probability / probability.sum(), noise)


def simulated_widths(
    measure: Measure,
    patterns: Patterns,
    *,
    n_comparisons: int,
    n_draws: int,
    from_draws: bool,
    rng: np.random.Generator,
) -> Floats:
    """Widths of 95 % intervals in simulated projects, shape (n_draws,); infinite where undefined.

    Args:
        measure: What the interval is of.
        patterns: What comparisons come out as.
        n_comparisons: Of each project.
        n_draws: Projects.
        from_draws: Whether the report's interval rests on draws and varies with them.
        rng: Source of the draws.
    """
    counts = rng.multinomial(n_comparisons, patterns.probability, size=n_draws)
    _, errors = measure(patterns, counts.astype(np.float64))
    widths = 2 * NORMAL * errors
    if from_draws:
        widths *= 1 + FROM_DRAWS * rng.standard_normal(n_draws)
    return np.asarray(widths)


def expected_value(measure: Measure, patterns: Patterns) -> float:
    """What the measure tends to with many comparisons."""
    many = patterns.probability[None] * 1e9
    return float(measure(patterns, many)[0][0])


def agreement(patterns: Patterns, counts: Floats) -> tuple[Floats, Floats]:
    """Share of agreeing pairs of votes, pooled."""
    pairs = (patterns.n_votes * (patterns.n_votes - 1)).astype(np.float64)
    agreeing = (patterns.votes * (patterns.votes - 1)).sum(axis=1).astype(np.float64)
    total = counts @ pairs
    value = _ratio(counts @ agreeing, total)
    influence = _ratio(agreeing - value[:, None] * pairs, total[:, None])
    return value, _error(counts, influence, defined=total > 0)


def alpha(patterns: Patterns, counts: Floats) -> tuple[Floats, Floats]:
    """Krippendorff's alpha, nominal."""
    n_votes = patterns.n_votes
    paired = n_votes >= 2
    votes = np.where(paired[:, None], patterns.votes, 0).astype(np.float64)
    differing = (votes.sum(axis=1) ** 2 - (votes**2).sum(axis=1)) / np.maximum(n_votes - 1, 1)
    of_value = counts @ votes
    n = of_value.sum(axis=1)
    observed = counts @ differing
    by_chance = n**2 - (of_value**2).sum(axis=1)
    value = 1 - _ratio((n - 1) * observed, by_chance)
    slope = _ratio(-(n - 1), by_chance)
    bend = _ratio(observed, by_chance)[:, None] * (
        -1 + 2 * _ratio((n - 1)[:, None] * (n[:, None] - of_value), by_chance[:, None])
    )
    influence = slope[:, None] * differing + bend @ votes.T
    return value, _error(counts, influence, defined=by_chance > 0)


def consensus_right(patterns: Patterns, counts: Floats) -> tuple[Floats, Floats]:
    """Mean probability that the most probable direction is the true one."""
    accuracy, k = patterns.noise.accuracy, patterns.noise.n_values
    right, higher = (
        posteriors(patterns.votes, accuracy=one, offered=patterns.offered).max(axis=1)
        for one in (accuracy, accuracy + STEP)
    )
    n = counts.sum(axis=1)
    value = counts @ right / n
    # The accuracy is itself estimated, from the mean agreement of comparisons.
    pairs = patterns.n_votes * (patterns.n_votes - 1)
    agreeing = (patterns.votes * (patterns.votes - 1)).sum(axis=1)
    share = _ratio(agreeing.astype(np.float64), pairs.astype(np.float64))
    paired = (pairs > 0).astype(np.float64)
    n_paired = counts @ paired
    mean = _ratio(counts @ (share * paired), n_paired)
    per_accuracy = counts @ ((higher - right) / STEP) / n
    of_agreement = 1 / max(2 * accuracy - 2 * (1 - accuracy) / (k - 1), STEP)
    moved = (
        (share - mean[:, None]) * paired * _ratio(per_accuracy * of_agreement, n_paired)[:, None]
    )
    influence = (right - value[:, None]) / n[:, None] + moved
    return value, _error(counts, influence, defined=n_paired > 0)


def win_rate(patterns: Patterns, counts: Floats) -> tuple[Floats, Floats]:
    """Mean over comparisons of the share of votes for A, ties counting half."""
    voted = (patterns.n_votes > 0).astype(np.float64)
    won = patterns.votes @ np.array([1.0, 0.5, 0.0])
    score = _ratio(won, patterns.n_votes.astype(np.float64))
    n = counts @ voted
    value = _ratio(counts @ score, n)
    influence = _ratio((score - value[:, None]) * voted, n[:, None])
    return value, _error(counts, influence, defined=n > 1)


def _ratio(above: Floats, below: Floats) -> Floats:
    safe = np.where(below == 0, 1.0, below)
    return np.asarray(np.where(below == 0, 0.0, above / safe))


def _error(counts: Floats, influence: Floats, *, defined: NDArray[np.bool_]) -> Floats:
    """Standard error of a measure whose units add independent influences that sum to 0."""
    n = counts.sum(axis=1)
    mean = (counts * influence).sum(axis=1) / n
    spread = (counts * (influence - mean[:, None]) ** 2).sum(axis=1)
    return np.asarray(np.where(defined, np.sqrt(spread * n / np.maximum(n - 1, 1)), np.inf))


def _merged(votes: NDArray[np.int64], probability: Floats) -> tuple[NDArray[np.int64], Floats]:
    """Patterns that differ only in judgments without a direction are one."""
    known, place = np.unique(votes, axis=0, return_inverse=True)
    sums = np.bincount(place.ravel(), weights=probability)
    return known, np.asarray(sums, dtype=np.float64)
