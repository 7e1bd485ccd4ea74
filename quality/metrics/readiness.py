"""Whether preference training is advisable: checks of a dataset and the verdict they add up to."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from quality.curation.majority import decide
from quality.metrics.estimates import Estimate
from quality.metrics.judged import Judged

MIN_AGREEMENT = 0.6
MIN_PAIRS = 5_000
ENOUGH_PAIRS = 10_000
SATURATED = 0.95
# Shares of pairs beyond which the longer response wins too often, or too seldom.
LENGTH_RANGE = (0.45, 0.55)
LABEL_RANGE = (0.4, 0.6)
MAX_TOPIC = 0.5
# Of the prompts outside training, the share from which on their figures mean little.
MAX_LEAKAGE = 0.05
MOSTLY_FACTUAL = 0.5

# What a prompt with one right answer tends to begin with. English; a guess and no more.
_FACTUAL = re.compile(
    r"(?:who|when|where|which|what (?:is|was|are|were) the (?:name|capital|date|number|sum|value|"
    r"result)|what year|how (?:many|much|old|far|tall)|is it true|true or false|calculate|compute|"
    r"solve|convert|translate|classify|find the)\b",
    re.IGNORECASE,
)
# What the votes of one annotator are called, in curation's codes: both good is a tie.
_VOTE = np.array([0, 1, 2, 1, 3, 4])


class State(StrEnum):
    """What a check says about training."""

    FINE = "fine"
    CAUTION = "caution"
    STOP = "stop"
    UNKNOWN = "unknown"


class Verdict(StrEnum):
    """What all checks say together."""

    READY = "ready"
    RESERVATIONS = "reservations"
    NOT_YET = "not_yet"


@dataclass(frozen=True, slots=True)
class Kept:
    """What the majority filter of datasets keeps at its defaults.

    Attributes:
        n_kept: Comparisons that would become rows.
        n_judged: Comparisons with a judgment.
    """

    n_kept: int
    n_judged: int


def verdict_of(states: Sequence[State]) -> Verdict:
    """Not yet where one check says so; ready only where every check is fine."""
    if State.STOP in states:
        return Verdict.NOT_YET
    return Verdict.READY if set(states) <= {State.FINE} else Verdict.RESERVATIONS


def agreement_state(percent: Estimate) -> State:
    """Against 60 % of agreeing pairs, never against a bar of alpha."""
    if percent.value is None:
        return State.UNKNOWN
    if percent.value < MIN_AGREEMENT:
        return State.STOP
    is_sure = percent.low is not None and percent.low >= MIN_AGREEMENT
    return State.FINE if is_sure else State.CAUTION


def pairs_state(n_kept: int) -> State:
    if n_kept < MIN_PAIRS:
        return State.STOP
    return State.FINE if n_kept >= ENOUGH_PAIRS else State.CAUTION


def metric_state(value: float | None) -> State:
    if value is None:
        return State.UNKNOWN
    return State.STOP if value > SATURATED else State.FINE


def within(estimate: Estimate, bounds: tuple[float, float]) -> State:
    """Caution where the whole interval lies outside the bounds."""
    if estimate.value is None:
        return State.UNKNOWN
    low = estimate.value if estimate.low is None else estimate.low
    high = estimate.value if estimate.high is None else estimate.high
    return State.CAUTION if low > bounds[1] or high < bounds[0] else State.FINE


def factual_prompts(prompts: Sequence[str]) -> tuple[int, int]:
    """How many prompts begin like a question with one right answer, and how many there are."""
    return sum(bool(_FACTUAL.match(text.lstrip()[:80])) for text in prompts), len(prompts)


def kept_by_default(judged: Judged) -> Kept:
    """The majority filter at 3 judgments, 3 votes and 60 %, with nobody held out."""
    cells = np.bincount(judged.unit * 5 + _VOTE[judged.outcome], minlength=judged.n_units * 5)
    counts: NDArray[np.int64] = cells.reshape(judged.n_units, 5)
    decided = decide(
        training_counts=counts,
        all_counts=counts,
        min_judgments=3,
        min_votes=3,
        min_confidence=Fraction(3, 5),
    )
    return Kept(int(decided.is_kept.sum()), int(counts.any(axis=1).sum()))
