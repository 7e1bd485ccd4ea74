"""The section of normalisation: who uses a scale how, and what scaling honestly changes."""

import numpy as np
import pytest

from quality.metrics.evidence import Ratings
from quality.reporting.sections.normalisation import measure
from tests.quality.evidence_of import context_of, everybody_judges_everything, evidence_of

rng_of = np.random.default_rng


def scales_of(evidence):
    return measure(evidence, context_of(evidence))["scales"]


def bold_and_timid(rng, n_units=200, n_coders=6):
    """Annotators who agree but for their size: half of them say 3 where the others say 1."""
    unit, coder = everybody_judges_everything(n_units, n_coders)
    direction = rng.choice([-1, 1], n_units)[unit]
    direction = np.where(rng.random(unit.size) < 0.85, direction, -direction)
    return unit, coder, direction * np.where(coder % 2, 3, 1)


def test_people_who_differ_in_size_alone_agree_more_when_scaled():
    unit, coder, preference = bold_and_timid(rng_of(0))

    (scale,) = scales_of(evidence_of(preference, unit=unit, coder=coder))

    assert scale["alpha"]["gain"]["low"] > 0.05
    by_name = {row["annotator"]: row for row in scale["annotators"]}
    # (200 x 9 + 20 x 5) / 220 and (200 x 1 + 20 x 5) / 220; the project's mean square is 5.
    assert by_name["a001"]["scale"] == pytest.approx((1_900 / 220) ** 0.5)
    assert by_name["a000"]["scale"] == pytest.approx((300 / 220) ** 0.5)
    assert by_name["a000"]["counts"] == [0, 200, 0, 0]


def test_scaling_noise_by_itself_gains_nothing():
    rng = rng_of(1)
    gains = []
    for _ in range(20):
        unit, coder = everybody_judges_everything(60, 6)
        evidence = evidence_of(rng.choice([-3, -2, -1, 1, 2, 3], 360), unit=unit, coder=coder)
        gains.append(scales_of(evidence)[0]["alpha"]["gain"]["value"])

    assert abs(np.mean(gains)) < 0.005


def test_without_strengths_there_is_nothing_to_scale():
    unit, coder = everybody_judges_everything(10, 3)
    evidence = evidence_of(np.ones(30, int), unit=unit, coder=coder, strength_known=False)

    (scale,) = scales_of(evidence)

    assert scale["undefined_because"].startswith("no strengths")


def test_ratings_are_centred_and_constant_raters_carry_a_flag():
    rng = rng_of(2)
    unit, coder = everybody_judges_everything(100, 4)
    # Each response has a quality; annotator 1 rates two higher; 3 always gives a four.
    quality = rng.integers(1, 4, (100, 2))
    judgment = np.repeat(np.arange(400), 2)
    of_b = np.tile([False, True], 400)
    value = quality[unit[judgment], of_b.astype(int)] + 2 * (coder[judgment] == 1)
    value = np.where(coder[judgment] == 3, 4, value)
    ratings = Ratings("tone", "Tone", 1, 5, judgment, of_b, value)
    evidence = evidence_of(np.ones(400, int), unit=unit, coder=coder, ratings=[ratings])

    _, scale = scales_of(evidence)

    assert (scale["name"], scale["kind"], scale["n"]) == ("Tone", "rating", 800)
    assert scale["alpha"]["before"]["value"] < 0.6
    assert scale["alpha"]["after"]["value"] > 0.9
    assert [row["flag"] for row in scale["annotators"]] == ["", "", "", "constant"]


def test_order_of_judgments_changes_nothing():
    rng = rng_of(3)
    unit, coder, preference = bold_and_timid(rng, n_units=50)
    order = rng.permutation(unit.size)

    (first,) = scales_of(evidence_of(preference, unit=unit, coder=coder))
    (second,) = scales_of(evidence_of(preference[order], unit=unit[order], coder=coder[order]))

    assert second["alpha"]["gain"]["value"] == pytest.approx(first["alpha"]["gain"]["value"])
    assert second["annotators"] == first["annotators"]
