"""The planner's page and API: what they ask, say and refuse."""

import pytest
from django.urls import reverse

from quality.models import Report
from tests.api import api_of

pytestmark = pytest.mark.django_db

NOISE = {
    "accuracy": 0.8,
    "spread": 0.05,
    "tie_share": 0.0,
    "usable_share": 1.0,
    "n_values": 2,
    "n_annotators": 9,
    "n_comparisons": 400,
}


@pytest.fixture
def manager(client, carol):
    client.force_login(carol)
    return client


@pytest.fixture
def address(project):
    return reverse("quality:plan", args=[project.slug])


def measured(project, **noise):
    results = {"sections": {"comparisons": {"noise": {**NOISE, **noise}}}}
    return Report.objects.create(project=project, state="succeeded", results=results)


def test_before_a_project_starts_published_levels_stand_in(manager, address):
    page = manager.get(address).content.decode()

    assert "published levels of agreement stand in" in page
    assert "Recommended" in page
    assert "judgments in all." in page


def test_the_plan_rests_on_the_noise_of_the_newest_report(manager, address, project):
    measured(project, accuracy=0.95)
    newest = measured(project)

    page = manager.get(address).content.decode()

    assert reverse("quality:report", args=[project.slug, newest.pk]) in page
    assert "80.0" in page
    assert "9 annotators leave a width of" in page


def test_a_report_on_a_handful_of_comparisons_is_not_taken_for_the_noise(manager, address, project):
    measured(project, n_comparisons=5)

    assert "published levels" in manager.get(address).content.decode()


def test_a_narrower_interval_costs_more(project, carol):
    path = f"/projects/{project.slug}/plan"
    api = api_of(carol, scope="read")

    wide, narrow = (api.get(f"{path}?measure=alpha&width={width}").json() for width in (0.2, 0.1))

    assert narrow["best"]["cost"] > 3 * wide["best"]["cost"]


def test_a_budget_that_is_too_small_says_what_it_reaches(manager, address):
    page = manager.get(address, {"measure": "agreement", "width": 0.02, "budget": 900})

    assert "900 judgments are not enough" in page.content.decode()


def test_what_cannot_be_reached_says_so(manager, address):
    page = manager.get(address, {"measure": "consensus", "width": 0.05, "least": 1})

    assert "No setting reaches this" in page.content.decode()


@pytest.mark.parametrize("field", [{"width": "0"}, {"width": "x"}, {"measure": "fame"}])
def test_a_question_that_makes_no_sense_is_answered_with_the_form(manager, address, field):
    answer = manager.get(address, field)

    assert answer.status_code == 422
    assert "aria-invalid" in answer.content.decode()
