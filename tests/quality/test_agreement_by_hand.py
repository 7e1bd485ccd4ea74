"""Agreement against hand arithmetic, published tables, invariances and other programs."""

import itertools

import krippendorff
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quality.metrics.agreement import (
    NO_PAIR,
    NO_SPREAD,
    ONE_VALUE,
    TOO_FEW,
    krippendorff_alpha,
    percent_agreement,
)
from quality.metrics.alpha import Level, alpha_point
from quality.metrics.bootstrap import DrawnOver
from quality.metrics.reliability import MISSING, Reliability

# Krippendorff (2011), Computing Krippendorff's alpha-reliability, section C: four observers,
# twelve units, missing data; published alphas 0.743 (nominal), 0.815 (ordinal), 0.849 (interval).
OBSERVERS = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, 0, 0, 0],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, 0, 3],
        [0, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, 0],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, 0],
    ]
)

value_counts = st.lists(
    st.lists(st.integers(0, 4), min_size=3, max_size=3), min_size=1, max_size=12
).map(lambda rows: np.array(rows, dtype=np.int64))


def published_counts():
    coder, unit = np.nonzero(OBSERVERS)
    values = OBSERVERS[coder, unit] - 1
    return Reliability(unit, coder, values, n_units=12, n_coders=4, n_values=5).counts()


def measured_alpha(counts, level=Level.NOMINAL):
    prompts = np.arange(len(counts))
    rng = np.random.default_rng(0)
    return krippendorff_alpha(counts, prompts, level=level, rng=rng).estimate


def measured_percent(counts):
    prompts = np.arange(len(counts))
    return percent_agreement(counts, prompts, rng=np.random.default_rng(0)).estimate


def alpha_by_pairs(counts, level):
    """Krippendorff's definition read aloud: means of distances over pairs, no matrices."""
    units = [np.repeat(np.arange(len(row)), row) for row in counts if row.sum() >= 2]
    pool = np.concatenate(units)
    n_of = np.bincount(pool, minlength=counts.shape[1])

    def distance(first, second):
        if level is Level.NOMINAL:
            return float(first != second)
        if level is Level.INTERVAL:
            return float(first - second) ** 2
        low, high = sorted((first, second))
        return (n_of[low : high + 1].sum() - (n_of[low] + n_of[high]) / 2) ** 2

    observed = sum(
        distance(a, b) / (len(unit) - 1)
        for unit in units
        for a, b in itertools.permutations(unit.tolist(), 2)
    ) / len(pool)
    expected = sum(distance(a, b) for a, b in itertools.permutations(pool.tolist(), 2)) / (
        len(pool) * (len(pool) - 1)
    )
    return 1 - observed / expected


def test_percent_is_agreeing_pairs_over_all_pairs():
    # AAB: 1 of 3 pairs; AA: 1 of 1; AB: 0 of 1; a single A: no pair. 2 of 5 together.
    counts = np.array([[2, 1], [2, 0], [1, 1], [1, 0]])

    estimate = measured_percent(counts)

    assert estimate.value == pytest.approx(2 / 5)
    assert estimate.n == 3


def test_nominal_alpha_by_hand():
    # Pairable values: 4 A, 4 B in units AA, BB, AB, AB. Observed disagreement: 4 ordered
    # unequal pairs of 8 = 0.5; expected 2 * 4 * 4 / (8 * 7) = 4/7; alpha 1 - 0.5 * 7/4 = 1/8.
    counts = np.array([[2, 0], [0, 2], [1, 1], [1, 1]])

    assert measured_alpha(counts).value == pytest.approx(1 / 8)


@pytest.mark.parametrize(
    ("level", "published"),
    [(Level.NOMINAL, 0.743), (Level.ORDINAL, 0.815), (Level.INTERVAL, 0.849)],
)
def test_alpha_matches_krippendorffs_published_example(level, published):
    estimate = measured_alpha(published_counts(), level)

    assert estimate.value == pytest.approx(published, abs=5e-4)
    assert estimate.n == 11


@pytest.mark.parametrize("level", list(Level))
@settings(max_examples=200, deadline=None)
@given(counts=value_counts)
def test_alpha_equals_the_package_to_twelve_digits(level, counts):
    pairable = counts[counts.sum(axis=1) >= 2]

    own = alpha_point(counts, level=level)

    # Where every value is the same, the package divides 0 by 0 or raises.
    assert (own is None) == (np.count_nonzero(pairable.sum(axis=0)) < 2)
    if own is not None:
        theirs = krippendorff.alpha(value_counts=pairable, level_of_measurement=level.value)
        assert own == pytest.approx(theirs, abs=1e-12)


@pytest.mark.parametrize("level", list(Level))
@settings(max_examples=30, deadline=None)
@given(counts=value_counts)
def test_alpha_equals_its_definition_over_pairs(level, counts):
    point = alpha_point(counts, level=level)

    if point is not None:
        assert point == pytest.approx(alpha_by_pairs(counts, level), abs=1e-10)


