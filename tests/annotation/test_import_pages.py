"""Importing through the pages."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from annotation.models import Batch, Comparison, Import, Project, Seat
from annotation.services.imports import import_file
from annotation.services.uploads import upload_path
from feedback_platform.models import User
from tests.annotation.importing import json_lines, row

pytestmark = pytest.mark.django_db(transaction=True)


def upload(client: Client, project: Project, content: bytes, **fields: str) -> Import:
    """Send the form and let the worker's service do its work."""
    client.post(
        reverse("annotation:import_create", args=[project.slug]),
        {"file": SimpleUploadedFile("votes.jsonl", content), "format": "auto", **fields},
    )
    job = Import.objects.latest("pk")
    import_file(import_id=job.pk)
    job.refresh_from_db()
    return job


def page_of(client: Client, job: Import) -> str:
    url = reverse("annotation:import", args=[job.project.slug, job.pk])
    return client.get(url).content.decode()


def test_an_upload_is_stored_before_it_is_queued(
    client: Client, project: Project, carol: User
) -> None:
    client.force_login(carol)

    answer = client.post(
        reverse("annotation:import_create", args=[project.slug]),
        {
            "file": SimpleUploadedFile("votes.jsonl", json_lines(row())),
            "format": "judgments",
            "skip_bad": "on",
            "mapping": "group=topic\n",
        },
    )

    job = Import.objects.get()
    assert answer["Location"] == reverse("annotation:import", args=[project.slug, job.pk])
    assert (job.state, job.requested_by, job.original_name) == ("queued", carol, "votes.jsonl")
    assert upload_path(job.stored_name).read_bytes() == json_lines(row())
    assert job.options["skip_bad"] is True
    assert job.options["mapping"] == {"group": "topic"}


def test_the_page_shows_what_the_file_added(client: Client, project: Project, carol: User) -> None:
    client.force_login(carol)

    job = upload(client, project, json_lines(row(), row(annotator="other"), row(item_id="q2")))

    page = page_of(client, job)
    assert "2 new comparisons and 3 judgments" in page
    assert "Judgments made elsewhere" in page
    listed = client.get(reverse("annotation:imports", args=[project.slug])).content.decode()
    assert "votes.jsonl" in listed


def test_a_repeated_file_is_said_to_change_nothing(
    client: Client, project: Project, carol: User
) -> None:
    client.force_login(carol)
    upload(client, project, json_lines(row()))

    again = upload(client, project, json_lines(row()))

    assert (again.n_judgments, again.n_duplicates) == (0, 1)
    assert "nothing changed" in page_of(client, again)


def test_rejected_rows_are_shown_and_downloaded(
    client: Client, project: Project, carol: User
) -> None:
    client.force_login(carol)
    bad = [row(item_id=f"bad{n}", strength=-1) for n in range(60)]

    job = upload(client, project, json_lines(row(), *bad), skip_bad="on")

    page = page_of(client, job)
    assert "the first 50 of 60" in page
    url = reverse("annotation:import_rejects", args=[project.slug, job.pk])
    answer = client.get(url)
    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert [json.loads(line)["line"] for line in lines] == list(range(2, 62))
    assert "attachment" in answer["Content-Disposition"]


def test_a_check_says_what_would_come_and_does_not_block_the_import(
    client: Client, project: Project, carol: User
) -> None:
    client.force_login(carol)
    content = json_lines(row())

    check = upload(client, project, content, check_only="on")
    real = upload(client, project, content)

    assert (check.state, check.n_judgments) == ("succeeded", 1)
    assert "Checked only" in page_of(client, check)
    assert (real.state, real.n_judgments) == ("succeeded", 1)


def test_hostile_names_and_reasons_are_escaped(
    client: Client, project: Project, carol: User
) -> None:
    client.force_login(carol)
    script = "<script>alert(1)</script>"

    job = upload(client, project, json_lines(row(choice=script)))
    Import.objects.filter(pk=job.pk).update(original_name=script)

    page = page_of(client, job)
    assert "&lt;script&gt;" in page
    assert script not in page


