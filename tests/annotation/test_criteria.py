"""The criteria of a project: adding, changing, ordering, retiring."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from annotation.models import Criterion, Project
from annotation.project_templates import PROJECT_TEMPLATES
from annotation.selectors.criteria import asked_criteria
from annotation.services.criteria import (
    MAX_CRITERIA,
    add_presets,
    move_criterion,
    restore_criterion,
    retire_criterion,
    update_criterion,
)
from feedback_platform.errors import BadInput, Conflict
from feedback_platform.models import User
from tests import factories
from tests.annotation.asking import ask_preference, ask_rating

TONE = {
    "name": "Tone",
    "help": "Is it kind?",
    "kind": "rating",
    "low": "1",
    "low_label": "rude",
    "high": "5",
    "high_label": "kind",
    "is_required": "on",
}


@pytest.fixture
def manager(client: Client, carol: User) -> Client:
    client.force_login(carol)
    return client


def url(name: str, *more: int) -> str:
    return reverse(f"annotation:{name}", args=["project", *more])


def keys(project: Project) -> list[str]:
    """What is asked for, read anew."""
    return [one.key for one in asked_criteria(Project.objects.get(pk=project.pk))]


def test_a_criterion_is_added_with_what_its_form_says(manager: Client, project: Project) -> None:
    answer = manager.post(url("criterion_create"), TONE)

    criterion = Criterion.objects.get()
    assert answer.headers["Location"] == url("criteria")
    assert (criterion.key, criterion.name, criterion.help) == ("tone", "Tone", "Is it kind?")
    assert (criterion.low, criterion.high, criterion.high_label) == (1, 5, "kind")
    assert criterion.is_required
    assert keys(project) == ["tone"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"name": ""}, "required"),
        ({"low": "5"}, "must be above the lowest"),
        ({"high": "12"}, "at most 11 marks"),
        ({"kind": "essay"}, "not one of the available choices"),
        ({"help": "x" * 301}, "at most 300 characters"),
    ],
)
def test_a_criterion_that_makes_no_sense_is_refused(
    manager: Client, project: Project, change: dict[str, str], reason: str
) -> None:
    answer = manager.post(url("criterion_create"), {**TONE, **change})

    assert answer.status_code == 422
    assert reason in answer.content.decode()
    assert keys(project) == []


def test_two_criteria_of_one_name_have_two_keys(project: Project) -> None:
    ask_rating(project, "Ton & Stil")
    ask_rating(project, "Ton & Stil")
    ask_rating(project, "礼貌")

    assert keys(project) == ["ton-stil", "ton-stil-2", "criterion"]


def test_a_set_is_added_with_one_click_and_only_once(manager: Client, project: Project) -> None:
    for _ in range(2):
        manager.post(url("criteria_presets"), {"preset": "helpsteer"})
    manager.post(url("criteria_presets"), {"preset": "harmlessness"})

    assert keys(project) == [
        *["helpfulness", "correctness", "coherence", "complexity", "verbosity"],
        *["less-harmful", "more-helpful"],
    ]
    assert manager.post(url("criteria_presets"), {"preset": "blank"}).status_code == 422


def test_a_set_brings_back_what_was_retired(project: Project) -> None:
    presets = PROJECT_TEMPLATES["harmlessness"].criteria
    add_presets(project=project, presets=presets)
    retire_criterion(criterion=Criterion.objects.get(key="less-harmful"))

    assert add_presets(project=project, presets=presets) == 1
    assert set(keys(project)) == {"less-harmful", "more-helpful"}


def test_there_are_no_more_criteria_than_fit(project: Project) -> None:
    for number in range(MAX_CRITERIA):
        ask_rating(project, f"Number {number}")

    with pytest.raises(Conflict, match="Retire one first"):
        ask_rating(project, "One more")
    assert len(keys(project)) == MAX_CRITERIA


def test_criteria_change_places(manager: Client, project: Project) -> None:
    first, second, third = (ask_rating(project, name) for name in ("a", "b", "c"))

    manager.post(url("criterion_move", third.pk), {"direction": "earlier"})
    manager.post(url("criterion_move", first.pk), {"direction": "earlier"})
    manager.post(url("criterion_move", second.pk), {"direction": "later"})

    assert keys(project) == ["a", "c", "b"]
    assert manager.post(url("criterion_move", first.pk), {"direction": "up"}).status_code == 422


def test_a_retired_criterion_is_asked_for_no_more_and_can_come_back(
    manager: Client, project: Project
) -> None:
    criterion, other = ask_rating(project, "a"), ask_preference(project, "b")

    for _ in range(2):
        manager.post(url("criterion_retire", criterion.pk))
    assert keys(project) == ["b"]
    move_criterion(criterion=criterion, earlier=True)
    for _ in range(2):
        manager.post(url("criterion_restore", criterion.pk))

    assert keys(project) == ["b", "a"]
    retire_criterion(criterion=criterion)
    retire_criterion(criterion=other)
    assert not Project.objects.get().asks_criteria


def test_restoring_one_too_many_is_refused(project: Project) -> None:
    retired = ask_rating(project, "Retired")
    retire_criterion(criterion=retired)
    for number in range(MAX_CRITERIA):
        ask_rating(project, f"Number {number}")

    with pytest.raises(Conflict):
        restore_criterion(criterion=retired)


def test_a_criterion_is_changed(manager: Client, project: Project) -> None:
    criterion = ask_rating(project, "a")

    manager.post(url("criterion", criterion.pk), TONE)

    criterion.refresh_from_db()
    assert (criterion.name, criterion.key, criterion.low) == ("Tone", "a", 1)


def test_kind_and_range_are_fixed_by_the_first_judgment(
    manager: Client, project: Project, alice: User
) -> None:
    criterion = ask_rating(project, "a")
    factories.make_judgment(factories.make_comparison(project), alice.memberships.get(), 1)

    page = manager.get(url("criterion", criterion.pk)).content.decode()
    manager.post(url("criterion", criterion.pk), TONE)

    criterion.refresh_from_db()
    assert "are locked" in page
    assert (criterion.name, criterion.low, criterion.high) == ("Tone", 0, 4)
    with pytest.raises(Conflict, match="cannot change any more"):
        update_criterion(criterion=criterion, high=9)
    with pytest.raises(BadInput):
        update_criterion(criterion=ask_rating(make_other(), "a"), low=9)


def make_other() -> Project:
    return factories.make_project(slug="other")


def test_the_reasons_are_kept_without_repeats(manager: Client, project: Project) -> None:
    sent = {"rationale_rule": "strong", "reason_tags": " Clearer \r\n\r\nMore  correct\nClearer"}

    manager.post(url("criteria"), sent)

    project.refresh_from_db()
    assert project.reason_tags == ["Clearer", "More correct"]
    assert project.rationale_rule == "strong"


@pytest.mark.parametrize(
    ("tags", "reason"),
    [("\n".join(map(str, range(31))), "at most 30 lines"), ("x" * 61, "at most 60 characters")],
)
def test_too_many_or_too_long_reasons_are_refused(
    manager: Client, project: Project, tags: str, reason: str
) -> None:
    answer = manager.post(url("criteria"), {"rationale_rule": "strong", "reason_tags": tags})

    assert answer.status_code == 422
    assert reason in answer.content.decode()


def test_criteria_of_another_project_are_unknown(manager: Client, project: Project) -> None:
    foreign = ask_rating(make_other(), "a")
    posts: list[tuple[str, dict[str, Any]]] = [
        ("criterion", TONE),
        ("criterion_move", {"direction": "earlier"}),
        ("criterion_retire", {}),
        ("criterion_restore", {}),
    ]

    for name, sent in posts:
        assert manager.post(url(name, foreign.pk), sent).status_code == 404
    foreign.refresh_from_db()
    assert (foreign.name, foreign.is_retired) == ("a", False)


def test_names_are_text_and_never_markup(manager: Client, project: Project) -> None:
    attack = "<script>alert(1)</script>"
    criterion = ask_rating(project, attack, help=attack, low_label=attack)

    for page in (
        manager.get(url("criteria")),
        manager.get(url("criterion", criterion.pk)),
        manager.get(url("preview")),
    ):
        assert "<script>alert" not in page.content.decode()
