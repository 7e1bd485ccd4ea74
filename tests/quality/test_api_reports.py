"""Reports through the API."""

import pytest

from annotation.models import Membership, Project
from feedback_platform.models import User
from quality.models import Report
from quality.services.report_building import build_report
from tests import factories
from tests.api import Api, api_of, body_of

REPORTS = "/projects/project/reports"


@pytest.fixture
def api(carol: User) -> Api:
    return api_of(carol)


def judge(project: Project) -> None:
    """Two annotators agree on three comparisons of four."""
    first, second = (factories.make_membership(project, name) for name in ("one", "two"))
    for number in range(4):
        comparison = factories.make_comparison(project)
        factories.make_judgment(comparison, first, 1)
        factories.make_judgment(comparison, second, 1 if number else -1)


@pytest.mark.django_db(transaction=True)
def test_a_report_is_asked_for_and_read(api: Api, project: Project) -> None:
    judge(project)
    answer = api.post(REPORTS)
    place = answer.headers["Location"].removeprefix("/api/v1")
    waiting = body_of(api.get(place))

    build_report(report_id=waiting["id"])

    assert answer.status_code == 202
    assert (waiting["state"], waiting["requested_by"]) == ("queued", "carol")
    document = body_of(api.get(place))
    assert document["state"] == "succeeded"
    assert (document["n_comparisons"], document["n_judgments"]) == (4, 8)
    assert document["agreement"]["percent_direction"]["value"] == 0.75
    assert set(document["agreement"]) >= {"alpha_direction", "alpha_strength", "alpha_outcome"}
    assert Report.objects.get().results.items() <= document.items()


@pytest.mark.django_db
def test_one_report_at_a_time(api: Api, project: Project) -> None:
    api.post(REPORTS)

    assert api.post(REPORTS).status_code == 409
    assert Report.objects.count() == 1


@pytest.mark.django_db
def test_a_cancelled_report_makes_room_for_another(api: Api, project: Project) -> None:
    first = body_of(api.post(REPORTS))

    answer = api.post(f"{REPORTS}/{first['id']}/cancel")

    assert answer.status_code == 202
    assert body_of(answer)["state"] == "cancelled"
    assert api.post(f"{REPORTS}/{first['id']}/cancel").status_code == 409
    second = body_of(api.post(REPORTS))
    assert [one["id"] for one in body_of(api.get(REPORTS))["results"]] == [
        second["id"],
        first["id"],
    ]


@pytest.mark.django_db
def test_reviewers_read_and_managers_build(project: Project, alice: User) -> None:
    dora = factories.make_user("dora", project=project, role=Membership.Role.REVIEWER)

    assert api_of(dora).get(REPORTS).status_code == 200
    assert api_of(dora).post(REPORTS).status_code == 403
    assert api_of(alice).get(REPORTS).status_code == 403


@pytest.mark.django_db
def test_a_report_is_not_in_another_project(api: Api, mallory: User) -> None:
    report = body_of(api.post(REPORTS))

    assert api_of(mallory).get(f"/projects/elsewhere/reports/{report['id']}").status_code == 404
    assert api.get(f"{REPORTS}/{10**30}").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_a_report_is_one_file(api: Api, project: Project) -> None:
    judge(project)
    report = body_of(api.post(REPORTS))
    waiting = api.get(f"{REPORTS}/{report['id']}/page").status_code

    build_report(report_id=report["id"])
    answer = api.get(f"{REPORTS}/{report['id']}/page")

    assert (waiting, answer.status_code) == (404, 200)
    assert answer.headers["Content-Type"].startswith("text/html")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "<style" in answer.content.decode()
