"""What reports are compared with: weeks of them, by what they measured, and all they raise."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from annotation.models import Comparison, Project
from quality.models import QualityFlag, Report
from quality.reporting.headline import headline_of
from quality.selectors.reports import history_before, newest_report
from quality.services.quality_flags import MOST_AT_ONCE, raise_quality_flags, resolve_quality_flag
from quality.services.report_building import MEASURES_VERSION, build_report
from quality.services.reports import retry_report
from tests.factories import make_comparison, make_judgment, make_membership
from tests.quality.headlines import (
    agreement,
    drifting,
    earlier,
    estimate,
    headline,
    moment,
    raised,
    succeeded,
    weeks,
)

pytestmark = pytest.mark.django_db

NOW = moment(100)


def reports_at(project: Project, *moments: datetime, **fields: Any) -> None:
    """Reports of one project, each with the headline of steady agreement."""
    known = {"headline": agreement(0.70), "code_version": MEASURES_VERSION, "results": {}}
    Report.objects.bulk_create(
        Report(project=project, state=Report.State.SUCCEEDED, as_of=at, **{**known, **fields})
        for at in moments
    )


def history(project: Project) -> list[datetime]:
    return [one.as_of for one in history_before(project, as_of=NOW, code_version=MEASURES_VERSION)]


def test_the_history_reaches_back_weeks_however_often_a_project_is_measured(
    project: Project, django_assert_num_queries: Any
) -> None:
    every_hour = [NOW - timedelta(hours=hour) for hour in range(1, 24 * 70)]
    reports_at(project, *every_hour)

    with django_assert_num_queries(1):
        found = history(project)

    assert found == sorted(found)
    assert found[-20:] == every_hour[:20][::-1]
    days = {at.date() for at in found}
    assert len(days) == 60
    assert len(found) <= 20 + 60
    assert all(at.hour == 23 for at in found[:-24])


def test_a_project_that_is_measured_rarely_is_compared_all_the_same(project: Project) -> None:
    reports_at(project, *(NOW - timedelta(days=100 * number) for number in range(1, 4)))

    assert len(history(project)) == 3


def test_later_reports_and_other_measures_are_no_history(project: Project) -> None:
    reports_at(project, NOW, NOW + timedelta(minutes=1))
    reports_at(project, NOW - timedelta(hours=1), code_version="another")
    reports_at(project, NOW - timedelta(hours=1), headline={})

    assert history(project) == []


def test_the_report_of_a_resolution_stays_in_the_history(project: Project, carol: Any) -> None:
    every_five_minutes = [NOW - timedelta(minutes=5 * number) for number in range(1, 1000)]
    looked_at = every_five_minutes[500]
    reports_at(project, looked_at, headline=agreement(0.60))
    report = Report.objects.get()
    raised(report, agreement(0.60), earlier(report, agreement(0.70)))
    resolve_quality_flag(flag=QualityFlag.objects.get(), reason="New guidelines.", person=carol)

    reports_at(project, *set(every_five_minutes) - {looked_at})

    assert looked_at in history(project)


@pytest.mark.django_db(transaction=True)
def test_a_report_that_is_tried_again_is_the_newest(
    project: Project, client: Any, carol: Any
) -> None:
    judge(make_comparison(project), 1, 1)
    tried = Report.objects.create(project=project, state=Report.State.FAILED)
    other = built(project)
    judge(make_comparison(project), 1, -1)

    retry_report(report=tried)
    build_report(report_id=tried.pk)

    assert newest_report(project) == tried
    client.force_login(carol)
    shown = client.get(reverse("quality:reports", args=["project"])).context
    assert shown["comparable"] == [tried, other]
    tried.refresh_from_db()
    trend = next(one for one in tried.charts if one["name"] == "trend-reports")
    assert [row[1] for row in trend["rows"]] == ["100 %", "50 %"]


def test_open_flags_follow_the_report_that_measured_last(project: Project) -> None:
    later, first, second = (succeeded(project, number) for number in (3, 1, 2))
    best = earlier(first, agreement(0.70))
    raised(second, agreement(0.60), best)

    raised(later, agreement(0.50), best)
    raised(second, agreement(0.60), best)

    assert QualityFlag.objects.get().report == later


def test_what_is_open_leaves_room_for_what_is_new(project: Project) -> None:
    first, second = succeeded(project, 1), succeeded(project, 2)
    drifts = headline()
    for number in range(MOST_AT_ONCE):
        drifts["watched"] += drifting(subject=f"a{number:02}")["watched"]
    raised(first, drifts)
    more = {"watched": [*drifts["watched"], *drifting(subject="b")["watched"]]}

    n_raised = raise_quality_flags(
        report=second, as_of=moment(2), headline=more, weeks=weeks(0.71, 0.69, 0.50), history=[]
    )

    assert n_raised == 2
    newest = QualityFlag.objects.filter(report=second).exclude(subject__startswith="a")
    assert {(one.kind, one.subject) for one in newest} == {
        ("agreement_fell", ""),
        ("annotator_drifts", "b"),
    }


def test_what_concerns_the_project_is_raised_before_what_concerns_one(project: Project) -> None:
    many = headline()
    for number in range(MOST_AT_ONCE + 5):
        many["watched"] += drifting(subject=f"a{number:02}")["watched"]

    n_raised = raise_quality_flags(
        report=succeeded(project, 1),
        as_of=moment(1),
        headline=many,
        weeks=weeks(0.71, 0.69, 0.50),
        history=[],
    )

    assert n_raised == MOST_AT_ONCE
    assert QualityFlag.objects.filter(kind="agreement_fell").exists()


def test_a_week_that_somebody_has_looked_at_is_not_raised_again(
    project: Project, carol: Any
) -> None:
    fell = weeks(0.71, 0.70, 0.50)
    first = succeeded(project, 20, headline={**agreement(0.70), "week": fell[-1]})

    def raised_by(number: int, *values: float) -> int:
        report = succeeded(project, number, headline=agreement(0.70))
        return raise_quality_flags(
            report=report,
            as_of=moment(number),
            headline=agreement(0.70),
            weeks=weeks(*values),
            history=[],
        )

    raise_quality_flags(
        report=first, as_of=moment(20), headline=agreement(0.70), weeks=fell, history=[]
    )
    resolve_quality_flag(flag=QualityFlag.objects.get(), reason="New guidelines.", person=carol)

    assert raised_by(21, 0.71, 0.70, 0.50) == 0
    assert raised_by(25, 0.71, 0.70, 0.50, 0.50) == 0
    assert raised_by(26, 0.71, 0.70, 0.50, 0.30) == 1


def audited(n_flagged: int, n_certain: int, n_tested: int) -> dict[str, Any]:
    """The document of a report whose bias audit lists 200 phrases."""
    rows = [
        {
            "phrase": f"phrase {number}",
            "log_odds": estimate(1 / 3 + number, 0.123456789),
            "q_alone": 0.001 if number < n_certain else 0.2,
            "is_flagged": number < n_flagged,
        }
        for number in range(200)
    ]
    agreed = {"percent_direction": estimate(0.7, 0.02)}
    test = {"max_false": 0.05, "n_tested": n_tested}
    return {
        "agreement": agreed,
        "longer_share": estimate(0.5, 0.02),
        "n_judgments": 1,
        "n_annotators": 1,
        "flags": [],
        "sections": {"bias": {"phrases": rows, "phrase_test": test}},
    }


def test_a_headline_keeps_the_log_odds_of_every_listed_phrase_and_stays_small() -> None:
    document = audited(n_flagged=2, n_certain=150, n_tested=5_000)

    found = headline_of(document)

    assert list(found["phrases"]["listed"]) == [f"phrase {number}" for number in range(200)]
    assert found["phrases"]["listed"]["phrase 7"] == [7.3333, 7.2099, 7.4568, 100]
    assert found["phrases"]["flagged"] == ["phrase 0", "phrase 1"]
    assert len(str(found)) < 12_000
    assert "phrases" not in headline_of({**document, "sections": {"bias": {}}})


@pytest.mark.parametrize(
    ("n_flagged", "n_certain", "n_tested", "to_the_end"),
    [(2, 150, 5_000, True), (200, 200, 5_000, False), (2, 200, 5_000, False), (2, 200, 200, True)],
)
def test_a_headline_says_whether_its_list_ends_behind_all_that_is_certain(
    n_flagged: int, n_certain: int, n_tested: int, to_the_end: bool
) -> None:
    found = headline_of(audited(n_flagged, n_certain, n_tested))

    assert found["phrases"]["to_the_end"] is to_the_end


def judge(comparison: Comparison, *preferences: int) -> None:
    """One judgment by each of the annotators, who are made when they are new."""
    project = comparison.project
    for number, preference in enumerate(preferences):
        name = f"annotator {number}"
        member = project.memberships.filter(name=name).first() or make_membership(project, name)
        make_judgment(comparison, member, preference)


def built(project: Project) -> Report:
    report = Report.objects.create(project=project)
    build_report(report_id=report.pk)
    return report


@pytest.mark.django_db(transaction=True)
def test_two_reports_of_agreement_that_falls_raise_one_flag(project: Project) -> None:
    for _ in range(30):
        judge(make_comparison(project), 1, 1, 1)
    first = built(project)
    assert not QualityFlag.objects.exists()

    for number in range(30):
        judge(make_comparison(project), *(-1 if number % 3 == one else 1 for one in range(3)))
    second = built(project)

    flag = QualityFlag.objects.get(kind="agreement_fell")
    assert (flag.report, flag.is_open) == (second, True)
    assert f"in report {first.pk} to 67 %" in flag.text
    assert [event.kind for event in flag.events.all()] == ["raised"]
    built(project)
    assert flag.events.count() == 1
