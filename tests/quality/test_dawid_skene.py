"""True values and error rates of coders: the published table, recovery and odd inputs."""

import numpy as np
import pytest

from quality.metrics.dawid_skene import NO_VALUE, ONE_VALUE, dawid_skene
from tests.quality.votes import Sample, joint_by_hand, random_sample, simulated

# Dawid and Skene (1979), Applied Statistics 28(1), Table 1: 45 patients, in each row what
# observer 1 said on three occasions, then observers 2 to 5.
PATIENTS = """
1111111 3334334 1122122 2223121 2223222 2223322 1222111 3333433 2222223 2322223 4444444 2223343
1111111 2223212 1211111 1112111 1111111 1111111 2222221 2221322 2222222 2222221 2223222 2212222
1111111 1111111 2322222 1111111 1111111 1121121 1111111 3333233 1111111 2222222 2223232 4334343
2212232 2323233 3333432 1111111 1111111 1212111 2322222 1211111 2222222
"""
OBSERVERS = (0, 0, 0, 1, 2, 3, 4)
# What the article prints: class shares, and each observer's row for each true class.
PRINTED_SHARES = [0.40, 0.42, 0.11, 0.07]
PRINTED_RATES = [
    [[0.89, 0.11, 0, 0], [0.07, 0.88, 0.05, 0], [0, 0.34, 0.66, 0], [0, 0, 0.56, 0.44]],
    [[0.83, 0.17, 0, 0], [0.05, 0.63, 0.31, 0], [0, 0, 1, 0], [0, 0, 0, 1]],
    [[1, 0, 0, 0], [0.11, 0.79, 0.11, 0], [0, 0.40, 0.20, 0.40], [0, 0, 0.67, 0.33]],
    [[0.94, 0.06, 0, 0], [0.05, 0.84, 0.10, 0], [0, 0, 0.80, 0.20], [0, 0, 0.33, 0.67]],
    [[1, 0, 0, 0], [0.16, 0.73, 0.11, 0], [0, 0.21, 0.79, 0], [0, 0, 0.33, 0.67]],
]
# Patients whose class is not printed as certain.
PRINTED_DOUBTS = {7: [0.98, 0.02, 0, 0], 35: [0, 0.95, 0.05, 0], 38: [0, 0.02, 0.98, 0]}


def anaesthetists() -> Sample:
    rows = [[int(digit) - 1 for digit in row] for row in PATIENTS.split()]
    given = [
        (patient, observer, value)
        for patient, row in enumerate(rows)
        for observer, value in zip(OBSERVERS, row, strict=True)
    ]
    unit, coder, value = (np.array(column) for column in zip(*given, strict=True))
    return Sample(unit, coder, value, n_units=45, n_coders=5, n_values=4)


def test_the_articles_table_is_reproduced_to_the_digits_printed():
    found = anaesthetists().fit(dawid_skene)

    assert found.converged
    assert not found.label_switched
    np.testing.assert_allclose(found.class_marginals, PRINTED_SHARES, atol=0.00501)
    np.testing.assert_allclose(found.error_rates, PRINTED_RATES, atol=0.00501)
    for patient, printed in PRINTED_DOUBTS.items():
        np.testing.assert_allclose(found.posteriors[patient - 1], printed, atol=0.00501)
    certain = np.delete(found.posteriors, [patient - 1 for patient in PRINTED_DOUBTS], axis=0)
    assert (certain.max(axis=1) > 0.995).all()


