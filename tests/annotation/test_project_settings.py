"""The settings of a project: general, answers and hand-out."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from annotation.models import Arrangement, Project
from feedback_platform.models import User
from tests import factories

GENERAL = {
    "name": "Renamed",
    "question": "Which one is kinder?",
    "state": "paused",
    "content_warning": "Some texts are rude.",
    "blurs": "on",
    "break_minutes": "25",
}
HAND_OUT = {
    "policy": "breadth",
    "overlap": "3",
    "overlap_minimum": "3",
    "certain_at": "95",
    "doubtful_below": "60",
    "overlap_cap": "7",
    "lease_minutes": "30",
}
TABS = ["settings", "settings_answers", "settings_hand_out", "criteria", "guidelines", "preview"]


def send(client: Client, name: str, sent: dict[str, Any]) -> Any:
    return client.post(reverse(f"annotation:{name}", args=["project"]), sent)


def test_general_settings_change_what_they_name(
    client: Client, project: Project, carol: User
) -> None:
    client.force_login(carol)

    answer = send(client, "settings", {**GENERAL, "slug": "stolen", "overlap": "9"})

    project.refresh_from_db()
    assert answer.status_code == 302
    assert (project.name, project.question, project.state) == (
        "Renamed",
        "Which one is kinder?",
        "paused",
    )
    assert (project.content_warning, project.blurs, project.break_minutes) == (
        "Some texts are rude.",
        True,
        25,
    )
    assert (project.slug, project.overlap) == ("project", 3)


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("name", "", "required"),
        ("state", "gone", "not one of the available choices"),
        ("break_minutes", "601", "less than or equal to 600"),
        ("content_warning", "x" * 2_001, "at most 2000 characters"),
        ("question", "x" * 201, "at most 200 characters"),
    ],
)
def test_a_general_setting_with_a_fault_comes_back_with_its_reason(
    client: Client, project: Project, carol: User, field: str, value: str, reason: str
) -> None:
    client.force_login(carol)

    answer = send(client, "settings", {**GENERAL, field: value})

    assert answer.status_code == 422
    assert reason in answer.content.decode()
    assert Project.objects.get().name == "Project"


@pytest.mark.parametrize("name", [name for name in TABS if name != "preview"])
def test_an_empty_form_is_refused(client: Client, carol: User, name: str) -> None:
    client.force_login(carol)

    assert send(client, name, {}).status_code == 422


def test_the_answers_can_change_before_the_first_judgment(
    client: Client, project: Project, carol: User
) -> None:
    client.force_login(carol)

    send(client, "settings_answers", {"scale": "two_way", "offers_tie": "on"})

    project.refresh_from_db()
    assert (project.scale, project.offers_tie, project.offers_both_bad) == ("two_way", True, False)


def test_the_answers_are_locked_once_there_are_judgments(
    client: Client, project: Project, carol: User, alice: User
) -> None:
    factories.make_judgment(
        factories.make_comparison(project), alice.memberships.get(), preference=3
    )
    client.force_login(carol)

    page = client.get(reverse("annotation:settings_answers", args=["project"])).content.decode()
    answer = send(client, "settings_answers", {"scale": "two_way"})

    project.refresh_from_db()
    assert "are locked" in page
    assert "Save answers" not in page
    assert answer.status_code == 409
    assert (project.scale, project.offers_tie) == ("seven_point", True)


def test_the_rules_of_the_hand_out_are_stored(
    client: Client, project: Project, carol: User
) -> None:
    client.force_login(carol)
    rules = {
        **HAND_OUT,
        "cap_judgments": "500",
        "cap_per_day": "",
        "cap_share": "20",
        "lease_minutes": "90",
    }

    send(client, "settings_hand_out", rules)

    project.refresh_from_db()
    assert (project.cap_judgments, project.cap_per_day, project.cap_share) == (500, None, 0.2)
    assert project.lease_seconds == 5_400
    assert not Arrangement.objects.exists()


def test_the_rules_of_adaptive_overlap_are_stored(
    client: Client, project: Project, carol: User
) -> None:
    client.force_login(carol)
    rules = {**HAND_OUT, "adapts_overlap": "on", "overlap_minimum": "2", "certain_at": "97.5"}

    send(client, "settings_hand_out", rules)

    project.refresh_from_db()
    assert (project.adapts_overlap, project.overlap_minimum, project.certain_at) == (True, 2, 0.975)


@pytest.mark.parametrize(
    "change", [{"overlap": "5"}, {"policy": "depth"}, {"adapts_overlap": "on"}]
)
def test_a_new_overlap_or_order_lets_the_seats_follow(
    client: Client, project: Project, carol: User, change: dict[str, str]
) -> None:
    client.force_login(carol)

    send(client, "settings_hand_out", {**HAND_OUT, **change})

    job = Arrangement.objects.get()
    page = client.get(reverse("annotation:settings_hand_out", args=["project"])).content.decode()
    assert (job.project, job.batch, job.requested_by) == (project, None, carol)
    assert f'id="job-{job.pk}"' in page


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"overlap": "0"}, "greater than or equal to 1"),
        ({"overlap": "101"}, "less than or equal to 100"),
        ({"certain_at": "101"}, "less than or equal to 100"),
        ({"cap_per_day": "0"}, "Nobody could judge anything"),
        ({"lease_minutes": "0"}, "greater than or equal to 1"),
        ({"adapts_overlap": "on", "overlap_minimum": "8"}, "below the least number"),
        ({"adapts_overlap": "on", "overlap": "9"}, "below the judgments per comparison"),
        ({"policy": "random"}, "not one of the available choices"),
    ],
)
def test_a_rule_that_cannot_be_kept_is_refused(
    client: Client, project: Project, carol: User, change: dict[str, str], reason: str
) -> None:
    client.force_login(carol)

    answer = send(client, "settings_hand_out", {**HAND_OUT, **change})

    assert answer.status_code == 422
    assert reason in answer.content.decode()
    assert not Arrangement.objects.exists()


@pytest.mark.parametrize("name", [*TABS, "people"])
def test_settings_are_closed_to_others(
    client: Client, alice: User, mallory: User, name: str
) -> None:
    url = reverse(f"annotation:{name}", args=["project"])

    assert client.get(url).headers["Location"].startswith(reverse("account_login"))
    client.force_login(alice)
    assert client.get(url).status_code == 403
    client.force_login(mallory)
    assert client.get(url).status_code == 404
    assert client.post(url, {"name": "Stolen"}).status_code in {404, 405}


def test_the_preview_shows_the_settings_that_are_stored(
    client: Client, project: Project, carol: User
) -> None:
    Project.objects.update(scale="two_way", question="Which one is kinder?", blurs=True)
    client.force_login(carol)

    page = client.get(reverse("annotation:preview", args=["project"])).content.decode()

    assert "Which one is kinder?" in page
    assert "Left is better" in page
    assert "Show the texts" in page


def test_the_preview_follows_a_form_that_is_not_saved(
    client: Client, project: Project, carol: User
) -> None:
    client.force_login(carol)

    answer = send(client, "preview", {"tab": "answers", "scale": "two_way"})
    reasons = send(
        client,
        "preview",
        {"tab": "reasons", "rationale_rule": "required", "reason_tags": "<b>Kinder</b>"},
    )

    project.refresh_from_db()
    assert "Left is better" in answer.content.decode()
    assert "&lt;b&gt;Kinder&lt;/b&gt;" in reasons.content.decode()
    assert (project.scale, project.rationale_rule, project.reason_tags) == (
        "seven_point",
        "optional",
        [],
    )
