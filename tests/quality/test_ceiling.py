"""The human ceiling: how well the others' majority tells what one more annotator says."""

import numpy as np
import pytest

from quality.metrics.ceiling import NO_MAJORITY, NO_OTHERS, human_ceiling
from quality.metrics.reliability import Reliability


def ceiling_of(*units, n_values=2):
    """The ceiling of units that are given as lists of values."""
    unit = np.repeat(np.arange(len(units)), [len(values) for values in units])
    coder = np.concatenate([np.arange(len(values)) for values in units])
    value = np.concatenate([np.array(values, dtype=np.int64) for values in units])
    data = Reliability(unit, coder, value, len(units), int(coder.max()) + 1, n_values)
    return human_ceiling(data, np.arange(len(units)), rng=np.random.default_rng(0), n_draws=200)


def by_loops(units):
    """Share by its definition: mean over judgments of the lot among the others' values on top."""
    scores = []
    for values in units:
        for place, own in enumerate(values):
            others = values[:place] + values[place + 1 :]
            if others:
                most = max(others.count(value) for value in others)
                on_top = {value for value in others if others.count(value) == most}
                scores.append((own in on_top) / len(on_top))
    return sum(scores) / len(scores)


def test_the_ceiling_by_hand():
    # AAB: each A sees A and B, a lot: 1/2 twice; B sees AA: 0. AAAB: each A sees AAB: 1 three
    # times; B sees AAA: 0. (1/2 + 1/2 + 0 + 3 + 0) / 7; without the splits 3 of 5.
    found = ceiling_of([0, 0, 1], [0, 0, 0, 1])

    assert found.measured.estimate.value == pytest.approx(4 / 7)
    assert found.clear.estimate.value == pytest.approx(3 / 5)
    assert (found.n_judgments, found.n_split) == (7, 2)


def test_the_ceiling_equals_its_definition_on_random_judgments():
    rng = np.random.default_rng(1)
    for _ in range(15):
        units = [rng.integers(0, 3, size=rng.integers(1, 6)).tolist() for _ in range(25)]

        found = ceiling_of(*units, n_values=3)

        assert found.measured.estimate.value == pytest.approx(by_loops(units))


def test_people_of_known_skill_reach_what_their_majority_can_know():
    # Nine of ten say the truth; of ten others nearly all majorities do: the ceiling is 0.9.
    rng = np.random.default_rng(2)
    units = [(rng.random(11) < 0.9).astype(int).tolist() for _ in range(500)]

    found = ceiling_of(*units).measured.estimate

    assert found.low < 0.9 < found.high
    assert found.value == pytest.approx(0.9, abs=0.01)


def test_alone_nobody_is_compared():
    found = ceiling_of([0], [1])

    assert found.measured.estimate.undefined_because == NO_OTHERS
    assert found.n_judgments == 0


def test_others_who_are_always_split_leave_only_the_lot():
    # ABC with three values: each sees the two others, one of each.
    found = ceiling_of(*[[0, 1, 2]] * 6, n_values=3)

    assert found.clear.estimate.undefined_because == NO_MAJORITY
    assert found.measured.estimate.value == 0.0
