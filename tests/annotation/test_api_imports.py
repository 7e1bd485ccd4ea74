"""Importing files through the API."""

import gzip
import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django.fixtures import Settings

from annotation.models import Batch, Comparison, Import, Project
from annotation.services.imports import import_file
from annotation.services.uploads import upload_path
from feedback_platform.models import User
from tests.api import Api, api_of, body_of

IMPORTS = "/projects/project/imports"
ROWS = [
    {"prompt": f"Say {n}.", "response_a": f"{n}", "response_b": f"{n}!", "external_id": f"c{n}"}
    for n in range(3)
]


@pytest.fixture
def api(carol: User) -> Api:
    return api_of(carol)


def lines(*rows: dict[str, Any]) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def upload(api: Api, content: bytes, **fields: Any) -> Any:
    file = SimpleUploadedFile("rows.jsonl", content)
    return api.post_form(IMPORTS, {"file": file, **fields})


@pytest.mark.django_db(transaction=True)
def test_an_uploaded_file_is_imported_and_looked_at_until_it_is_done(api: Api) -> None:
    answer = upload(api, lines(*ROWS))
    queued = body_of(answer)

    import_file(import_id=queued["id"])

    assert answer.status_code == 202
    assert queued["state"] == "queued"
    document = body_of(api.get(answer.headers["Location"].removeprefix("/api/v1")))
    assert document["state"] == "succeeded"
    assert (document["comparisons"], document["judgments"], document["duplicates"]) == (3, 0, 0)
    assert document["rejected"] == []
    assert document["rejects_file"] is None
    assert Comparison.objects.count() == 3
    assert "stored_name" not in document


@pytest.mark.django_db(transaction=True)
def test_a_whole_body_is_a_file_with_its_options_in_the_query(api: Api) -> None:
    content = gzip.compress(lines(*ROWS, {"prompt": "No responses."}))
    answer = api.send(
        f"{IMPORTS}?skip_bad=true",
        content,
        "application/gzip",
        **{"Content-Disposition": "attachment; filename=rows.jsonl.gz"},
    )
    queued = body_of(answer)

    import_file(import_id=queued["id"])

    assert queued["file"] == "rows.jsonl.gz"
    document = body_of(api.get(f"{IMPORTS}/{queued['id']}"))
    assert (document["state"], document["comparisons"], document["n_rejected"]) == (
        "succeeded",
        3,
        1,
    )
    assert document["rejected"][0]["line"] == 4
    rejects = api.get(document["rejects_file"].removeprefix("/api/v1"))
    assert "attachment" in rejects.headers["Content-Disposition"]
    assert body_of(rejects)["raw"]


@pytest.mark.django_db(transaction=True)
def test_a_refused_file_says_why_and_changes_nothing(api: Api) -> None:
    queued = body_of(upload(api, lines(ROWS[0], {"prompt": "No responses."})))

    import_file(import_id=queued["id"])

    document = body_of(api.get(f"{IMPORTS}/{queued['id']}"))
    assert document["state"] == "failed"
    assert document["error"]
    assert document["n_rejected"] == 1
    assert not Comparison.objects.exists()


@pytest.mark.django_db
def test_options_reach_the_import(api: Api) -> None:
    upload(
        api, b"{}", format="comparisons", mapping="response_a=first", ties="true", check_only="on"
    )

    job = Import.objects.get()
    assert job.options["mapping"] == {"response_a": "first"}
    assert (job.options["format"], job.options["ties"], job.check_only) == (
        "comparisons",
        True,
        True,
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"format": "word"}, "format"),
        ({"mapping": "colour=blue"}, "mapping"),
        ({"skip_bad": "perhaps"}, "skip_bad"),
    ],
)
def test_wrong_options_are_refused_and_no_file_is_kept(
    api: Api, fields: dict[str, str], wrong: str
) -> None:
    answer = upload(api, lines(*ROWS), **fields)

    assert answer.status_code == 422
    assert set(body_of(answer)["problems"]) == {wrong}
    assert not Import.objects.exists()


