"""How preferences are made comparable between annotators."""

import math

import numpy as np
import pytest

from quality.curation.normalisation import Z_FLAGS, fit_scaling


def fit(preferences):
    """Scaling of annotators 0, 1, ... with these preferences."""
    annotator = [i for i, own in enumerate(preferences) for _ in own]
    preference = [p for own in preferences for p in own]
    return fit_scaling(
        np.array(annotator, dtype=np.int32),
        np.array(preference, dtype=np.int8),
        n_annotators=len(preferences),
    )


def test_scale_by_hand():
    scaling = fit([[3, -3, 3, -3], [1, -1]])

    # Mean square of the project: (4 * 9 + 2 * 1) / 6 = 38 / 6.
    project = 38 / 6
    assert scaling.project_scale == pytest.approx(math.sqrt(project))
    assert scaling.scale[0] == pytest.approx(math.sqrt((36 + 20 * project) / 24))
    assert scaling.scale[1] == pytest.approx(math.sqrt((2 + 20 * project) / 22))


def test_scaling_never_turns_a_weak_preference_round():
    scaling = fit([[1, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3], [-1] * 12])

    scaled = scaling.scaled(np.array([0, 1, 0]), np.array([1, -1, 0]))

    assert np.sign(scaled).tolist() == [1, -1, 0]


def test_an_annotator_without_training_judgments_gets_the_projects_scale():
    scaling = fit([[2, -2, 2], []])

    assert scaling.n[1] == 0
    assert scaling.scale[1] == pytest.approx(scaling.project_scale)


def test_z_by_hand():
    first, second = [-3, 3] * 5, [1, 2] * 5
    scaling = fit([first, second])

    # Sum 0 and 15, squares 90 and 25: project mean 0.75, variance 115 / 20 - 0.5625.
    variance = 115 / 20 - 0.75**2
    mean = (15 + 20 * 0.75) / 30
    sd = math.sqrt((10 * 0.25 + 20 * variance) / 30)
    assert scaling.z(np.array([1]), np.array([2]))[0] == pytest.approx((2 - mean) / sd)


def test_z_is_zero_with_a_flag_for_few_or_constant_judgments():
    scaling = fit([[1, -2] * 5, [3, -3, 3] * 3, [2] * 12])

    assert [Z_FLAGS[flag] for flag in scaling.z_flag] == ["", "too_few_judgments", "constant"]
    assert scaling.z(np.array([1, 2]), np.array([3, 2])).tolist() == [0, 0]


@pytest.mark.parametrize("preferences", [[[], []], [[0, 0, 0], [0]]])
def test_nothing_to_fit_leaves_preferences_as_they_are(preferences):
    scaling = fit(preferences)

    assert scaling.project_scale == 1
    assert np.isfinite(scaling.scale).all() and (scaling.scale > 0).all()
    assert scaling.z(np.array([0]), np.array([0])).tolist() == [0]


def test_the_order_of_the_judgments_does_not_matter():
    forwards = fit([[3, -1, 2, 0], [1, 1, -3]])
    backwards = fit([[0, 2, -1, 3], [-3, 1, 1]])

    assert forwards.scale.tolist() == backwards.scale.tolist()
    assert forwards.mean.tolist() == backwards.mean.tolist()
