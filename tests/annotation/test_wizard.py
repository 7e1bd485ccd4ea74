"""Creating a project: templates, steps, and the form that travels with them."""

import re
from html import unescape
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from annotation.models import Criterion, Guidelines, Membership, Project
from annotation.project_templates import PROJECT_TEMPLATES
from annotation.rendering import render_text
from feedback_platform.models import User
from tests import factories

NEW = {
    "name": "Helpfulness",
    "slug": "helpfulness",
    "instructions": "Which response helps more?",
    "scale": "seven_point",
    "offers_tie": "on",
    "offers_cannot_judge": "on",
    "overlap": "5",
}
FIELD = re.compile(r"<(?:input|textarea)\b[^>]*>", re.S)


@pytest.fixture
def url(db: None) -> str:
    return reverse("annotation:project_create")


@pytest.fixture
def creator(client: Client, mallory: User) -> User:
    """Somebody who may create projects, logged in."""
    mallory.user_permissions.add(Permission.objects.get(codename="add_project"))
    client.force_login(mallory)
    return mallory


def sent_by(page: str) -> dict[str, Any]:
    """What a browser without JavaScript would send from the wizard's form."""
    form = page[page.index('id="wizard"') : page.index("</form>", page.index('id="wizard"'))]
    sent: dict[str, Any] = {}
    for found in FIELD.finditer(form):
        tag, attributes = found[0], dict(re.findall(r'([\w-]+)="([^"]*)"', found[0], re.S))
        name, is_box = attributes.get("name"), attributes.get("type") in {"checkbox", "radio"}
        if name is None or (is_box and " checked" not in tag):
            continue
        value = unescape(attributes.get("value", "on" if is_box else ""))
        if tag.startswith("<textarea"):
            value = unescape(form[found.end() : form.index("</textarea>", found.end())])
            value = value.removeprefix("\n")
        sent.setdefault(name, []).append(value)
    return sent


def test_the_templates_are_offered_first(client: Client, creator: User, url: str) -> None:
    page = client.get(url).content.decode()

    for key, template in PROJECT_TEMPLATES.items():
        assert f"?template={key}" in page
        assert template.name in page


@pytest.mark.parametrize("key", PROJECT_TEMPLATES)
def test_a_template_reaches_the_project_through_every_step(
    client: Client, creator: User, url: str, key: str
) -> None:
    template = PROJECT_TEMPLATES[key]

    page = client.get(url, {"template": key}).content.decode()
    for step in ("answers", "preview"):
        answer = client.post(url, {**sent_by(page), "name": "Kind answers", "go": step})
        page = answer.content.decode()
        assert (answer.status_code, Project.objects.count()) == (200, 1)
    client.post(url, {**sent_by(page), "go": "create"})

    created = Project.objects.get(slug="kind-answers")
    assert {name: getattr(created, name) for name in template.fields} == template.fields
    assert created.reason_tags == list(template.reason_tags)
    stored = Criterion.objects.filter(project=created)
    assert [one.key for one in stored] == [one.key for one in template.criteria]
    texts = Guidelines.objects.filter(project=created).values_list("text", flat=True)
    assert list(texts) == [template.guidelines] * bool(template.guidelines)


def test_what_is_changed_on_the_way_is_kept(client: Client, creator: User, url: str) -> None:
    page = client.get(url, {"template": "helpsteer"}).content.decode()
    basics = {**sent_by(page), "name": "Ours", "question": "Which one?", "go": "answers"}
    page = client.post(url, basics).content.decode()
    answers = {**sent_by(page), "criteria": ["coherence"], "reason_tags": "b\n\n a \nb"}
    del answers["offers_tie"]

    page = client.post(url, {**answers, "go": "preview"}).content.decode()
    client.post(url, {**sent_by(page), "go": "create"})

    created = Project.objects.get(slug="ours")
    assert (created.question, created.offers_tie) == ("Which one?", False)
    assert created.reason_tags == ["b", "a"]
    assert [one.key for one in created.criteria.all()] == ["coherence"]


def test_going_back_keeps_what_was_written(client: Client, creator: User, url: str) -> None:
    page = client.get(url, {"template": "blank"}).content.decode()
    page = client.post(url, {**sent_by(page), "name": "Ours", "go": "answers"}).content.decode()

    page = client.post(url, {**sent_by(page), "overlap": "", "go": "basics"}).content.decode()

    assert sent_by(page)["name"] == ["Ours"]
    assert sent_by(page)["step"] == ["basics"]


