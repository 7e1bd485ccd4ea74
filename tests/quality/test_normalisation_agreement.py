"""Agreement before and after annotators' scales are made comparable."""

import numpy as np
import pytest
from krippendorff import alpha as peer

from quality.metrics.interval_alpha import CONSTANT, FEW_CLUSTERS, NO_PAIR, alpha_change


def measured(rows, prompts=None):
    unit, before, after = (np.array(column) for column in zip(*rows, strict=True))
    n_units = int(unit.max()) + 1
    cluster = np.arange(n_units) if prompts is None else np.array(prompts)
    return alpha_change(unit, before.astype(float), after.astype(float), cluster)


def random_values(rng, n_units=60, n_coders=5, seen=0.6):
    table = rng.normal(size=(n_units, 1)) + rng.normal(size=(n_units, n_coders))
    table[rng.random(table.shape) > seen] = np.nan
    unit, coder = np.nonzero(~np.isnan(table))
    return unit, table[unit, coder], table


def test_alpha_is_that_of_an_independent_library():
    rng = np.random.default_rng(0)
    for _ in range(50):
        unit, values, table = random_values(rng)

        found = alpha_change(unit, values, values, np.arange(60)).before

        assert found.value == pytest.approx(
            peer(reliability_data=table.T, level_of_measurement="interval"), abs=1e-12
        )


def test_by_hand():
    # Two units, 1 and 3, 5 and 5: D_o = (2 * 4) / 4 = 2; all pairs: 2 * (4 * 60 - 14**2) / 12.
    found = measured([(0, 1, 1), (0, 3, 3), (1, 5, 5), (1, 5, 5)])

    assert found.before.value == pytest.approx(1 - 2 / (2 * (4 * 60 - 14**2) / 12))
    assert (found.before.low, found.before.undefined_because) == (None, FEW_CLUSTERS)


def test_intervals_hold_what_many_projects_give():
    rng = np.random.default_rng(1)
    true = alpha_change(*_project(rng, 40_000)).before.value

    held = []
    for _ in range(300):
        one = alpha_change(*_project(rng, 150)).before
        held.append(one.low <= true <= one.high)

    assert 0.91 <= np.mean(held) <= 0.98


def _project(rng, n_units):
    unit = np.repeat(np.arange(n_units), 3)
    values = rng.normal(size=n_units)[unit] + rng.normal(size=unit.size)
    return unit, values, values, np.arange(n_units)


def test_the_gain_is_surer_than_both_ends():
    rng = np.random.default_rng(2)
    unit, values, _ = random_values(rng, n_units=400)
    better = values + 0.05 * rng.normal(size=values.size)

    found = alpha_change(unit, values, better, np.arange(400))

    assert found.gain.value == pytest.approx(found.after.value - found.before.value)
    assert found.gain.high - found.gain.low < (found.before.high - found.before.low) / 3


def test_moving_or_stretching_the_scale_changes_nothing():
    rng = np.random.default_rng(3)
    unit, values, _ = random_values(rng)

    found = alpha_change(unit, values, 1_000 - 7 * values, np.arange(60))

    assert found.after.value == pytest.approx(found.before.value, abs=1e-9)
    assert found.gain.high - found.gain.low == pytest.approx(0, abs=1e-9)


def test_prompts_with_many_comparisons_widen_the_interval():
    rng = np.random.default_rng(4)
    unit, values, _ = random_values(rng, n_units=400)
    shift = rng.normal(size=20)[unit % 20]
    together = np.arange(400) % 20

    apart = alpha_change(unit, values + shift, values, np.arange(400)).before
    clustered = alpha_change(unit, values + shift, values, together).before

    assert clustered.value == apart.value
    assert clustered.high - clustered.low > apart.high - apart.low


@pytest.mark.parametrize(
    ("rows", "reason"),
    [([(0, 1, 1), (1, 2, 2)], NO_PAIR), ([(0, 2, 2), (0, 2, 2), (1, 2, 2)], CONSTANT)],
)
def test_undefined_with_the_reason(rows, reason):
    found = measured(rows)

    assert [one.undefined_because for one in (found.before, found.after, found.gain)] == [
        reason
    ] * 3
