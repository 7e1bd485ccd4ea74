"""Projects in the API."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission

from annotation.models import Membership, Project
from annotation.project_templates import PROJECT_TEMPLATES
from feedback_platform.models import User
from tests import factories
from tests.api import api_of, body_of

NEW = {"slug": "helpful", "name": "Helpfulness", "scale": "two_way", "overlap": 5}


@pytest.fixture
def creator(mallory: User) -> User:
    """Somebody who may create projects."""
    mallory.user_permissions.add(Permission.objects.get(codename="add_project"))
    return mallory


def test_the_creator_manages_the_new_project(creator: User) -> None:
    api = api_of(creator)

    answer = api.post("/projects", {**NEW, "offers_tie": False})

    project = Project.objects.get(slug="helpful")
    assert answer.status_code == 201
    assert answer.headers["Location"] == "/api/v1/projects/helpful"
    assert body_of(answer)["preferences"] == [-1, 1]
    assert body_of(answer)["role"] == "manager"
    assert (project.overlap, project.offers_tie, project.offers_both_good) == (5, False, True)
    assert body_of(api.get("/projects/helpful")) == body_of(answer)


def test_nobody_creates_projects_without_the_permission(carol: User) -> None:
    assert api_of(carol).post("/projects", NEW).status_code == 403
    assert not Project.objects.filter(slug="helpful").exists()


def test_a_short_name_is_given_once(creator: User) -> None:
    api = api_of(creator)
    api.post("/projects", NEW)

    assert api.post("/projects", NEW).status_code == 409
    assert Project.objects.filter(slug="helpful").count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"slug": "new"},
        {"slug": "a/b"},
        {"slug": "x" * 61},
        {"slug": None},
        {"name": ""},
        {"name": "x\0"},
        {"scale": "nine_point"},
        {"overlap": 0},
        {"overlap": 10**400},
        {"overlap": "many"},
        {"offers_tie": "perhaps"},
    ],
)
def test_wrong_settings_are_refused(creator: User, changes: dict[str, Any]) -> None:
    answer = api_of(creator).post("/projects", {**NEW, **changes})

    assert answer.status_code == 422
    assert set(body_of(answer)["problems"]) == set(changes)


def test_members_see_their_projects_and_strangers_do_not(
    project: Project, alice: User, mallory: User
) -> None:
    for person, slug in ((alice, "project"), (mallory, "elsewhere")):
        listed = body_of(api_of(person).get("/projects"))["results"]
        assert [one["slug"] for one in listed] == [slug]

    assert api_of(mallory).get("/projects/project").status_code == 404


def test_a_project_keeps_its_secrets(project: Project, alice: User) -> None:
    document = body_of(api_of(alice, "judge").get("/projects/project"))

    assert document["role"] == "annotator" and document["overlap"] == 3
    assert "pseudonym_key" not in document


def test_pages_follow_each_other_without_gap_or_repeat(alice: User) -> None:
    for number in range(4):
        other = factories.make_project(slug=f"p{number}")
        factories.make_membership(other, "alice", user=alice)
    Membership.objects.filter(project__slug="p1").update(is_active=False)
    api = api_of(alice)

    pages, path = [], "/projects?limit=2"
    while path:
        page = body_of(api.get(path))
        pages.append([one["slug"] for one in page["results"]])
        path = (page["next"] or "").removeprefix("/api/v1")

    assert pages == [["p3", "p2"], ["p0", "project"]]


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=101", "limit=x", "after=-1", "after=x", f"after={10**30}"]
)
def test_a_page_that_cannot_be_is_refused(alice: User, query: str) -> None:
    assert api_of(alice).get(f"/projects?{query}").status_code == 422


def test_annotators_read_what_they_are_told_and_asked(project: Project, alice: User) -> None:
    told = {
        "question": "Which is kinder?",
        "content_warning": "Violence.",
        "blurs": True,
        "rationale_rule": "required",
        "reason_tags": ["Shorter"],
        "break_minutes": 20,
    }
    Project.objects.filter(pk=project.pk).update(**told)

    found = body_of(api_of(alice, "judge").get("/projects/project"))

    assert {name: found[name] for name in told} == told
    assert "The prompt is unclear" in found["skip_reasons"]


def test_a_template_brings_what_is_not_given(creator: User) -> None:
    api, template = api_of(creator), PROJECT_TEMPLATES["helpsteer"]

    made = api.post("/projects", {**NEW, "template": "helpsteer"})
    unknown = api.post("/projects", {**NEW, "slug": "other", "template": "nothing"})

    project = Project.objects.get(slug="helpful")
    criteria = body_of(api.get("/projects/helpful/criteria"))["results"]
    assert (made.status_code, unknown.status_code) == (201, 422)
    assert body_of(made)["instructions"] == template.guidelines
    assert [one["key"] for one in criteria] == [one.key for one in template.criteria]
    assert (project.scale, project.overlap) == ("two_way", 5)
    assert project.reason_tags == list(template.reason_tags)