def test_a_mistake_is_shown_where_it_was_made(client: Client, creator: User, url: str) -> None:
    page = client.get(url, {"template": "blank"}).content.decode()

    answer = client.post(url, {**sent_by(page), "name": "", "go": "answers"})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "This field is required" in page
    assert sent_by(page)["step"] == ["basics"]


def test_the_last_step_shows_the_judging_page(client: Client, creator: User, url: str) -> None:
    page = client.get(url, {"template": "harmlessness"}).content.decode()
    page = client.post(url, {**sent_by(page), "name": "Ours", "go": "preview"}).content.decode()

    assert "Much better" in page
    assert "Less harmful" in page
    assert "Dangerous advice" in page
    assert "You may see violence" in page
    assert Project.objects.count() == 1


def test_the_preview_follows_the_form_and_stores_nothing(client: Client, creator: User) -> None:
    sent = {**NEW, "template": "helpsteer", "scale": "two_way", "criteria": ["verbosity"]}

    answer = client.post(reverse("annotation:wizard_preview"), sent)

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Left is better" in page
    assert "Verbosity" in page
    assert "Correctness" not in page
    assert (Project.objects.count(), Criterion.objects.count()) == (1, 0)


def test_the_form_can_be_sent_at_once(client: Client, creator: User, url: str) -> None:
    answer = client.post(url, NEW)

    created = Project.objects.get(slug="helpfulness")
    assert answer.headers["Location"] == reverse("annotation:project", args=["helpfulness"])
    assert (created.overlap, created.offers_tie, created.offers_both_bad) == (5, True, False)
    assert (created.question, created.rationale_rule) == ("Which response is better?", "optional")
    assert Guidelines.objects.get().text == "Which response helps more?"
    membership = Membership.objects.get(project=created)
    assert (membership.user, membership.role, membership.name) == (creator, "manager", "mallory")
    assert membership.guidelines_number == 1


def test_a_missing_short_name_is_made_from_the_name(
    client: Client, creator: User, url: str
) -> None:
    client.post(url, {**NEW, "name": "Über alles, 2. Runde", "slug": ""})

    assert Project.objects.filter(slug="uber-alles-2-runde").exists()


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("slug", "elsewhere", "already exists"),
        ("slug", "new", "address of the platform"),
        ("slug", "../etc", "valid"),
        ("name", "", "required"),
        ("overlap", "0", "greater than or equal to 1"),
        ("overlap", "many", "whole number"),
        ("scale", "hundred_points", "not one of the available choices"),
        ("reason_tags", "x" * 61, "at most 60 characters"),
        ("instructions", "x" * 100_001, "at most 100000 characters"),
        ("criteria", "tone", "not one of the available choices"),
    ],
)
def test_a_form_with_a_fault_comes_back_with_its_reason(
    client: Client, creator: User, url: str, field: str, value: str, reason: str
) -> None:
    answer = client.post(url, {**NEW, "template": "helpsteer", field: value})

    assert answer.status_code == 422
    assert reason in answer.content.decode()
    assert list(Project.objects.values_list("slug", flat=True)) == ["elsewhere"]


@pytest.mark.parametrize(
    ("key", "words"),
    [("helpfulness", "My bread"), ("harmlessness", "My sister"), ("summarisation", "The town")],
)
def test_the_preview_shows_a_comparison_that_fits_the_template(
    client: Client, creator: User, url: str, key: str, words: str
) -> None:
    sent = {**NEW, "template": key, "step": "basics", "go": "preview"}

    page = client.post(url, sent).content.decode()
    fragment = client.post(reverse("annotation:wizard_preview"), sent).content.decode()

    assert words in page and words in fragment


def test_an_empty_form_is_refused(client: Client, creator: User, url: str) -> None:
    assert client.post(url).status_code == 422
    assert client.post(url, {"go": "preview", "step": "basics"}).status_code == 422
    assert client.post(url, {"go": "nowhere", "step": "nowhere"}).status_code == 200


def test_without_the_permission_nobody_creates_projects(
    client: Client, carol: User, url: str
) -> None:
    client.force_login(carol)

    assert client.get(url).status_code == 403
    assert client.post(url, NEW).status_code == 403
    assert Project.objects.count() == 1


@pytest.mark.parametrize("key", PROJECT_TEMPLATES)
def test_templates_hold_what_projects_can_store(key: str, db: None) -> None:
    template = PROJECT_TEMPLATES[key]
    project = factories.make_project(**template.fields, reason_tags=list(template.reason_tags))

    project.full_clean()
    for preset in template.criteria:
        Criterion(project=project, **preset.fields()).full_clean()
    if template.guidelines:
        assert "<h3>" in render_text(template.guidelines)
