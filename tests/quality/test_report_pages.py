"""The Quality pages: who may see and start what, and what a report says in words."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from annotation.models import Membership
from quality.models import Report
from quality.services.report_building import build_report
from tests.factories import make_comparison, make_judgment, make_membership, make_user

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def manager(client, carol):
    client.force_login(carol)
    return client


@pytest.fixture
def judged(project):
    """Three who mostly agree, and one who is careless and always prefers the left side."""
    members = [make_membership(project, name) for name in ("dave", "erin", "frank", "ute<b>")]
    for number in range(60):
        comparison = make_comparison(project)
        truth = 1 if number % 2 else -1
        for place, member in enumerate(members):
            swapped = (number // 2) % 2 == 0
            is_careless = place == 3
            left = 1 if swapped else -1
            make_judgment(
                comparison,
                member,
                left if is_careless else (-truth if number % 17 == place else truth),
                swapped=swapped,
                active_ms=900 if is_careless else 9_000,
                submitted_at=datetime(2026, 3, 1, 9, number, tzinfo=UTC),
            )
    return members


def address(name, *arguments):
    return reverse(f"quality:{name}", args=["project", *arguments])


def built(project):
    """A report on what is in the project now."""
    report = Report.objects.create(project=project)
    build_report(report_id=report.pk)
    report.refresh_from_db()
    return report


# What a report on the judgments of ``judged`` holds; measured once for all tests.
MEASURED = {}


def finished(project):
    """A report as if it had been built on the judgments of ``judged``."""
    if not MEASURED:
        report = built(project)
        names = ("as_of", "code_version", "parameters", "results", "headline", "charts")
        MEASURED.update({name: getattr(report, name) for name in names})
        return report
    return Report.objects.create(project=project, state=Report.State.SUCCEEDED, **MEASURED)


def test_an_empty_list_says_what_to_do_next(manager):
    page = manager.get(address("reports")).content.decode()

    assert "No report yet" in page
    assert address("report_build") in page


def test_the_button_queues_a_report_and_shows_its_progress(manager, carol):
    answer = manager.post(address("report_build"), follow=True)

    report = Report.objects.get()
    assert (report.state, report.requested_by) == (Report.State.QUEUED, carol)
    page = answer.content.decode()
    assert address("report_card", report.pk) in page
    assert address("report_cancel", report.pk) in page


def test_a_second_report_waits_for_the_first(manager):
    manager.post(address("report_build"))

    answer = manager.post(address("report_build"))

    assert answer.status_code == 409
    assert "being built already" in answer.content.decode()
    assert Report.objects.count() == 1


def test_a_queued_report_can_be_cancelled_and_tried_again(manager):
    manager.post(address("report_build"))
    report = Report.objects.get()

    manager.post(address("report_cancel", report.pk))
    report.refresh_from_db()
    assert report.state == Report.State.CANCELLED

    manager.post(address("report_retry", report.pk))
    report.refresh_from_db()
    assert report.state == Report.State.QUEUED


def test_the_card_of_a_finished_report_loads_the_page_again(manager, project):
    report = Report.objects.create(project=project, state=Report.State.SUCCEEDED, results={})

    answer = manager.get(address("report_card", report.pk))

    assert answer["HX-Refresh"] == "true"


def test_the_report_leads_with_a_sentence_and_the_four_figures(manager, project, judged):
    report = finished(project)

    page = manager.get(address("report", report.pk)).content.decode()

    assert "Annotators agree on" in page
    assert "One annotator needs a look." in page
    for label in ("Agreeing pairs", "Alpha, direction", "Alpha, strength", "Alpha, outcome"):
        assert label in page
    assert "no strengths" in page


def test_flags_name_who_stands_out_and_why(project, judged):
    report = finished(project)

    flags = {(flag["annotator"], flag["kind"]) for flag in report.results["flags"]}

    kinds = ("low_agreement", "one_sided", "straight_lining", "fast")
    assert flags == {("ute<b>", kind) for kind in kinds}


def test_names_from_files_reach_page_and_charts_as_text(manager, project, judged):
    report = finished(project)

    page = manager.get(address("report", report.pk)).content.decode()

    assert "ute<b>" not in page
    assert page.count("ute&lt;b&gt;") >= 3
    assert "<script>alert" not in page


def test_each_chart_has_words_and_its_data_beside_it(manager, project, judged):
    report = finished(project)

    page = manager.get(address("report", report.pk)).content.decode()

    names = [chart["name"] for chart in report.charts]
    own = ["agreement", "left-share", "winner-shares", "judgments-per-comparison"]
    assert names[:4] == own
    for chart in report.charts[:4]:
        assert chart["alternative"].startswith(chart["title"])
        assert len(chart["rows"]) > 0
        assert f'id="chart-{chart["name"]}"' in page


def test_charts_follow_the_pages_theme_and_its_content_policy(project, judged):
    for chart in finished(project).charts:
        assert "var(--text" in chart["svg"] or "var(--accent)" in chart["svg"]
        for forbidden in ("style=", "<style", "<script", " on", "font-family", "#0a6b67"):
            assert forbidden not in chart["svg"]


def test_an_earlier_report_stays_as_it_was(manager, project, judged):
    earlier = built(project)
    comparison = make_comparison(project)
    for member in judged:
        make_judgment(comparison, member, 1)
    later = built(project)

    page = manager.get(address("report", earlier.pk)).content.decode()

    assert "240 judgments" in page
    assert later.results["n_judgments"] == 244
    newer_page = manager.get(address("report", later.pk)).content.decode()
    assert "Before:" in newer_page
    assert "Before:" not in page


def test_the_file_is_the_document_of_the_command(manager, project, judged):
    report = finished(project)

    answer = manager.get(address("report_file", report.pk))

    assert answer.json() == report.results
    assert "project-report-" in answer["Content-Disposition"]


def test_a_report_of_an_empty_project_is_a_page(manager, project):
    report = built(project)

    page = manager.get(address("report", report.pk)).content.decode()

    assert "Agreement cannot be measured yet" in page
    assert report.charts == []


def test_a_failed_report_says_so_and_offers_to_try_again(manager, project):
    report = Report.objects.create(
        project=project, state=Report.State.FAILED, error="The disk is full."
    )

    page = manager.get(address("report", report.pk)).content.decode()

    assert "The disk is full." in page
    assert address("report_retry", report.pk) in page


def test_reviewers_read_but_do_not_build(client, project):
    client.force_login(make_user("rita", project=project, role=Membership.Role.REVIEWER))
    report = finished(project)

    assert client.get(address("report", report.pk)).status_code == 200
    page = client.get(address("reports")).content.decode()
    assert address("report_build") not in page
    assert client.post(address("report_build")).status_code == 403
    assert client.post(address("report_cancel", report.pk)).status_code == 403


def test_annotators_are_refused_and_strangers_find_nothing(client, project, alice, mallory):
    report = Report.objects.create(project=project, state=Report.State.SUCCEEDED, results={})
    pages = [address("reports"), address("report", report.pk), address("report_file", report.pk)]

    client.force_login(alice)
    assert {client.get(page).status_code for page in pages} == {403}
    client.force_login(mallory)
    assert {client.get(page).status_code for page in pages} == {404}
    assert client.post(address("report_build")).status_code == 404


def test_another_projects_report_is_not_found_here(manager, mallory):
    elsewhere = mallory.memberships.get().project
    report = Report.objects.create(project=elsewhere, state=Report.State.SUCCEEDED, results={})

    assert manager.get(address("report", report.pk)).status_code == 404


def test_the_list_is_paged_by_key(manager, project):
    Report.objects.bulk_create(
        Report(project=project, state=Report.State.CANCELLED) for _ in range(30)
    )

    first = manager.get(address("reports")).content.decode()
    oldest = Report.objects.order_by("-pk")[24].pk
    second = manager.get(address("reports"), {"before": oldest}).content.decode()

    assert f"?before={oldest}" in first
    assert "25 reports on this page" in first
    assert "5 reports on this page" in second


def queries_of_reports(client, page):
    with CaptureQueriesContext(connection) as context:
        assert client.get(page).status_code == 200
    return [query for query in context.captured_queries if 'FROM "quality_report"' in query["sql"]]


def test_the_page_reads_reports_equally_often_whatever_their_number(manager, project, judged):
    finished(project)
    one = queries_of_reports(manager, address("reports"))
    finished(project)
    finished(project)

    # The list, the report being built, the newest two, their sections, trend and schedule.
    assert len(queries_of_reports(manager, address("reports"))) == len(one) == 6


def test_a_report_page_reads_itself_and_the_report_before(manager, project, judged):
    report = finished(project)

    assert len(queries_of_reports(manager, address("report", report.pk))) == 2