def test_counts_give_the_same_alpha_as_the_packages_dense_matrix():
    dense = np.where(OBSERVERS == 0, np.nan, OBSERVERS.astype(float))

    expected = krippendorff.alpha(reliability_data=dense, level_of_measurement="ordinal")

    assert alpha_point(published_counts(), level=Level.ORDINAL) == pytest.approx(expected)


@settings(max_examples=40, deadline=None)
@given(counts=value_counts, order=st.randoms(use_true_random=False))
def test_order_of_units_and_names_of_values_do_not_matter(counts, order):
    units, values = list(range(len(counts))), [0, 1, 2]
    order.shuffle(units)
    order.shuffle(values)
    shuffled = counts[units][:, values]

    first, second = (alpha_point(each, level=Level.NOMINAL) for each in (counts, shuffled))

    assert first == pytest.approx(second)
    assert measured_percent(counts).value == measured_percent(shuffled).value


@settings(max_examples=40, deadline=None)
@given(counts=value_counts)
def test_ordinal_alpha_does_not_change_when_the_scale_is_reversed(counts):
    reversed_scale = counts[:, ::-1]

    first, second = (alpha_point(each, level=Level.ORDINAL) for each in (counts, reversed_scale))

    assert first == pytest.approx(second)


def test_comparisons_judged_once_change_nothing():
    counts = published_counts()
    with_singles = np.concatenate([counts, np.eye(5, dtype=np.int64)])

    assert measured_alpha(with_singles) == measured_alpha(counts)
    assert measured_percent(with_singles) == measured_percent(counts)


def test_an_unused_value_changes_nothing():
    counts = published_counts()
    wider = np.insert(counts, 2, 0, axis=1)

    # Between two values at the interval level a new one moves them apart.
    for level in (Level.NOMINAL, Level.ORDINAL):
        assert measured_alpha(wider, level).value == pytest.approx(
            measured_alpha(counts, level).value
        )


def test_one_and_the_same_value_leaves_alpha_undefined_with_its_reason():
    counts = np.array([[3, 0], [2, 0], [2, 0], [4, 0], [2, 0]])

    estimate = measured_alpha(counts)

    assert (estimate.value, estimate.n) == (None, 5)
    assert estimate.undefined_because == ONE_VALUE
    assert measured_percent(counts).value == 1.0


def test_a_value_given_only_where_nobody_else_judged_does_not_make_alpha_defined():
    counts = np.array([[3, 0], [2, 0], [0, 1]])

    assert measured_alpha(counts).undefined_because == ONE_VALUE


def test_no_comparison_with_two_judgments_leaves_everything_undefined():
    counts = np.array([[1, 0], [0, 1], [0, 0]])

    for estimate in (measured_alpha(counts), measured_percent(counts)):
        assert (estimate.value, estimate.n) == (None, 0)
        assert estimate.undefined_because == NO_PAIR


def test_below_five_comparisons_there_is_a_value_but_no_interval():
    counts = np.array([[2, 0], [0, 2], [1, 1], [1, 1]])

    for estimate in (measured_alpha(counts), measured_percent(counts)):
        assert estimate.value is not None
        assert (estimate.low, estimate.high) == (None, None)
        assert estimate.undefined_because == TOO_FEW


def test_full_agreement_does_not_claim_certainty():
    counts = np.array([[2, 0]] * 3 + [[0, 2]] * 3)

    percent, alpha = measured_percent(counts), measured_alpha(counts)

    # Wilson, 6 of 6: low = 6 / (6 + 1.96 ** 2).
    assert (percent.value, percent.high) == (1.0, 1.0)
    assert percent.low == pytest.approx(6 / (6 + 1.959964**2), abs=1e-6)
    assert (alpha.value, alpha.low) == (1.0, None)
    assert alpha.undefined_because == NO_SPREAD


def test_missing_values_are_not_counted():
    data = Reliability(
        unit=np.array([0, 0, 0]),
        coder=np.array([0, 1, 2]),
        value=np.array([1, MISSING, 1]),
        n_units=1,
        n_coders=3,
        n_values=3,
    )

    assert data.counts().tolist() == [[0, 2, 0]]


@pytest.mark.parametrize(
    ("unit", "value", "complaint"),
    [([0, 1], [0], "shapes"), ([0, 5], [0, 1], "unit"), ([0, 1], [0, 3], "value")],
)
def test_wrong_input_is_refused(unit, value, complaint):
    with pytest.raises(ValueError, match=complaint):
        Reliability(
            unit=np.array(unit),
            coder=np.zeros(len(unit), dtype=np.int64),
            value=np.array(value),
            n_units=2,
            n_coders=1,
            n_values=3,
        )


def test_inputs_are_left_as_they_were():
    counts = published_counts()
    before = counts.copy()

    measured_alpha(counts)
    measured_percent(counts)

    assert (counts == before).all()


def test_no_interval_is_drawn_over_nothing():
    counts = np.array([[2, 0], [0, 2], [1, 1]])
    rng = np.random.default_rng(0)

    measured = percent_agreement(counts, np.arange(3), rng=rng)

    assert measured.drawn_over is DrawnOver.NOTHING
