"""The list of comparisons and the page of one."""

import pytest
from django.test import Client
from django.urls import reverse

from annotation.models import Membership, Project
from feedback_platform.models import User
from tests.factories import make_comparison, make_judgment, make_membership, make_user

pytestmark = pytest.mark.django_db


def listed(client: Client, project: Project, **query: object) -> str:
    url = reverse("annotation:comparisons", args=[project.slug])
    return client.get(url, query).content.decode()


def test_the_list_goes_forward_and_back_by_pages(
    client: Client, project: Project, carol: User
) -> None:
    client.force_login(carol)
    made = [make_comparison(project, external_id=f"item-{n:03}") for n in range(120)]

    first = listed(client, project)
    second = listed(client, project, after=made[49].pk)
    third = listed(client, project, after=made[99].pk)
    back = listed(client, project, before=made[100].pk)

    assert "120 comparisons in this project" in first
    assert ("item-049" in first, "item-050" in first) == (True, False)
    assert ("item-050" in second, "item-099" in second, "item-100" in second) == (True, True, False)
    assert ("item-119" in third, 'rel="next"' in third) == (True, False)
    assert ("item-050" in back, "item-100" in back) == (True, False)
    assert 'rel="prev"' not in first


@pytest.mark.parametrize("word", ["needle-1", "NEEDLE two", "needle three", "needle four"])
def test_a_search_looks_at_texts_and_external_ids(
    client: Client, project: Project, carol: User, word: str
) -> None:
    client.force_login(carol)
    make_comparison(
        project,
        external_id="needle-1",
        prompt="a needle two",
        response_a="needle three",
        response_b="needle four",
    )
    make_comparison(project, external_id="hay")

    page = listed(client, project, q=word)

    assert "1 comparison found" in page
    assert "hay" not in page


def test_a_search_for_anything_is_answered(client: Client, project: Project, carol: User) -> None:
    client.force_login(carol)
    make_comparison(project)

    assert "Nothing found" in listed(client, project, q="100% _ \\ ' <b>")
    assert "1 comparison in this project" in listed(client, project, q="a\0b")
    assert "1 comparison in this project" in listed(client, project, after="x", before="-1")


def test_an_empty_project_says_what_to_do_next(
    client: Client, project: Project, carol: User
) -> None:
    client.force_login(carol)

    page = listed(client, project)

    assert "No comparisons yet" in page
    assert reverse("annotation:import_create", args=[project.slug]) in page


def test_the_list_costs_the_same_for_any_number_of_rows(
    client: Client, project: Project, carol: User, django_assert_max_num_queries: object
) -> None:
    client.force_login(carol)
    for _ in range(60):
        make_comparison(project)

    with django_assert_max_num_queries(10):  # type: ignore[operator]
        listed(client, project)


def test_a_comparison_shows_its_judgments_by_pseudonym(
    client: Client, project: Project, carol: User
) -> None:
    client.force_login(carol)
    comparison = make_comparison(project, prompt="<b>Bold</b>?", metadata={"topic": "sky"})
    annotator = make_membership(project, "Jane Doe")
    make_judgment(comparison, annotator, -2, raw_strength=0.5, swapped=True, rationale="<i>so</i>")

    url = reverse("annotation:comparison", args=[project.slug, comparison.pk])
    page = client.get(url).content.decode()

    assert annotator.pseudonym in page
    assert "Jane Doe" not in page
    assert ("A is clearly better" in page, "B left" in page) == (True, True)
    assert ("<b>Bold</b>" in page, "<i>so</i>" in page) == (False, False)
    assert "sky" in page


def test_reviewers_read_comparisons_and_annotators_do_not(
    client: Client, project: Project, alice: User, mallory: User
) -> None:
    comparison = make_comparison(project)
    reviewer = make_user("rita", project=project, role=Membership.Role.REVIEWER)
    url = reverse("annotation:comparison", args=[project.slug, comparison.pk])

    answers = {}
    for user in (reviewer, alice, mallory):
        client.force_login(user)
        answers[user.username] = client.get(url).status_code

    assert answers == {"rita": 200, "alice": 403, "mallory": 404}