@pytest.mark.django_db
def test_a_body_without_a_file_is_refused(api: Api) -> None:
    assert api.post_form(IMPORTS, {"format": "auto"}).status_code == 422
    assert api.send(IMPORTS, b"", "application/octet-stream").status_code == 422
    assert upload(api, b"").status_code == 422
    assert api.send(IMPORTS, b"--", "multipart/form-data").status_code == 400
    assert api.send(IMPORTS, b"x", "multipart/form-data; boundary=\xe4").status_code == 400


@pytest.mark.django_db
@pytest.mark.parametrize("as_form", [True, False])
def test_a_file_over_the_limit_is_refused(api: Api, settings: Settings, as_form: bool) -> None:
    settings.IMPORT_MAX_FILE_BYTES = 10
    content = lines(*ROWS) * 5_000

    answer = upload(api, content) if as_form else api.send(IMPORTS, content, "text/csv")

    assert answer.status_code == 413
    assert "IMPORT_MAX_FILE_BYTES" in body_of(answer)["detail"]
    assert not Import.objects.exists()


@pytest.mark.django_db
def test_a_file_with_a_strange_name_is_kept_under_a_name_of_the_servers(api: Api) -> None:
    answer = api.send(
        IMPORTS,
        b"{}",
        "application/octet-stream",
        **{"Content-Disposition": "attachment; filename*=UTF-8''..%2F..%2Fetc%2Fpasswd%00"},
    )

    job = Import.objects.get()
    assert answer.status_code == 202
    assert "\0" not in job.original_name
    assert upload_path(job.stored_name).is_file()
    assert upload_path(job.stored_name).parent == upload_path("x").parent


@pytest.mark.django_db
def test_queued_work_is_cancelled_at_once_and_only_once(api: Api) -> None:
    queued = body_of(upload(api, lines(*ROWS)))

    answer = api.post(f"{IMPORTS}/{queued['id']}/cancel")

    assert answer.status_code == 202
    assert body_of(answer)["state"] == "cancelled"
    assert api.post(f"{IMPORTS}/{queued['id']}/cancel").status_code == 409


@pytest.mark.django_db
def test_imports_are_listed_newest_first(api: Api) -> None:
    ids = [body_of(upload(api, lines(row)))["id"] for row in ROWS]

    listed = body_of(api.get(IMPORTS))["results"]

    assert [one["id"] for one in listed] == ids[::-1]
    assert "rejected" not in listed[0]


@pytest.mark.django_db
def test_only_managers_import(project: Project, alice: User, mallory: User) -> None:
    assert upload(api_of(alice), lines(*ROWS)).status_code == 403
    assert upload(api_of(mallory), lines(*ROWS)).status_code == 404
    assert not Import.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_batch_that_was_made_before_is_filled_and_keeps_its_state(api: Api) -> None:
    batch = body_of(api.post("/projects/project/batches", {"name": "first"}))
    as_form = body_of(upload(api, lines(*ROWS[:2]), batch=batch["id"]))
    as_body = body_of(api.send(f"{IMPORTS}?batch={batch['id']}", lines(ROWS[2]), "text/plain"))

    for queued in (as_form, as_body):
        import_file(import_id=queued["id"])

    assert {one.batch_id for one in Comparison.objects.all()} == {batch["id"]}
    assert Comparison.objects.count() == 3
    assert Batch.objects.get().state == "waiting"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("hold", "state"), [(True, "waiting"), (False, "open")])
def test_a_new_batch_can_be_held_back(api: Api, hold: bool, state: str) -> None:
    queued = body_of(upload(api, lines(*ROWS), hold=hold))

    import_file(import_id=queued["id"])

    assert Batch.objects.get().state == state


@pytest.mark.parametrize("where", ["elsewhere", "closed"])
def test_no_other_batch_can_be_filled(
    api: Api, project: Project, mallory: User, where: str
) -> None:
    other = Project.objects.get(slug="elsewhere") if where == "elsewhere" else project
    state = "closed" if where == "closed" else "open"
    batch = Batch.objects.create(project=other, name="theirs", state=state)

    answer = upload(api, lines(*ROWS), batch=batch.pk)

    assert answer.status_code == 422
    assert list(body_of(answer)["problems"]) == ["batch"]
    assert not Import.objects.exists()