def test_a_wrong_mapping_comes_back_with_the_form(
    client: Client, project: Project, carol: User
) -> None:
    client.force_login(carol)

    answer = client.post(
        reverse("annotation:import_create", args=[project.slug]),
        {
            "file": SimpleUploadedFile("f.jsonl", json_lines(row())),
            "format": "auto",
            "mapping": "promt=q",
        },
    )

    assert answer.status_code == 422
    assert "FIELD=COLUMN" in answer.content.decode()


def test_a_queued_import_can_be_cancelled_and_tried_again(
    client: Client, project: Project, carol: User
) -> None:
    client.force_login(carol)
    client.post(
        reverse("annotation:import_create", args=[project.slug]),
        {"file": SimpleUploadedFile("f.jsonl", json_lines(row())), "format": "auto"},
    )
    job = Import.objects.get()

    client.post(reverse("annotation:import_cancel", args=[project.slug, job.pk]))
    job.refresh_from_db()
    assert job.state == "cancelled"

    client.post(reverse("annotation:import_retry", args=[project.slug, job.pk]))
    import_file(import_id=job.pk)
    job.refresh_from_db()
    assert (job.state, job.n_judgments) == ("succeeded", 1)


def test_the_card_of_an_ended_import_refreshes_the_page(
    client: Client, project: Project, carol: User
) -> None:
    client.force_login(carol)
    job = upload(client, project, json_lines(row()))

    answer = client.get(reverse("annotation:import_card", args=[project.slug, job.pk]))

    assert answer["HX-Refresh"] == "true"


@pytest.mark.parametrize(("who", "status"), [("alice", 403), ("mallory", 404)])
@pytest.mark.parametrize("name", ["imports", "import_create", "import", "import_rejects"])
def test_only_managers_see_imports(
    client: Client,
    project: Project,
    carol: User,
    request: pytest.FixtureRequest,
    who: str,
    status: int,
    name: str,
) -> None:
    client.force_login(carol)
    job = upload(client, project, json_lines(row()))
    client.force_login(request.getfixturevalue(who))
    arguments = [project.slug] if name in {"imports", "import_create"} else [project.slug, job.pk]

    answer = client.get(reverse(f"annotation:{name}", args=arguments))

    assert answer.status_code == status


def test_an_import_of_another_project_is_not_found(
    client: Client, project: Project, carol: User, mallory: User
) -> None:
    client.force_login(carol)
    job = upload(client, project, json_lines(row()))
    client.force_login(mallory)

    answer = client.get(reverse("annotation:import", args=["elsewhere", job.pk]))

    assert answer.status_code == 404


def test_a_file_becomes_a_batch_of_its_own_that_is_open(
    client: Client, project: Project, carol: User
) -> None:
    client.force_login(carol)

    job = upload(client, project, json_lines(row(annotator=None, choice=None)))

    batch = Batch.objects.get()
    assert (batch.name, batch.state, batch.created_by) == ("votes.jsonl", "open", carol)
    assert reverse("annotation:batch", args=[project.slug, batch.pk]) in page_of(client, job)


def test_a_new_batch_may_be_held_back(client: Client, project: Project, carol: User) -> None:
    client.force_login(carol)

    job = upload(client, project, json_lines(row(annotator=None, choice=None)), hold="on")

    assert Batch.objects.get().state == "waiting"
    assert not Seat.objects.exists()
    assert "Release its batch" in page_of(client, job)


def test_comparisons_join_a_batch_that_is_there(
    client: Client, project: Project, carol: User
) -> None:
    batch = Batch.objects.create(project=project, name="round 1", state="open")
    client.force_login(carol)

    upload(client, project, json_lines(row(annotator=None, choice=None)), batch=str(batch.pk))

    assert Comparison.objects.get().batch == batch
    assert Seat.objects.count() == project.overlap


def test_a_batch_of_another_project_is_no_choice(
    client: Client, project: Project, carol: User, mallory: User
) -> None:
    theirs = Batch.objects.create(project=Project.objects.get(slug="elsewhere"), name="theirs")
    client.force_login(carol)

    answer = client.post(
        reverse("annotation:import_create", args=[project.slug]),
        {
            "file": SimpleUploadedFile("votes.jsonl", json_lines(row())),
            "format": "auto",
            "batch": str(theirs.pk),
        },
    )

    assert answer.status_code == 422
    assert not Import.objects.exists()
