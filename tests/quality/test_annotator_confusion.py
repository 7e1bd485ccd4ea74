"""Confusion: what annotators give for each true value, the others' uncertainty undone."""

import numpy as np
import pytest

from quality.metrics.confusion import confusions


def judged(table, others, rng):
    """Values of one annotator with this table, where the others' posterior is calibrated."""
    truth = np.array([rng.choice(len(table), p=row) for row in others])
    return np.array([rng.choice(len(table), p=table[true]) for true in truth])


def test_certain_truth_gives_plain_shares_drawn_to_all_by_five():
    # 8 true A of which 6 are called A, 2 true B called B, one annotator: the pool is the same.
    value = np.array([0] * 6 + [1] * 2 + [1] * 2)
    others = np.eye(2)[[0] * 8 + [1] * 2]

    found = confusions(np.zeros(10, dtype=int), value, others, n_coders=1)

    assert found.share[0] == pytest.approx(np.array([[0.75, 0.25], [0.0, 1.0]]), abs=1e-6)
    assert found.n[0] == pytest.approx([13, 7])


def test_uncertain_truth_does_not_blur_the_errors():
    rng = np.random.default_rng(0)
    table = np.array([[0.9, 0.05, 0.05], [0.5, 0.3, 0.2], [0.1, 0.0, 0.9]])
    others = rng.dirichlet([0.6, 0.4, 0.6], size=6_000)
    value = judged(table, others, rng)

    found = confusions(np.zeros(value.size, dtype=int), value, others, n_coders=1)

    assert found.share[0] == pytest.approx(table, abs=0.06)
    averaged = np.array([np.bincount(value, weights=others[:, z], minlength=3) for z in range(3)])
    averaged /= averaged.sum(axis=1, keepdims=True)
    assert np.abs(found.share[0] - table).max() < np.abs(averaged - table).max() / 2


def test_intervals_hold_the_truth_and_rows_sum_to_one():
    rng = np.random.default_rng(1)
    table = np.array([[0.8, 0.2], [0.3, 0.7]])
    n_coders, n = 200, 120
    others = np.column_stack([p := rng.beta(0.5, 0.5, n_coders * n), 1 - p])
    coder = np.repeat(np.arange(n_coders), n)
    value = judged(table, others, rng)

    found = confusions(coder, value, others, n_coders=n_coders)

    held = (found.low <= table) & (table <= found.high)
    assert 0.93 <= held.mean() <= 1.0
    assert found.share.sum(axis=2) == pytest.approx(1.0)


def test_exchanging_the_values_exchanges_rows_and_columns():
    rng = np.random.default_rng(2)
    others = rng.dirichlet([1, 1, 1], size=300)
    coder, value = rng.integers(0, 4, 300), rng.integers(0, 3, 300)

    first = confusions(coder, value, others, n_coders=4)
    second = confusions(coder, 2 - value, others[:, ::-1], n_coders=4)

    assert second.share[:, ::-1, ::-1] == pytest.approx(first.share)
    assert second.low[:, ::-1, ::-1] == pytest.approx(first.low)
