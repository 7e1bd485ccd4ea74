"""Reports by schedule: only where judgments arrived, not too often, never twice at a time."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError
from django.urls import reverse
from django.utils import timezone

from annotation.models import Import, Project
from feedback_platform.errors import Conflict
from quality.models import Report
from quality.selectors.reports import newest_judgment
from quality.selectors.schedules import projects_to_measure, schedule_of
from quality.services.report_building import build_report
from quality.services.reports import request_report, retry_report
from quality.services.schedules import request_scheduled_reports, set_schedule
from tests.api import api_of, body_of
from tests.factories import make_comparison, make_judgment, make_membership

pytestmark = pytest.mark.django_db


@pytest.fixture
def judged(project: Project) -> Project:
    judge(project, submitted_at=timezone.now() - timedelta(days=3))
    return project


def judge(project: Project, **fields: Any) -> None:
    name = f"annotator {project.memberships.count()}"
    make_judgment(make_comparison(project), make_membership(project, name), 1, **fields)


def measured(project: Project, ago: timedelta, **fields: Any) -> Report:
    """A report that succeeded some time ago and knows all judgments there are."""
    at = timezone.now() - ago
    return Report.objects.create(
        project=project,
        state=Report.State.SUCCEEDED,
        results={},
        as_of=at,
        newest_judgment=newest_judgment(project),
        **{"started_at": at, "finished_at": at, **fields},
    )


def due(now: datetime | None = None) -> list[str]:
    return [project.slug for project in projects_to_measure(now or timezone.now())]


def test_a_project_is_measured_a_day_after_its_first_judgment(project: Project) -> None:
    judge(project)

    assert due() == []
    assert due(timezone.now() + timedelta(days=1, minutes=1)) == ["project"]


def test_nothing_is_measured_twice(judged: Project) -> None:
    measured(judged, timedelta(days=2))
    assert due() == []

    judge(judged)
    assert due() == ["project"]


def test_new_judgments_wait_for_the_chosen_time(judged: Project, carol: Any) -> None:
    measured(judged, timedelta(minutes=6))
    judge(judged)

    found = {}
    for every in ("off", "5min", "hourly", "daily"):
        set_schedule(project=judged, every=every, person=carol)
        found[every] = due()

    assert found == {"off": [], "5min": ["project"], "hourly": [], "daily": []}


def test_a_slow_report_is_made_less_often(judged: Project, carol: Any) -> None:
    started = timezone.now() - timedelta(minutes=30)
    took = timedelta(minutes=3)
    measured(judged, timedelta(minutes=30), started_at=started, finished_at=started + took)
    judge(judged)
    set_schedule(project=judged, every="5min", person=carol)

    assert due() == []
    assert schedule_of(judged).is_slowed
    assert due(timezone.now() + timedelta(minutes=31)) == ["project"]


def test_an_import_that_took_long_counts_as_new(judged: Project) -> None:
    measured(judged, timedelta(days=2))
    Import.objects.create(
        project=judged, size=1, state="succeeded", n_judgments=5, finished_at=timezone.now()
    )

    assert due() == ["project"]


def test_a_report_in_the_making_is_not_doubled(judged: Project) -> None:
    assert request_scheduled_reports() == 1
    assert request_scheduled_reports() == 0

    report = Report.objects.get()
    assert (report.trigger, report.requested_by, report.state) == ("schedule", None, "queued")


def test_the_database_refuses_a_second_report_that_waits(judged: Project) -> None:
    Report.objects.create(project=judged)

    with pytest.raises(IntegrityError):
        Report.objects.create(project=judged)


def test_a_failed_report_is_not_tried_again_at_once(judged: Project, carol: Any) -> None:
    request_scheduled_reports()
    Report.objects.update(state=Report.State.FAILED)

    assert due() == []
    assert due(timezone.now() + timedelta(days=1, minutes=1)) == ["project"]


def test_a_retry_waits_for_the_report_that_is_being_built(judged: Project, carol: Any) -> None:
    failed = Report.objects.create(project=judged, state=Report.State.FAILED)
    request_report(project=judged, requested_by=carol)

    with pytest.raises(Conflict):
        retry_report(report=failed)


def test_the_check_is_one_query(judged: Project, django_assert_num_queries: Any) -> None:
    for number in range(3):
        judge(Project.objects.create(slug=f"p{number}", name="Other"))

    with django_assert_num_queries(1):
        projects_to_measure(timezone.now())


@pytest.mark.django_db(transaction=True)
def test_a_report_knows_the_newest_judgment_and_what_asked_for_it(judged: Project) -> None:
    request_scheduled_reports()
    report = Report.objects.get()

    build_report(report_id=report.pk)

    report.refresh_from_db()
    assert report.newest_judgment == newest_judgment(judged)
    assert report.headline["n_judgments"] == 1
    assert due(timezone.now() + timedelta(days=2)) == []


def test_the_manager_chooses_how_often(client: Any, project: Project, carol: Any) -> None:
    client.force_login(carol)
    address = reverse("quality:report_schedule", args=["project"])

    client.post(address, {"every": "hourly"})
    refused = client.post(address, {"every": "each second"})

    assert schedule_of(project).every == "hourly"
    assert refused.status_code == 422


def test_the_api_reads_and_changes_the_schedule(project: Project, carol: Any) -> None:
    api = api_of(carol)
    before = body_of(api.get("/projects/project/reports/schedule"))

    after = body_of(api.other("PATCH", "/projects/project/reports/schedule", {"every": "off"}))

    assert before == {"every": "daily", "next_at": None}
    assert after == {"every": "off", "next_at": None}
