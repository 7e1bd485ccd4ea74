"""What became worse is flagged by intervals, resolved by people, and reopened when it is worse."""

from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from annotation.models import Membership
from quality.models import QualityFlag, QualityFlagEvent, Report
from quality.reporting.worsening import Earlier, weekly, worsened
from quality.services.quality_flags import raise_quality_flags, resolve_quality_flag
from tests.api import api_of, body_of
from tests.factories import make_user


def estimate(value: float, half: float, n: int = 100) -> dict[str, Any]:
    return {
        "value": value,
        "low": value - half,
        "high": value + half,
        "n": n,
        "undefined_because": "",
    }


def headline(*watched: tuple[str, str, dict[str, Any]]) -> dict[str, Any]:
    return {
        "watched": [
            {"kind": kind, "subject": subject, "name": subject, "estimate": one}
            for kind, subject, one in watched
        ]
    }


def agreement(value: float, half: float = 0.02) -> dict[str, Any]:
    return headline(("agreement_fell", "", estimate(value, half)))


def kinds(now: dict[str, Any], *before: dict[str, Any], resolved: Any = None) -> list[str]:
    history = [Earlier(number, one) for number, one in enumerate(before, 1)]
    return [one.kind for one in worsened(now, history, resolved or {})]


def test_a_fall_beyond_both_intervals_is_a_finding() -> None:
    assert kinds(agreement(0.60), agreement(0.70)) == ["agreement_fell"]


def test_a_fall_within_the_intervals_is_none() -> None:
    assert kinds(agreement(0.67, half=0.04), agreement(0.70, half=0.04)) == []


def test_a_rise_is_none() -> None:
    assert kinds(agreement(0.80), agreement(0.70)) == []


def test_a_slow_fall_is_found_against_the_history() -> None:
    steps = [agreement(0.70), agreement(0.685), agreement(0.67), agreement(0.655)]

    assert kinds(steps[1], steps[0]) == []
    assert kinds(steps[3], *steps[:3]) == ["agreement_fell"]


def test_low_agreement_from_the_start_is_no_finding() -> None:
    assert kinds(agreement(0.35), agreement(0.35)) == []


def test_a_bias_grows_away_from_where_there_would_be_none() -> None:
    less, more = (
        headline(("length_bias_grew", "", estimate(value, 0.02))) for value in (0.40, 0.30)
    )

    assert kinds(more, less) == ["length_bias_grew"]
    assert kinds(less, more) == []


def test_a_phrase_is_measured_against_itself_only() -> None:
    before = headline(("phrase_bias_grew", "thank you", estimate(0.2, 0.1)))
    now = headline(
        ("phrase_bias_grew", "thank you", estimate(0.9, 0.1)),
        ("phrase_bias_grew", "of course", estimate(2.0, 0.1)),
    )

    assert [one.subject for one in worsened(now, [Earlier(1, before)], {})] == ["thank you"]


def test_an_annotator_whom_the_report_says_to_drift_is_flagged_at_once() -> None:
    drifting = headline(("annotator_drifts", "a1", estimate(-0.3, 0.1)))
    drifting["watched"][0]["text"] = "changed"

    assert kinds(drifting) == ["annotator_drifts"]
    assert kinds(drifting, drifting, resolved={("annotator_drifts", "a1"): 1}) == []


def test_what_was_resolved_is_measured_against_later_reports_alone() -> None:
    resolved = {("agreement_fell", ""): 2}
    history = (agreement(0.70), agreement(0.60))

    assert kinds(agreement(0.59), *history, resolved=resolved) == []
    assert kinds(agreement(0.50), *history, resolved=resolved) == ["agreement_fell"]


def test_a_week_is_measured_against_a_typical_week() -> None:
    weeks = [
        {"week": f"2026-11-{day:02}", "percent_direction": estimate(value, 0.03)}
        for day, value in ((2, 0.71), (9, 0.69), (16, 0.50))
    ]

    assert [one.kind for one in weekly(weeks, "")] == ["agreement_fell"]
    assert list(weekly(weeks[:2], "")) == []
    assert list(weekly(weeks, "2026-11-20")) == []


