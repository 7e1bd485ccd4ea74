"""The Data pages: asking for a version, watching it, reading and downloading it."""

import hashlib

import pytest
from django.urls import reverse

from annotation.models import Membership
from quality.curation.recipe import Recipe
from quality.models import DatasetVersion
from quality.services.datasets import build_dataset
from tests import factories
from tests.quality.stored import add

pytestmark = pytest.mark.django_db(transaction=True)

RECIPE = {
    "min_judgments": "3",
    "min_votes": "3",
    "min_confidence": "0.6",
    "holdout_annotators": "0.2",
    "split_by": "prompt",
    "seed": "0",
}


@pytest.fixture
def judged(project):
    """The project with 40 comparisons that six people judged."""
    lines = [
        {
            "item_id": f"item{item}",
            "prompt": f"Prompt {item}",
            "response_a": "First",
            "response_b": "Second",
            "annotator": f"annotator{number}",
            "choice": "a" if (item + number) % 4 else "b",
        }
        for item in range(40)
        for number in range(6)
    ]
    add(project, lines)
    return project


@pytest.fixture
def built(judged, carol):
    """A succeeded version of it."""
    version = DatasetVersion.objects.create(
        project=judged,
        recipe=Recipe().as_dict(),
        requested_by=carol,
    )
    build_dataset(version_id=version.pk)
    version.refresh_from_db()
    return version


def address(name, version_or_project, *args):
    if isinstance(version_or_project, DatasetVersion):
        args = (version_or_project.project.slug, version_or_project.pk, *args)
    else:
        args = (version_or_project.slug, *args)
    return reverse(f"quality:{name}", args=args)


def test_the_form_queues_a_version_with_its_recipe(client, judged, carol):
    client.force_login(carol)

    answer = client.post(
        address("dataset_create", judged), RECIPE | {"min_confidence": "0.625", "seed": "7"}
    )

    version = DatasetVersion.objects.get()
    assert answer.status_code == 302 and answer.url == address("dataset", version)
    assert version.state == "queued"
    assert version.requested_by == carol
    assert version.recipe["min_confidence"] == 0.625
    assert version.recipe["seed"] == 7


def test_a_wrong_option_comes_back_with_the_form(client, judged, carol):
    client.force_login(carol)

    answer = client.post(address("dataset_create", judged), RECIPE | {"min_confidence": "2"})

    assert answer.status_code == 422
    assert b"less than or equal to 1" in answer.content
    assert not DatasetVersion.objects.exists()


def test_the_preview_says_how_many_judgments_keep_a_comparison(client, judged, carol):
    client.force_login(carol)
    options = RECIPE | {"min_judgments": "5", "min_confidence": "0.7"}

    answer = client.get(address("dataset_create", judged), options, headers={"HX-Request": "true"})

    text = " ".join(answer.content.decode().split())
    assert "40 comparisons of 40 prompts, with 240 judgments by 6 annotators" in text
    assert '<td class="number">5</td><td>at least 4</td>' in text
    assert '<td class="number">7</td><td>at least 5</td>' in text
    assert "1 of 6 annotators is held out" in text
    assert "<html" not in text


def test_a_queued_version_shows_its_card_and_can_be_cancelled_and_tried_again(
    client, judged, carol
):
    client.force_login(carol)
    client.post(address("dataset_create", judged), RECIPE)
    version = DatasetVersion.objects.get()

    page = client.get(address("dataset", version)).content.decode()
    client.post(address("dataset_cancel", version))
    version.refresh_from_db()
    cancelled = version.state
    client.post(address("dataset_retry", version))
    version.refresh_from_db()

    assert address("dataset_card", version) in page
    assert address("dataset_cancel", version) in page
    assert (cancelled, version.state) == ("cancelled", "queued")


def test_the_card_of_an_ended_build_loads_the_page_again(client, built, carol):
    client.force_login(carol)

    answer = client.get(address("dataset_card", built))

    assert answer.headers["HX-Refresh"] == "true"


