"""What became worse is flagged by intervals, resolved by people, and reopened when it is worse."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from annotation.models import Membership
from quality.models import QualityFlag, QualityFlagEvent, Report
from quality.reporting.worsening import Earlier, Resolution, weekly, worsened
from quality.services.quality_flags import resolve_quality_flag
from tests.api import api_of, body_of
from tests.factories import make_user
from tests.quality.headlines import (
    agreement,
    drifting,
    earlier,
    estimate,
    headline,
    moment,
    phrases,
    raised,
    succeeded,
    weeks,
)


def worse(now: dict[str, Any], *before: dict[str, Any], resolved: Any = None) -> list[Any]:
    history = [Earlier(number, moment(number), one) for number, one in enumerate(before, 1)]
    return worsened(now, history, resolved or {})


def kinds(now: dict[str, Any], *before: dict[str, Any], resolved: Any = None) -> list[str]:
    return [one.kind for one in worse(now, *before, resolved=resolved)]


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


@pytest.mark.parametrize(
    ("kind", "then", "now", "found"),
    [
        ("length_bias_grew", 0.40, 0.55, False),
        ("length_bias_grew", 0.60, 0.45, False),
        ("length_bias_grew", 0.45, 0.60, True),
        ("phrase_bias_grew", -1.0, 0.05, False),
        ("phrase_bias_grew", -0.2, 1.0, True),
    ],
)
def test_a_bias_that_turns_round_grows_only_where_it_is_farther_from_none(
    kind: str, then: float, now: float, found: bool
) -> None:
    before, after = (headline((kind, "", estimate(value, 0.01))) for value in (then, now))

    assert kinds(after, before) == [kind] * found


def test_a_phrase_is_measured_against_itself_only() -> None:
    before = headline(("phrase_bias_grew", "thank you", estimate(0.2, 0.1)))
    now = headline(
        ("phrase_bias_grew", "thank you", estimate(0.9, 0.1)),
        ("phrase_bias_grew", "of course", estimate(2.0, 0.1)),
    )

    assert [one.subject for one in worse(now, before)] == ["thank you"]


def test_a_phrase_from_outside_the_list_is_a_finding_once_it_is_flagged() -> None:
    now = phrases({"certainly": 2.0}, sorry=2.0)

    assert [one.subject for one in worse(now, phrases({}, hello=0.1))] == ["certainly"]
    assert "in report 1 it did not" in worse(now, phrases({}, hello=0.1))[0].text
    assert worse(now) == []
    assert worse(now, phrases({"certainly": 2.0})) == []


def test_a_report_that_measured_no_phrases_says_nothing_about_one() -> None:
    now, unmeasured = phrases({"certainly": 2.0}), headline()

    assert worse(now, unmeasured) == []
    # One report that could have flagged it is enough, however long ago.
    assert len(worse(now, phrases({}, hello=0.1), unmeasured, now)) == 1


def test_a_phrase_at_the_edge_of_being_flagged_has_not_become_worse() -> None:
    assert worse(phrases({"certainly": 0.45}), phrases({}, certainly=0.35)) == []


def test_growth_is_asked_of_every_phrase_that_the_earlier_report_listed() -> None:
    many = {f"certain {number}": 3.0 for number in range(60)}
    before = phrases(many, certainly=0.35, sorry=0.1)

    found = worse(phrases({**many, "certainly": 0.45, "sorry": 0.45}), before)

    assert [one.subject for one in found] == ["sorry"]


def test_nothing_is_said_of_a_phrase_beyond_the_end_of_the_earlier_list() -> None:
    now = phrases({"certainly": 2.0, "sorry": 2.0})
    cut = phrases({"of course": 3.0}, to_the_end=False, sorry=0.1)

    assert [one.subject for one in worse(now, cut)] == ["sorry"]
    # An older report that listed all that was certain can still tell.
    found = worse(now, phrases({}, hello=0.1), cut)
    assert {one.subject: one.text[-23:] for one in found if one.subject == "certainly"} == {
        "certainly": "in report 1 it did not."
    }


def test_a_resolved_phrase_is_found_again_when_a_later_report_did_not_flag_it() -> None:
    now, calm = phrases({"certainly": 2.0}), phrases({}, hello=0.1)
    resolved = {("phrase_bias_grew", "certainly"): Resolution(moment(2))}

    assert worse(now, calm, now, now, resolved=resolved) == []
    assert len(worse(now, calm, now, calm, resolved=resolved)) == 1


def test_an_annotator_whom_the_report_says_to_drift_is_flagged_at_once() -> None:
    assert kinds(drifting()) == ["annotator_drifts"]
    assert kinds(drifting(), drifting(), resolved=drift_resolved(1)) == []
    assert kinds(drifting(-0.6), drifting(), resolved=drift_resolved(1)) == ["annotator_drifts"]


def test_an_annotator_who_recovered_and_drifts_anew_is_flagged_again() -> None:
    calm = headline()

    assert kinds(drifting(), drifting(), calm, resolved=drift_resolved(1)) == ["annotator_drifts"]
    assert kinds(drifting(), calm, drifting(), resolved=drift_resolved(2)) == []


def drift_resolved(number: int) -> dict[Any, Resolution]:
    return {("annotator_drifts", "a1"): Resolution(moment(number))}


def test_what_was_resolved_is_measured_against_later_reports_alone() -> None:
    resolved = {("agreement_fell", ""): Resolution(moment(2))}
    history = (agreement(0.70), agreement(0.60))

    assert kinds(agreement(0.59), *history, resolved=resolved) == []
    assert kinds(agreement(0.50), *history, resolved=resolved) == ["agreement_fell"]


def falls(known: list[dict[str, Any]], resolution: Resolution | None = None) -> bool:
    return [one.kind for one in weekly(known, resolution)] == ["agreement_fell"]


def test_a_week_is_measured_against_a_typical_week() -> None:
    assert falls(weeks(0.71, 0.69, 0.50))
    assert not falls(weeks(0.71, 0.69))
    assert not falls(weeks(0.50)) and not falls([])


def test_after_a_resolution_a_week_is_measured_against_what_was_known_then() -> None:
    before = weeks(0.71, 0.70, 0.50)
    resolution = Resolution(datetime(2026, 11, 18, tzinfo=UTC), before[-1])

    assert not falls(before, resolution)
    assert not falls([*before[:-1], *weeks(0, 0, 0.49)[2:]], resolution)
    assert falls([*before[:-1], *weeks(0, 0, 0.30)[2:]], resolution)
    assert not falls(weeks(0.71, 0.70, 0.50, 0.50), resolution)
    assert falls(weeks(0.71, 0.70, 0.50, 0.30), resolution)
    assert falls(weeks(0.71, 0.70, 0.50, 0.70, 0.50), resolution)


def test_where_no_week_was_known_only_those_since_the_resolution_count() -> None:
    resolution = Resolution(datetime(2026, 11, 4, tzinfo=UTC))

    assert not falls(weeks(0.71, 0.50), resolution)
    assert falls(weeks(0.90, 0.71, 0.50), resolution)


@pytest.fixture
def flag(project: Any) -> QualityFlag:
    first, second = succeeded(project, 1), succeeded(project, 2)
    raised(second, agreement(0.60), earlier(first, agreement(0.70)))
    return QualityFlag.objects.get()


@pytest.mark.django_db
def test_an_open_flag_that_is_found_again_says_what_the_newest_report_says(
    flag: QualityFlag,
) -> None:
    again = succeeded(flag.project, 3)
    since = flag.raised_at

    best = earlier(Report.objects.earliest("pk"), agreement(0.70))
    assert raised(again, agreement(0.50), best) == 0

    flag.refresh_from_db()
    assert "to 50 % [48, 52]" in flag.text
    assert (flag.report, flag.raised_at) == (again, since)
    assert ["to 60 % [58, 62]" in event.text for event in flag.events.all()] == [True]


@pytest.mark.django_db
def test_a_resolved_flag_is_reopened_when_it_becomes_worse_still(
    flag: QualityFlag, carol: Any
) -> None:
    first, second = Report.objects.order_by("pk")
    known = earlier(first, agreement(0.70)), earlier(second, agreement(0.60))
    resolve_quality_flag(flag=flag, reason="New guidelines.", person=carol)

    as_bad = raised(succeeded(flag.project, 3), agreement(0.60), *known)
    worse_still = raised(succeeded(flag.project, 4), agreement(0.50), *known)

    assert (as_bad, worse_still) == (0, 1)
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