def test_the_observed_likelihood_is_that_of_a_vote_by_vote_product():
    sample = anaesthetists()

    found = sample.fit(dawid_skene)

    joint = joint_by_hand(sample, found.class_marginals, found.error_rates)
    assert found.log_likelihood == pytest.approx(np.log(joint.sum(axis=1)).sum(), rel=1e-12)
    np.testing.assert_allclose(found.posteriors, joint / joint.sum(axis=1)[:, None], atol=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize("block", range(4))
def test_a_plain_implementation_finds_the_same_on_200_random_inputs(block):
    for seed in range(50 * block, 50 * (block + 1)):
        sample = random_sample(seed, informative=True)

        found = sample.fit(dawid_skene)

        plain = plain_em(sample, n_iter=600)
        n_voted = np.unique(sample.unit).size
        assert found.log_likelihood / n_voted == pytest.approx(plain / n_voted, abs=1e-6), seed


def plain_em(sample: Sample, n_iter: int) -> float:
    """The article's steps on a dense table, from vote shares; the log-likelihood at the end."""
    table = np.zeros((sample.n_units, sample.n_coders, sample.n_values))
    np.add.at(table, (sample.unit, sample.coder, sample.value), 1)
    table = table[table.sum(axis=(1, 2)) > 0]
    shares = table.sum(axis=1)
    posterior = shares / shares.sum(axis=1, keepdims=True)
    log_likelihood = -np.inf
    for _ in range(n_iter):
        marginals = posterior.mean(axis=0)
        rates = np.einsum("ut,ucg->ctg", posterior, table)
        rates /= np.maximum(rates.sum(axis=2, keepdims=True), 1e-300)
        logs = np.einsum("ucg,ctg->ut", table, np.log(np.maximum(rates, 1e-300)))
        joint = np.exp(logs) * marginals
        log_likelihood = float(np.log(joint.sum(axis=1)).sum())
        posterior = joint / joint.sum(axis=1, keepdims=True)
    return log_likelihood


def test_shuffled_rows_and_renamed_coders_and_units_change_nothing():
    rng = np.random.default_rng(5)
    sample = random_sample(3, informative=True)
    order = rng.permutation(sample.unit.size)
    units, coders = rng.permutation(sample.n_units), rng.permutation(sample.n_coders)

    found = sample.fit(dawid_skene)
    again = Sample(
        units[sample.unit][order],
        coders[sample.coder][order],
        sample.value[order],
        sample.n_units,
        sample.n_coders,
        sample.n_values,
    ).fit(dawid_skene)

    np.testing.assert_allclose(again.posteriors[units], found.posteriors, atol=1e-5)
    np.testing.assert_allclose(again.error_rates[coders], found.error_rates, atol=1e-5)


def test_renamed_values_are_renamed_in_the_answer():
    sample = random_sample(8, informative=True)
    names = np.roll(np.arange(sample.n_values), 1)

    found = sample.fit(dawid_skene)
    again = Sample(sample.unit, sample.coder, names[sample.value], *sample.sizes.values()).fit(
        dawid_skene
    )

    np.testing.assert_allclose(again.posteriors[:, names], found.posteriors, atol=1e-5)


def test_spammers_adversaries_and_a_rare_value_are_recovered():
    good, spammer = np.full((3, 3), 0.1) + 0.7 * np.eye(3), np.tile([0.1, 0.1, 0.8], (3, 1))
    adversary = np.array([[0.1, 0.1, 0.8], [0.1, 0.8, 0.1], [0.8, 0.1, 0.1]])
    rates = np.stack([good] * 6 + [spammer] * 2 + [adversary])
    shares = np.array([0.6, 0.35, 0.05])
    sample = simulated(rates, shares, n_units=6_000, per_unit=5)

    found = sample.fit(dawid_skene)

    np.testing.assert_allclose(found.class_marginals, shares, atol=0.02)
    # The rare value has some 170 votes of each coder: standard error 0.04.
    np.testing.assert_allclose(found.error_rates[:, :2], rates[:, :2], atol=0.04)
    np.testing.assert_allclose(found.error_rates[:, 2], rates[:, 2], atol=0.15)


def test_smoothing_keeps_a_rare_value_rare_where_coders_gave_little():
    # Trap: 25 votes per coder and a value of 3 %; without smoothing it swallows a sixth.
    shares = np.array([0.60, 0.37, 0.03])
    rng = np.random.default_rng(1)
    accuracy = rng.beta(8, 3, 200)[:, None, None]
    rates = np.where(np.eye(3, dtype=bool), accuracy, (1 - accuracy) / 2)
    sample = simulated(rates, shares, n_units=1_000, per_unit=5)

    plain, smoothed = sample.fit(dawid_skene), sample.fit(dawid_skene, smoothing=10)

    def accuracy_of(found):
        return (found.posteriors.argmax(axis=1) == sample.truth).mean()

    assert smoothed.class_marginals[2] < 0.10 < plain.class_marginals[2]
    assert accuracy_of(smoothed) > accuracy_of(plain) + 0.05


def test_several_values_of_a_coder_for_a_unit_all_count():
    once = Sample(np.array([0, 1, 1]), np.array([0, 0, 1]), np.array([0, 1, 1]), 2, 2, 2)
    twice = Sample(np.array([0, 0, 1, 1]), np.array([0, 0, 0, 1]), np.array([0, 0, 1, 1]), 2, 2, 2)

    assert once.fit(dawid_skene).n_true.sum() == pytest.approx(3)
    assert twice.fit(dawid_skene).n_true.sum() == pytest.approx(4)


def test_without_a_value_nothing_is_estimated_and_the_reason_is_given():
    nothing = np.array([], dtype=np.int64)

    found = Sample(nothing, nothing, nothing, 3, 2, 2).fit(dawid_skene)
    missing = Sample(np.array([0]), np.array([0]), np.array([-1]), 3, 2, 2).fit(dawid_skene)

    for each in (found, missing):
        assert each.undefined_because == NO_VALUE
        assert each.log_likelihood is None
        assert not each.converged
        assert not each.posteriors.any()


def test_one_and_the_same_value_is_decided_but_says_nothing_about_errors():
    unit, coder = np.array([0, 0, 1]), np.array([0, 1, 0])

    found = Sample(unit, coder, np.array([2, 2, 2]), 2, 2, 3).fit(dawid_skene)

    assert found.undefined_because == ONE_VALUE
    assert found.posteriors.tolist() == [[0, 0, 1], [0, 0, 1]]
    assert found.log_likelihood == pytest.approx(0)


def test_a_unit_without_a_value_has_the_class_shares():
    sample = random_sample(3, informative=True)
    wider = Sample(
        sample.unit,
        sample.coder,
        sample.value,
        sample.n_units + 1,
        sample.n_coders,
        sample.n_values,
    )

    found = wider.fit(dawid_skene)

    np.testing.assert_allclose(found.posteriors[-1], found.class_marginals)


def coin(accuracy: float) -> np.ndarray:
    return np.array([[accuracy, 1 - accuracy], [1 - accuracy, accuracy]])


@pytest.mark.parametrize(("many", "is_switched"), [(0.33, True), (0.67, False)])
def test_names_exchanged_by_a_misled_majority_are_flagged(many, is_switched):
    # Two who know, against or with six who are right a third or two thirds of the time.
    rates = np.stack([coin(0.99)] * 2 + [coin(many)] * 6)
    sample = simulated(rates, np.array([0.5, 0.5]), n_units=400, per_unit=8)

    found = sample.fit(dawid_skene)

    accuracy = (found.posteriors.argmax(axis=1) == sample.truth).mean()
    assert (accuracy < 0.5) == is_switched
    assert found.label_switched == is_switched


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"unit": np.array([0, 5])}, "unit codes"),
        ({"coder": np.array([0, 2])}, "coder codes"),
        ({"value": np.array([0, 2])}, "value codes"),
        ({"unit": np.array([0])}, "equal 1-d shapes"),
        ({"smoothing": -1}, "smoothing"),
    ],
)
def test_wrong_input_is_refused(change, message):
    given = {"unit": np.array([0, 1]), "coder": np.array([0, 1]), "value": np.array([0, 1])}

    with pytest.raises(ValueError, match=message):
        dawid_skene(**{**given, "n_units": 2, "n_coders": 2, "n_values": 2, **change})