def test_a_version_shows_its_counts_reasons_splits_and_held_out_annotators(client, built, carol):
    client.force_login(carol)

    page = " ".join(client.get(address("dataset", built)).content.decode().split())

    manifest = built.manifest
    assert f"{manifest['rows']} of 40 comparisons became rows" in page
    for reason in manifest["dropped"]:
        assert f"<code>{reason}</code>" in page
    for split, rows in manifest["splits"].items():
        assert f'<th scope="row">{split}</th><td class="number">{rows}</td>' in page
    assert manifest["holdout_annotators"][0] in page
    assert built.manifest_digest in page


def test_a_failed_build_shows_what_to_do(client, project, carol):
    add(
        project,
        [
            {
                "item_id": "item",
                "prompt": "Only one",
                "response_a": "First",
                "response_b": "Second",
                "annotator": "annotator",
                "choice": "a",
            }
        ],
    )
    client.force_login(carol)
    client.post(address("dataset_create", project), RECIPE)
    version = DatasetVersion.objects.get()
    build_dataset(version_id=version.pk)

    page = client.get(address("dataset", version)).content.decode()

    assert "split by comparison" in page
    assert address("dataset_retry", version) in page


def test_every_listed_file_downloads_with_its_digest(client, built, carol):
    client.force_login(carol)
    digests = {name: entry["sha256"] for name, entry in built.manifest["files"].items()}
    digests["manifest.json"] = built.manifest_digest

    for name, digest in digests.items():
        answer = client.get(address("dataset_file", built, name))

        assert hashlib.sha256(b"".join(answer.streaming_content)).hexdigest() == digest
        assert "attachment" in answer.headers["Content-Disposition"]
        answer.close()


@pytest.mark.parametrize(
    "name", ["../../secret_key", "preference/../../../secret_key", "preference", "other.jsonl"]
)
def test_only_listed_files_have_an_address(client, built, carol, name):
    client.force_login(carol)
    place = address("dataset_file", built, "manifest.json").removesuffix("manifest.json")

    assert client.get(place + name).status_code == 404


def test_the_list_shows_versions_newest_first(client, built, carol):
    client.force_login(carol)
    failed = DatasetVersion.objects.create(
        project=built.project, recipe=built.recipe, state="failed"
    )

    page = client.get(address("datasets", built.project)).content.decode()

    assert page.index(address("dataset", failed)) < page.index(address("dataset", built))


def test_older_versions_are_a_page_away(client, judged, carol):
    client.force_login(carol)
    for _ in range(30):
        DatasetVersion.objects.create(project=judged, recipe=Recipe().as_dict(), state="cancelled")

    first = client.get(address("datasets", judged))
    second = client.get(first.context["next_url"])

    assert len(first.context["versions"]) == 25
    assert len(second.context["versions"]) == 5


def test_the_list_costs_no_query_per_version(client, built, carol, django_assert_max_num_queries):
    client.force_login(carol)
    for _ in range(10):
        DatasetVersion.objects.create(
            project=built.project,
            recipe=built.recipe,
            manifest=built.manifest,
            state="succeeded",
            requested_by=carol,
        )

    with django_assert_max_num_queries(8):
        client.get(address("datasets", built.project))


def test_an_empty_project_says_what_to_do_first(client, project, carol):
    client.force_login(carol)

    page = client.get(address("datasets", project)).content.decode()

    assert "Nothing to build from yet" in page


def test_strangers_find_nothing_and_annotators_may_not(client, built, mallory, alice):
    pages = [
        address("datasets", built.project),
        address("dataset_create", built.project),
        address("dataset", built),
        address("dataset_card", built),
        address("dataset_file", built, "manifest.json"),
    ]

    for person, status in ((mallory, 404), (alice, 403)):
        client.force_login(person)
        assert {client.get(page).status_code for page in pages} == {status}


def test_a_version_has_no_address_in_another_project(client, built, carol):
    other = factories.make_project(slug="other")
    factories.make_membership(other, "carol", user=carol, role=Membership.Role.MANAGER)
    client.force_login(carol)

    for name, rest in (("dataset", ()), ("dataset_card", ()), ("dataset_file", ("README.md",))):
        assert client.get(address(name, other, built.pk, *rest)).status_code == 404
