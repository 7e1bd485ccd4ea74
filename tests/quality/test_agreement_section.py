"""The section of agreement: what is measured, which part stands out, and its page."""

import json
from xml.etree import ElementTree

import numpy as np
import pytest
from django.template.loader import render_to_string

from quality.metrics.agreement import NO_PAIR
from quality.metrics.evidence import CriterionPreferences
from quality.reporting.document import NO_STRENGTHS
from quality.reporting.sections.agreement import MAX_ANNOTATORS, SECTION
from quality.reporting.sections.base import Context
from tests.quality.evidence import labels, made_evidence

WEEK = 7 * 86_400
# Monday, 2 November 2026.
MONDAY = 1_793_577_600


def judgments(n_units=120, n_coders=4, *, skill=0.85, seed=0, hard=()):
    """Everybody judges everything, right with the probability ``skill``; on hard ones by lot."""
    rng = np.random.default_rng(seed)
    unit = np.repeat(np.arange(n_units), n_coders)
    coder = np.tile(np.arange(n_coders), n_units)
    chance = np.where(np.isin(unit, hard), 0.5, skill)
    outcome = np.where(rng.random(unit.size) < chance, unit % 2, 1 - unit % 2) * 2
    return unit, coder, outcome


def measured(evidence):
    steps = []
    document = SECTION.measure(evidence, Context(seed=1, step=steps.append, earlier={}))
    assert steps
    json.dumps(document, allow_nan=False)
    return document


def page_of(document):
    return render_to_string(
        "quality/sections/agreement.html",
        {
            "layout": "quality/_section_bare.html",
            "reading": SECTION.read(document),
            "charts": SECTION.charts(document),
        },
    )


def rows_of(document, name):
    (split,) = (split for split in document["splits"] if split["name"] == name)
    return {row["name"]: row for row in split["rows"]}


def test_direction_and_strength_are_measured_apart_each_with_both_intervals():
    unit, coder, outcome = judgments()
    strength = np.random.default_rng(1).integers(1, 4, unit.size)

    document = measured(made_evidence(unit, coder, outcome, preference=(outcome - 1) * strength))

    for kind in ("direction", "strength"):
        for found in document[kind].values():
            assert found["estimate"]["low"] < found["estimate"]["value"]
            assert found["others"]["low"] < found["others"]["value"]
    direction, strength = (
        document[kind]["percent_agreement"]["estimate"]["value"]
        for kind in ("direction", "strength")
    )
    # Nobody agrees on the very strength by more than chance.
    assert strength < direction / 2


def test_without_strengths_the_reason_stands_in_their_place():
    document = measured(made_evidence(*judgments(20)))

    for found in document["strength"].values():
        assert found["estimate"]["undefined_because"] == NO_STRENGTHS
    assert f"Strength is not measured: {NO_STRENGTHS}." in page_of(document)


def test_a_value_nobody_could_choose_is_not_in_the_domain():
    evidence = made_evidence(*judgments(60))
    without_ties = made_evidence(*judgments(60), offers_tie=False)

    with_three, with_two = measured(evidence), measured(without_ties)

    assert (with_three["n_values"], with_two["n_values"]) == (3, 2)
    brennan = [
        each["direction"]["brennan_prediger"]["estimate"]["value"]
        for each in (with_three, with_two)
    ]
    assert brennan[0] > brennan[1]


def test_a_part_with_clearly_less_agreement_stands_out_and_is_in_the_headline():
    hard = np.arange(0, 120, 3)
    topic = labels(np.arange(120) % 3, "law", "chat", "code")

    document = measured(made_evidence(*judgments(hard=hard), topic=topic))

    assert [row["stands_out"] for row in rows_of(document, "topic").values()] == [
        True,
        False,
        False,
    ]
    headline = SECTION.read(document).headline
    assert "clearly less on topic law" in headline
    assert headline in page_of(document)


