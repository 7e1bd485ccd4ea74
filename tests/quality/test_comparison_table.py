"""The table of comparisons: filters, orders, pages, and who may read it."""

import re
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from annotation.models import Batch, Comparison, Flag, Gold, Membership, Project, Seat
from feedback_platform.models import User
from quality.services.states import refresh_states
from quality.services.texts import index_texts
from tests.factories import make_comparison, make_judgment, make_membership, make_project, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(client: Client, carol: User) -> Client:
    """The manager, logged in."""
    client.force_login(carol)
    return client


def page_of(client: Client, project: Project, **query: object) -> str:
    url = reverse("quality:comparisons", args=[project.slug])
    return client.get(url, query).content.decode()


def listed(client: Client, project: Project, **query: object) -> list[str]:
    """The external ids of a page, in its order."""
    refresh_states(comparisons=Comparison.objects.values_list("pk", flat=True))
    index_texts()
    return re.findall(r'comparisons/\d+/[^"]*">([^<]*)</a>', page_of(client, project, **query))


def people_of(project: Project, n: int) -> list[Membership]:
    return [make_membership(project, f"person-{number}") for number in range(n)]


def judged(
    people: list[Membership], name: str, *preferences: int | None, **fields: object
) -> Comparison:
    """A comparison with a judgment of each of the first people."""
    comparison = make_comparison(people[0].project, external_id=name, **fields)
    for person, preference in zip(people, preferences, strict=False):
        outcome = "both_bad" if preference is None else "preference"
        make_judgment(comparison, person, preference, outcome=outcome)
    return comparison


def test_every_order_goes_forward_and_back_by_pages(reader: Client, project: Project) -> None:
    people, votes = people_of(project, 2), [(1, 1), (1, -1)]
    for number in range(105):
        judged(people, f"item-{number:03}", *votes[number % 2])
    everything = listed(reader, project)
    assert everything == [f"item-{number:03}" for number in range(50)]

    for order in ("", "-disagreement", "confidence", "-confidence", "-newest"):
        address, pages = f"?order={order}", []
        url = reverse("quality:comparisons", args=[project.slug])
        while address:
            body = reader.get(url + address).content.decode()
            pages.append(re.findall(r'comparisons/\d+/[^"]*">([^<]*)</a>', body))
            previous = re.search(r'rel="prev" href="[^?]*(\?[^"]*)"', body)
            following = re.search(r'rel="next" href="[^?]*(\?[^"]*)"', body)
            address = following[1].replace("&amp;", "&") if following else ""
            if previous and len(pages) == 2:
                back = reader.get(url + previous[1].replace("&amp;", "&")).content.decode()
                assert re.findall(r'comparisons/\d+/[^"]*">([^<]*)</a>', back) == pages[0]
                assert 'rel="prev"' not in back
        assert [len(page) for page in pages] == [50, 50, 5]
        assert len({name for page in pages for name in page}) == 105


def test_the_orders_sort_by_what_they_say(reader: Client, project: Project) -> None:
    people = people_of(project, 3)
    judged(people, "split", 1, -1)
    judged(people, "most", 1, 1, -1)
    judged(people, "all", 1, 1, 1)
    judged(people, "nobody")

    assert listed(reader, project) == ["split", "most", "all", "nobody"]
    assert listed(reader, project, order="-disagreement") == ["split", "most", "all"]
    assert listed(reader, project, order="confidence") == ["split", "most", "all"]
    assert listed(reader, project, order="-confidence") == ["all", "most", "split"]
    assert listed(reader, project, order="-newest") == ["all", "most", "split"]


def test_the_filters_leave_what_fits(reader: Client, project: Project) -> None:
    people = people_of(project, 3)
    batch = Batch.objects.create(project=project, name="second", state="open")
    agreed = judged(people, "agreed", 1, 1, 1, model_a="alder", model_b="birch")
    judged(people, "disputed", 1, -1, model_a="birch", model_b="cedar", batch=batch)
    begun = judged(people, "begun", None)
    Seat.objects.create(project=project, comparison=begun, turn=1, position=begun.pk)
    Flag.objects.create(
        project=project, comparison=begun, membership=people[0], text="What is asked?"
    )
    Flag.objects.create(
        project=project,
        comparison=agreed,
        membership=people[0],
        text="Never mind.",
        resolved_at=datetime.now(UTC),
    )

    assert listed(reader, project, state="open") == ["begun"]
    assert listed(reader, project, state="complete") == ["agreed", "disputed"]
    assert listed(reader, project, batch=batch.pk) == ["disputed"]
    assert listed(reader, project, models="alder vs birch") == ["agreed"]
    assert listed(reader, project, annotator=people[1].pseudonym) == ["agreed", "disputed"]
    assert listed(reader, project, annotator="person-2") == ["agreed"]
    assert listed(reader, project, annotator="nobody") == []
    assert listed(reader, project, confidence_from="0.6") == ["agreed"]
    assert listed(reader, project, confidence_to="0.5") == ["disputed"]
    assert listed(reader, project, flagged="on") == ["begun"]
    assert listed(reader, project, state="complete", order="confidence", q="dis") == ["disputed"]


