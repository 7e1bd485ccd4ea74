"""Who judges what in the demo, and what they decide; the same at each call."""

import hashlib
import math
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from annotation.demo.annotators import ANNOTATORS, RATIONALES, Annotator
from annotation.demo.texts import DemoComparison
from annotation.sides import in_own_order, swapped_at

OVERLAP = 5
# So many comparisons at the end are left open, with 0 to 4 judgments each.
LEFT_OPEN = 40
# Differences up to these count as strength 0, 1 and 2; beyond, 3.
STEPS = (0.22, 1.0, 2.0)
GOOD, BAD = 0.75, -0.1
DAYS = 12


@dataclass(frozen=True, slots=True)
class DemoJudgment:
    """One simulated judgment; ``preference`` is in own order, ``age`` before the loading."""

    comparison: int
    annotator: int
    swapped: bool
    outcome: str
    preference: int | None
    active_ms: int
    rationale: str
    age: timedelta


def side_seed(name: str) -> bytes:
    """The demo's secrets are public: nothing real hangs on them."""
    return hashlib.sha256(f"demo sides of {name}".encode()).digest()


def demo_judgments(comparisons: Sequence[DemoComparison]) -> Iterator[DemoJudgment]:
    """All judgments, oldest first."""
    chance = random.Random("demo judgments")
    judged = [0] * len(ANNOTATORS)
    n_judgments = [
        _judgments_wanted(number, len(comparisons)) for number in range(len(comparisons))
    ]
    done, total = 0, sum(n_judgments)
    for number, comparison in enumerate(comparisons):
        for who in _least_busy(judged, n_judgments[number], chance):
            annotator = ANNOTATORS[who]
            swapped = swapped_at(side_seed(annotator.name), judged[who])
            judged[who] += 1
            done += 1
            yield _judged(
                comparison,
                annotator,
                chance,
                comparison=number,
                annotator=who,
                swapped=swapped,
                age=timedelta(days=DAYS * (1 - done / total), minutes=1),
            )


def _judgments_wanted(number: int, n_comparisons: int) -> int:
    from_end = n_comparisons - number
    return OVERLAP if from_end > LEFT_OPEN else from_end % OVERLAP


def _least_busy(judged: Sequence[int], count: int, chance: random.Random) -> list[int]:
    """Those with the fewest judgments so far, by lot among equals."""
    people = list(range(len(judged)))
    chance.shuffle(people)
    return sorted(people, key=lambda who: judged[who] + chance.choice((0, 1)))[:count]


def _judged(
    shown: DemoComparison,
    person: Annotator,
    chance: random.Random,
    *,
    comparison: int,
    annotator: int,
    swapped: bool,
    age: timedelta,
) -> DemoJudgment:
    outcome, preference = _decision(shown, person, chance, swapped=swapped)
    length = len(shown.response_a.text) + len(shown.response_b.text)
    seconds = person.seconds * (length / 700) ** 0.4 * math.exp(chance.gauss(0, 0.35))
    kind = outcome
    if preference is not None:
        kind = "tie" if preference == 0 else "strong" if abs(preference) > 1 else "slight"
    is_explained = person.fault not in {"fast", "careless"} and chance.random() < 0.16
    return DemoJudgment(
        comparison=comparison,
        annotator=annotator,
        swapped=swapped,
        outcome=outcome,
        preference=preference,
        active_ms=max(400, round(1000 * seconds)),
        rationale=chance.choice(RATIONALES[kind]) if is_explained else "",
        age=age,
    )


def _decision(
    shown: DemoComparison, person: Annotator, chance: random.Random, *, swapped: bool
) -> tuple[str, int | None]:
    """The outcome and, for a preference, its value in own order."""
    a, b = shown.response_a, shown.response_b
    if chance.random() < 0.012:
        return "cannot_judge", None
    towards_b = (
        person.attention * (b.quality - a.quality)
        + person.for_length * math.log(len(b.text) / len(a.text))
        + in_own_order(1, swapped=swapped) * -person.for_left
        + chance.gauss(0, person.noise)
    )
    strength = sum(abs(towards_b) > step * person.reserve for step in STEPS)
    is_honest = not person.fault
    if is_honest and strength < 2:
        if min(a.quality, b.quality) > GOOD and chance.random() < 0.35:
            return "both_good", None
        if max(a.quality, b.quality) < BAD and chance.random() < 0.6:
            return "both_bad", None
    return "preference", strength if towards_b > 0 else -strength