def succeeded(project: Any) -> Report:
    return Report.objects.create(project=project, state=Report.State.SUCCEEDED, results={})


def raised(report: Report, now: dict[str, Any], *before: Earlier) -> int:
    return raise_quality_flags(report=report, headline=now, weeks=[], history=list(before))


@pytest.fixture
def flag(project: Any) -> QualityFlag:
    first, second = succeeded(project), succeeded(project)
    raised(second, agreement(0.60), Earlier(first.pk, agreement(0.70)))
    return QualityFlag.objects.get()


@pytest.mark.django_db
def test_an_open_flag_that_is_found_again_says_what_the_newest_report_says(
    flag: QualityFlag,
) -> None:
    again = succeeded(flag.project)
    since = flag.raised_at

    assert raised(again, agreement(0.50), Earlier(flag.report_id - 1, agreement(0.70))) == 0

    flag.refresh_from_db()
    assert "to 50 % [48, 52]" in flag.text
    assert (flag.report, flag.raised_at) == (again, since)
    assert ["to 60 % [58, 62]" in event.text for event in flag.events.all()] == [True]


@pytest.mark.django_db
def test_a_resolved_flag_is_reopened_when_it_becomes_worse_still(
    flag: QualityFlag, carol: Any
) -> None:
    before = Earlier(flag.report_id - 1, agreement(0.70))
    here = Earlier(flag.report_id, agreement(0.60))
    resolve_quality_flag(flag=flag, reason="New guidelines.", person=carol)

    as_bad = raised(succeeded(flag.project), agreement(0.60), before, here)
    worse = raised(succeeded(flag.project), agreement(0.50), before, here)

    assert (as_bad, worse) == (0, 1)
    flag.refresh_from_db()
    assert flag.is_open
    assert [event.kind for event in flag.events.all()] == ["raised", "resolved", "reopened"]


@pytest.mark.django_db
def test_the_history_cannot_be_rewritten(flag: QualityFlag) -> None:
    for change in (
        lambda: QualityFlagEvent.objects.update(text="Nothing happened."),
        lambda: QualityFlagEvent.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


@pytest.mark.django_db
def test_a_flag_is_seen_and_resolved_with_a_reason(
    flag: QualityFlag, client: Any, project: Any
) -> None:
    client.force_login(make_user("rita", project=project, role=Membership.Role.REVIEWER))
    page = client.get(reverse("quality:reports", args=["project"])).content.decode()
    address = reverse("quality:quality_flag_resolve", args=["project", flag.pk])

    refused = client.post(address, {"reason": " "})
    client.post(address, {"reason": "Guidelines <b>changed</b>."})
    again = client.post(address, {"reason": "Me too."})

    assert "Write a reason first." in refused.content.decode()
    assert (refused.status_code, again.status_code) == (422, 409)
    assert flag.text in page
    one = reverse("quality:quality_flag", args=["project", flag.pk])
    shown = client.get(one).content.decode()
    assert "Guidelines &lt;b&gt;changed&lt;/b&gt;." in shown
    assert "rita" in shown
    listed = client.get(reverse("quality:quality_flags", args=["project"]), {"show": "done"})
    assert flag.text in listed.content.decode()


@pytest.mark.django_db
def test_the_api_lists_and_resolves_flags(flag: QualityFlag, carol: Any) -> None:
    api = api_of(carol)
    listed = body_of(api.get("/projects/project/quality-flags"))["results"]

    answer = api.post(
        f"/projects/project/quality-flags/{flag.pk}/resolve", {"reason": "Two people left."}
    )

    assert [one["kind"] for one in listed] == ["agreement_fell"]
    history = body_of(answer)["history"]
    assert [(one["kind"], one["person"]) for one in history] == [
        ("raised", None),
        ("resolved", "carol"),
    ]
    assert body_of(api.get("/projects/project/quality-flags"))["results"] == []