def test_three_of_five_pass_a_confidence_of_exactly_0_6(reader: Client, project: Project) -> None:
    judged(people_of(project, 5), "three of five", 1, 1, 1, -1, -1)

    assert listed(reader, project, confidence_from="0.6", confidence_to="0.6") == ["three of five"]


@pytest.mark.parametrize(
    "words", ["needle-1", "NEEDLE two", "three need", "fürs", "«needle»", "turn's"]
)
def test_words_are_found_by_their_beginning_in_every_text(
    reader: Client, project: Project, words: str
) -> None:
    make_comparison(
        project,
        external_id="needle-1",
        prompt="a needle two",
        response_a="needles: three (fürstlich)",
        response_b="four",
        messages=[{"role": "user", "content": "an earlier turn's text"}],
    )
    make_comparison(project, external_id="hay")

    assert listed(reader, project, q=words) == ["needle-1"]


def test_a_search_for_anything_is_answered(reader: Client, project: Project) -> None:
    make_comparison(project, external_id="one")

    assert listed(reader, project, q="100% _ \\ ' <b> :* & !") == []
    assert listed(reader, project, q="%%%") == []
    assert listed(reader, project, q="a\0b") == ["one"]
    for value in ("x", "-1", "0.5~1", "~", "9" * 40, "nan~1"):
        assert listed(reader, project, after=value) == ["one"]
        assert listed(reader, project, order="confidence", before=value) == []
    query = {"state": "x", "batch": "y", "confidence_from": "nan", "order": "z"}
    assert listed(reader, project, **query) == ["one"]


def test_counting_stops_at_a_thousand(reader: Client, project: Project) -> None:
    Comparison.objects.bulk_create(
        Comparison(project=project, external_id=f"c{number}") for number in range(1_001)
    )
    refresh_states(comparisons=Comparison.objects.values_list("pk", flat=True))

    assert "1,000+ comparisons" in page_of(reader, project)


def test_checks_are_listed_apart_and_gold_is_marked(reader: Client, project: Project) -> None:
    gold, check = make_comparison(project, external_id="gold"), make_comparison(project)
    for one in (gold, check):
        Gold.objects.create(comparison=one, accepted=["a"])
    Comparison.objects.filter(pk=check.pk).update(is_check=True)

    assert listed(reader, project) == ["gold"]
    page = page_of(reader, project)
    assert '<span class="badge neutral">Gold</span>' in page
    assert reverse("annotation:gold", args=[project.slug]) in page


def test_other_projects_are_not_listed(reader: Client, project: Project) -> None:
    other = make_project(slug="other")
    person = make_membership(other, "stranger")
    judged([person], "secret", 1, prompt="secret")
    batch = Batch.objects.create(project=other, name="theirs")

    assert listed(reader, project) == []
    assert listed(reader, project, q="secret") == []
    assert listed(reader, project, annotator=person.pseudonym) == []
    assert listed(reader, project, batch=batch.pk) == []


def test_reviewers_find_annotators_by_pseudonym_only(client: Client, project: Project) -> None:
    people = people_of(project, 1)
    judged(people, "one", 1)
    client.force_login(make_user("rita", project=project, role=Membership.Role.REVIEWER))

    assert listed(client, project, annotator=people[0].pseudonym) == ["one"]
    assert listed(client, project, annotator=people[0].name) == []
    assert people[0].name not in page_of(client, project)


def test_an_empty_project_says_what_to_do_next(reader: Client, project: Project) -> None:
    assert "No comparisons yet" in page_of(reader, project)
    make_comparison(project)
    assert "Just imported" in page_of(reader, project)
    refresh_states(comparisons=Comparison.objects.values_list("pk", flat=True))
    assert "Nothing to sort" in page_of(reader, project, order="confidence")
    assert "Nothing found" in page_of(reader, project, state="decided")


def test_a_page_costs_the_same_for_any_number_of_rows(reader: Client, project: Project) -> None:
    people, costs = people_of(project, 2), []
    for n_more in (1, 55):
        for number in range(n_more):
            judged(people, f"{n_more}-{number}", 1, -1)
        listed(reader, project)
        with CaptureQueriesContext(connection) as queries:
            page_of(reader, project, order="-newest", state="complete", q="plus")
        costs.append(len(queries))

    assert costs[0] == costs[1] <= 12