def test_parts_that_differ_by_chance_do_not_stand_out():
    found = []
    for seed in range(6):
        parts = np.arange(300) % 20
        names = [f"batch {code:02}" for code in range(20)]
        evidence = made_evidence(*judgments(300, seed=seed), batch=labels(parts, *names))
        rows = rows_of(measured(evidence), "batch").values()
        found.append(sum(row["stands_out"] for row in rows))

    assert sum(found) <= 1


def test_every_label_of_a_comparison_is_a_way_to_split():
    n = 60
    half = np.arange(n) % 2
    unit, coder, outcome = judgments(n)
    style = CriterionPreferences("style", "Style", np.arange(0, unit.size, 2), outcome[::2] - 1)

    document = measured(
        made_evidence(
            unit,
            coder,
            outcome,
            batch=labels(half, "first", "second"),
            topic=labels(np.where(half, 0, -1), "law"),
            language=labels(half, "de", "en"),
            model_a=labels(half, "alder", "birch"),
            model_b=labels(1 - half, "alder", "birch"),
            length_a=np.arange(n),
            criteria=[style],
        )
    )

    names = ["criterion", "batch", "models", "topic", "length_gap", "language"]
    assert [split["name"] for split in document["splits"]] == names
    assert list(rows_of(document, "models")) == ["alder vs birch"]
    assert list(rows_of(document, "criterion")) == ["Style"]
    assert len(rows_of(document, "length_gap")) == 5
    (topic,) = (split for split in document["splits"] if split["name"] == "topic")
    assert topic["n_without_label"] == 30 * 4
    assert "120 judgments without a label are left out" in page_of(document)


def test_weeks_are_named_by_their_mondays_and_hold_their_own_pairs():
    unit, coder, outcome = judgments(40)
    at = MONDAY + np.where(unit < 20, 0, WEEK) + 3_600

    weeks = measured(made_evidence(unit, coder, outcome, at=at))["weeks"]

    assert [week["week"] for week in weeks] == ["2026-11-02", "2026-11-09"]
    assert [week["percent_direction"]["n"] for week in weeks] == [20, 20]


def test_kappa_is_shown_for_those_with_most_judgments():
    n_coders = MAX_ANNOTATORS + 3
    # The last three annotators judge less than the others.
    unit, coder, outcome = judgments(12, n_coders)
    kept = (coder < MAX_ANNOTATORS) | (unit < 4)

    kappa = measured(made_evidence(unit[kept], coder[kept], outcome[kept]))["kappa"]

    assert (len(kappa["annotators"]), kappa["n_left_out"]) == (MAX_ANNOTATORS, 3)
    assert kappa["annotators"][0] == {"annotator": "annotator 0", "pseudonym": "p0"}
    assert len(kappa["pairs"]) == MAX_ANNOTATORS * (MAX_ANNOTATORS - 1) // 2


@pytest.mark.parametrize(
    ("unit", "coder", "outcome"),
    [([], [], []), ([0], [0], [2]), ([0, 1], [0, 1], [4, 5]), ([0, 0], [0, 1], [0, 0])],
)
def test_hardly_any_judgments_make_a_page_that_says_so(unit, coder, outcome):
    document = measured(made_evidence(unit, coder, outcome, n_units=3))

    page = page_of(document)

    assert "<h2" in page
    if len(set(unit)) != 1 or len(unit) == 1:
        assert NO_PAIR in page


def test_charts_are_pictures_with_their_findings_and_data():
    topic = labels(np.arange(120) % 3, "law", "chat", "<b>code</b>")

    charts = SECTION.charts(measured(made_evidence(*judgments(), topic=topic)))

    assert [chart.name for chart in charts] == [
        "agreement-coefficients",
        "agreement-kappa",
        "agreement-topic",
    ]
    for chart in charts:
        assert ElementTree.fromstring(chart.svg).tag.endswith("svg")
        assert chart.alternative.startswith(chart.title)
        assert all(len(row) == len(chart.columns) for row in chart.rows)


def test_the_page_escapes_labels():
    hard = np.arange(0, 120, 3)
    topic = labels(np.arange(120) % 3, "<script>x</script>", "chat", "code")

    page = page_of(measured(made_evidence(*judgments(hard=hard), topic=topic)))

    assert "<script>" not in page
