"""Units counted as patterns: the same as counting each unit, and the same draws everywhere."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quality.metrics.agreement import krippendorff_alpha, percent_agreement
from quality.metrics.alpha import Level
from quality.metrics.bootstrap import drawn_sums, frame_of
from quality.metrics.coefficients import coefficients
from quality.metrics.patterns import pairs_within, patterns_of, patterns_of_counts
from quality.metrics.reliability import Reliability

value_counts = st.lists(
    st.lists(st.integers(0, 4), min_size=4, max_size=4), min_size=1, max_size=20
).map(lambda rows: np.array(rows, dtype=np.int64))


@settings(max_examples=60, deadline=None)
@given(counts=value_counts)
def test_patterns_are_the_different_rows_in_order(counts):
    found = patterns_of_counts(counts)

    known = np.unique(counts[:, ::-1], axis=0)[:, ::-1]
    assert found.counts.toarray().tolist() == known.tolist()
    assert (found.counts.toarray()[found.row] == counts).all()
    assert found.n_of.sum() == len(counts)
    assert (found.n_ratings == known.sum(axis=1)).all()


@pytest.mark.parametrize(("n_values", "highest"), [(3, 5), (40, 3), (200, 300)])
def test_rows_too_long_for_one_number_are_still_told_apart(n_values, highest):
    rng = np.random.default_rng(1)
    different = rng.integers(0, highest, size=(60, n_values)) * (rng.random((60, n_values)) < 0.2)
    counts = different[rng.integers(0, 60, size=300)]

    found = patterns_of_counts(counts)

    assert found.counts.shape[0] == len(np.unique(counts, axis=0))
    assert (found.counts.toarray()[found.row] == counts).all()


def test_sorting_and_counting_lead_to_the_same_patterns(monkeypatch):
    rng = np.random.default_rng(2)
    data = Reliability(
        rng.integers(0, 50, 200), np.arange(200), rng.integers(-1, 5, 200), 50, 200, 5
    )
    counted = patterns_of(data)

    monkeypatch.setattr("quality.metrics.patterns.DENSE_CELLS", 0)
    by_sorting = patterns_of(data)

    assert (counted.counts.toarray() == by_sorting.counts.toarray()).all()
    assert (counted.row == by_sorting.row).all()
    assert (data.counts() == counted.counts.toarray()[counted.row]).all()


@settings(max_examples=40, deadline=None)
@given(counts=value_counts)
def test_pairs_within_are_all_products_of_two_different_values(counts):
    patterns = patterns_of_counts(counts)
    rows = patterns.counts.toarray()

    found = pairs_within(patterns.counts)

    expected = {
        (row, first, second): rows[row, first] * rows[row, second]
        for row in range(len(rows))
        for first, second in itertools.combinations(range(4), 2)
        if rows[row, first] and rows[row, second]
    }
    columns = (found.pattern, found.first, found.second, found.product)
    assert {(p, a, b): n for p, a, b, n in zip(*map(np.ndarray.tolist, columns), strict=True)} == (
        expected
    )


def test_groups_of_the_same_rows_are_drawn_as_one_kind():
    # Prompts hold the rows {0, 1}, {1, 0} and {2, 2}, again and again: two kinds.
    rows = np.tile([0, 1, 1, 0, 2, 2], 40)
    frame = frame_of(np.repeat(np.arange(120), 2))

    sums = drawn_sums(rows, np.eye(3), frame, rng=np.random.default_rng(3), n_draws=3_000)

    assert (sums.sum(axis=1) == 240).all()
    assert (sums[:, 0] == sums[:, 1]).all()
    # Of 120 prompts a third is of the second kind, two rows each.
    assert sums[:, 2].mean() == pytest.approx(80, rel=0.02)
    assert sums[:, 2].var() == pytest.approx(4 * 120 * 2 / 9, rel=0.1)


@pytest.mark.parametrize("n_prompts", [60, 20])
def test_a_coefficient_has_one_interval_wherever_it_is_measured(n_prompts):
    # Some units are judged once; the wider domain holds a value that nobody gave.
    rng = np.random.default_rng(4)
    coder, unit = np.nonzero(rng.random((4, 60)) < 0.6)
    value = rng.integers(0, 2, unit.size)
    prompt = np.arange(60) * n_prompts // 60
    data = Reliability(unit, coder, value, 60, 4, 2)
    wide = Reliability(unit, coder, value, 60, 4, 3)

    together = coefficients(data, prompt, level=Level.NOMINAL, rng=lambda: np.random.default_rng(5))

    percent = percent_agreement(wide.counts(), prompt, rng=np.random.default_rng(5))
    alpha = krippendorff_alpha(
        wide.counts(), prompt, level=Level.NOMINAL, rng=np.random.default_rng(5)
    )
    assert together["percent_agreement"].measured == percent
    own = together["krippendorff_alpha"].measured
    assert own.drawn_over == alpha.drawn_over
    for end in ("value", "low", "high"):
        assert getattr(own.estimate, end) == pytest.approx(getattr(alpha.estimate, end))
