"""Methods of consensus beside each other: in numbers, in the report, and on its page."""

import json

import numpy as np
import pytest
from django.urls import reverse

from annotation.models import Adjudication
from quality.metrics.consensus import consensus_of, disagreement, entropy, equal_decisions, kept_at
from quality.metrics.methods import all_methods
from quality.metrics.reliability import Reliability
from quality.models import Report
from quality.services.report_building import build_report
from tests.factories import make_comparison, make_judgment, make_membership, make_user
from tests.quality.votes import random_sample, simulated


def decided(rows, judged=None):
    posteriors = np.array(rows, dtype=np.float64)
    is_judged = np.ones(len(rows), bool) if judged is None else np.array(judged, dtype=bool)
    return consensus_of(posteriors, is_judged=is_judged)


def methods_of(sample):
    data = Reliability(sample.unit, sample.coder, sample.value, *sample.sizes.values())
    rng = np.random.default_rng(0)
    return dict(all_methods(data, rng=rng, step=lambda _: None))


def test_the_most_probable_value_is_the_decision_and_a_tie_is_none():
    found = decided([[0.7, 0.2, 0.1], [0.4, 0.2, 0.4], [0.2, 0.2, 0.6], [1, 0, 0]], [1, 1, 1, 0])

    assert found.value.tolist() == [0, -1, 2, -1]
    assert found.certainty.tolist() == pytest.approx([0.7, 0.4, 0.6, 0])
    assert found.expected_error == pytest.approx(0.35)


def test_entropy_is_in_bits():
    rows = np.array([[0.5, 0.5, 0], [1, 0, 0], [1 / 3, 1 / 3, 1 / 3]])

    assert entropy(rows).tolist() == pytest.approx([1, 0, np.log2(3)])


def test_where_nothing_is_judged_there_is_no_error_to_expect():
    found = decided([[0.5, 0.5]], [False])

    assert (found.expected_error, found.mean_entropy) == (None, None)


def test_equal_decisions_are_counted_where_both_decide():
    first = decided([[0.9, 0.1], [0.9, 0.1], [0.5, 0.5]])
    second = decided([[0.6, 0.4], [0.2, 0.8], [0.9, 0.1]])

    assert equal_decisions(first, second) == (1, 2)
    assert disagreement([first, second]).tolist() == pytest.approx([0.3, 0.7, 0.4])


def test_a_threshold_is_reached_by_itself():
    found = decided([[0.95, 0.05], [0.94, 0.06]])

    assert kept_at(found.certainty, found.is_decided, (0.5, 0.95, 0.99)) == [2, 1, 0]


def test_every_method_beats_the_majority_where_some_guess():
    accuracy = np.array([0.9] * 5 + [1 / 3] * 7)[:, None, None]
    rates = np.where(np.eye(3, dtype=bool), accuracy, (1 - accuracy) / 2)
    sample = simulated(rates, np.full(3, 1 / 3), n_units=3_000, per_unit=5)

    found = methods_of(sample)

    right = {name: (each.value == sample.truth).mean() for name, each in found.items()}
    assert min(right[name] for name in right if name != "majority") > right["majority"] + 0.05
    for each in found.values():
        assert each.converged is not False
        assert each.note == ""


@pytest.mark.parametrize("seed", range(10))
def test_methods_agree_on_which_units_are_judged(seed):
    sample = random_sample(seed)
    judged = np.unique(sample.unit)

    for each in methods_of(sample).values():
        assert np.flatnonzero(each.is_judged).tolist() == judged.tolist()
        np.testing.assert_allclose(each.posteriors[judged].sum(axis=1), 1, atol=1e-5)
        assert not each.certainty[~each.is_judged].any()


@pytest.fixture
def report(db, project):
    """Four who mostly agree and one who always says A, with a decision of a reviewer."""
    members = [make_membership(project, name) for name in ("dave", "erin", "frank", "gina", "ute")]
    for number in range(30):
        comparison = make_comparison(project)
        truth = 1 if number % 2 else -1
        for place, member in enumerate(members):
            said = -1 if place == 4 else (-truth if number % 5 == place else truth)
            make_judgment(comparison, member, said)
    Adjudication.objects.create(
        project=project,
        comparison=comparison,
        kind=Adjudication.Kind.DECIDED,
        outcome="preference",
        preference=2,
        reason="clear",
        person=make_user("rita"),
    )
    stored = Report.objects.create(project=project)
    build_report(report_id=stored.pk)
    stored.refresh_from_db()
    return stored


@pytest.mark.django_db(transaction=True)
def test_the_report_holds_the_methods_and_its_page_shows_them(client, carol, report):
    document = report.results["sections"]["consensus"]
    client.force_login(carol)
    page = client.get(
        reverse("quality:report_section", args=["project", report.pk, "consensus"])
    ).content.decode()

    names = [row["name"] for row in document["methods"]]
    assert names == ["majority", "weighted", "one_coin", "dawid_skene", "mace"]
    assert [row["n_judged"] for row in document["methods"]] == [30] * 5
    assert document["methods"][0]["adjudicated"]["value"] == 1
    assert document["alike"]["value"] == 1 - document["disputed"]["n"] / 30
    assert document["sure"]["n"] == 30
    assert "Dawid-Skene" in page
    assert "Recommended" in page
    assert json.dumps(document, allow_nan=False)
    for row in document["disputed"]["comparisons"]:
        assert reverse("quality:comparison", args=["project", row["comparison"]]) in page
    names = [chart["name"] for chart in report.charts if chart["name"].startswith("consensus-")]
    assert names == ["consensus-certainty", "consensus-equal"]


@pytest.mark.django_db(transaction=True)
def test_without_judgments_the_section_says_why(client, carol, project):
    make_comparison(project)
    stored = Report.objects.create(project=project)
    build_report(report_id=stored.pk)
    client.force_login(carol)

    page = client.get(reverse("quality:report_section", args=["project", stored.pk, "consensus"]))

    assert "No consensus yet" in page.content.decode()
