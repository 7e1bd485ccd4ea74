"""The posterior of a direction, and the accuracy behind it."""

import numpy as np
import pytest

from quality.metrics.posteriors import (
    HIGHEST_ACCURACY,
    PRIOR_ACCURACY,
    accuracy_from,
    agreement_of,
    posteriors,
)

ALL = np.array([True, True, True])
NO_TIE = np.array([True, False, True])


def test_two_directions_by_hand() -> None:
    # Odds 3 : 1 for each vote at an accuracy of 0.75: two against one are 3 : 1.
    found = posteriors(np.array([[2, 0, 1]]), accuracy=0.75, offered=NO_TIE)

    assert found[0] == pytest.approx([0.75, 0, 0.25])


def test_three_directions_by_hand() -> None:
    # An accuracy of 0.8 multiplies by 0.8 x 2 / 0.2 = 8: 64 : 8 : 1 of 73.
    found = posteriors(np.array([[2, 1, 0]]), accuracy=0.8, offered=ALL)

    assert found[0] == pytest.approx([64 / 73, 8 / 73, 1 / 73])


def test_without_votes_or_knowledge_every_direction_is_equally_likely() -> None:
    none = posteriors(np.array([[0, 0, 0]]), accuracy=0.8, offered=ALL)
    guessing = posteriors(np.array([[9, 0, 1]]), accuracy=1 / 3, offered=ALL)

    assert none[0] == pytest.approx([1 / 3] * 3)
    assert guessing[0] == pytest.approx([1 / 3] * 3)


def test_exchanging_a_and_b_exchanges_their_probabilities() -> None:
    votes = np.random.default_rng(0).integers(0, 9, size=(50, 3))

    found = posteriors(votes, accuracy=0.7, offered=ALL)

    assert posteriors(votes[:, ::-1], accuracy=0.7, offered=ALL) == pytest.approx(found[:, ::-1])
    assert found.sum(axis=1) == pytest.approx(np.ones(50))


def test_thousands_of_votes_do_not_overflow() -> None:
    found = posteriors(np.array([[100_000, 0, 3]]), accuracy=0.95, offered=ALL)

    assert found[0] == pytest.approx([1, 0, 0])


@pytest.mark.parametrize("n_values", [2, 3])
@pytest.mark.parametrize("accuracy", [0.55, 0.7, 0.9])
def test_the_accuracy_is_recovered_from_the_agreement_it_causes(
    n_values: int, accuracy: float
) -> None:
    agreement = agreement_of(accuracy, n_values=n_values)

    found = accuracy_from(mean_agreement=agreement, n_comparisons=10**9, n_values=n_values)

    assert found.value == pytest.approx(accuracy, abs=1e-6)


def test_the_accuracy_by_hand_and_drawn_towards_the_prior() -> None:
    # Two directions, no ties: (20 x 0.58 + 20 x 0.82) / 40 = 0.70 = a^2 + (1 - a)^2.
    found = accuracy_from(mean_agreement=0.82, n_comparisons=20, n_values=2)

    assert found.value == pytest.approx((1 + 0.4**0.5) / 2)


def test_the_accuracy_has_bounds() -> None:
    unknown = accuracy_from(mean_agreement=0, n_comparisons=0, n_values=3)
    worst = accuracy_from(mean_agreement=0, n_comparisons=10_000, n_values=3)
    best = accuracy_from(mean_agreement=1, n_comparisons=10**9, n_values=3)

    assert unknown.value == pytest.approx(PRIOR_ACCURACY)
    assert worst.value == pytest.approx(1 / 3)
    assert best.value == HIGHEST_ACCURACY


def test_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="share"):
        accuracy_from(mean_agreement=1.1, n_comparisons=3, n_values=3)
    with pytest.raises(ValueError, match="shape"):
        posteriors(np.array([[1, 2]]), accuracy=0.7, offered=ALL)
    with pytest.raises(ValueError, match="accuracy"):
        posteriors(np.array([[1, 2, 3]]), accuracy=0.2, offered=ALL)
