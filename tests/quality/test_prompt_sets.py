"""Prompts of another dataset: every kind of file, what is refused, and the overlap measured."""

import gzip
import json
from io import BytesIO, StringIO

import pyarrow
import pyarrow.parquet
import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client

from annotation.formats.limits import Limits
from annotation.formats.problems import BadFile
from feedback_platform.jobs.services import create_claimed
from feedback_platform.tokens import create_token
from quality.formats.prompts import PromptReader
from quality.metrics.evidence import Evidence
from quality.models import PromptSet
from quality.selectors import collection
from quality.selectors.evidence import evidence
from quality.services import prompt_sets
from quality.services.prompt_sets import import_prompts
from tests.factories import make_comparison, make_judgment, make_membership

# Long work notes its progress through a second connection.
stored = pytest.mark.django_db(transaction=True)

PROMPTS = ["Why is the sky blue?", "Name a river."]
ADDRESS = "/projects/project/quality/prompts/"


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path


def browser_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def lines(rows) -> bytes:
    return "\n".join(json.dumps(row) for row in rows).encode()


def parquet(rows) -> bytes:
    out = BytesIO()
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), out)
    return out.getvalue()


def prompts_of(tmp_path, name: str, content: bytes, column: str = ""):
    path = tmp_path / name
    path.write_bytes(content)
    reader = PromptReader(path, name=name, column=column, limits=Limits())
    try:
        return list(reader.prompts())
    finally:
        reader.close()


def take_in(tmp_path, name: str, content: bytes, *options: str):
    """Run the command; its document, or None with what it wrote to stderr."""
    path = tmp_path / name
    path.write_bytes(content)
    out, err = StringIO(), StringIO()
    try:
        call_command(
            "import_prompts",
            str(path),
            "--project",
            "project",
            "--json",
            *options,
            stdout=out,
            stderr=err,
        )
    except SystemExit as stop:
        assert stop.code == 2
        return None, err.getvalue()
    return json.loads(out.getvalue()), err.getvalue()


def judged_prompts(project, *prompts) -> None:
    alice = make_membership(project, "alice")
    for prompt in prompts:
        fields = (
            {"messages": prompt, "prompt": prompt[-1]["content"]}
            if isinstance(prompt, list)
            else {"prompt": prompt}
        )
        make_judgment(make_comparison(project, **fields), alice, 1)


def read(project) -> Evidence:
    return evidence(project, noted=lambda _: None, seed=1)


ASKED = [{"role": "user", "content": PROMPTS[0]}]
ANSWERED = [*ASKED, {"role": "assistant", "content": "Scattering."}]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("p.txt", "\n".join(PROMPTS).encode()),
        ("p.txt.gz", gzip.compress("\ufeff".encode() + "\r\n".join(PROMPTS).encode(), mtime=0)),
        ("p.jsonl", lines({"prompt": one} for one in PROMPTS)),
        ("p.json", json.dumps([{"prompt": one} for one in PROMPTS]).encode()),
        ("p.csv", b'prompt,n\n"Why is the sky blue?",1\nName a river.,2\n'),
        ("p.parquet", parquet([{"prompt": one} for one in PROMPTS])),
        ("p.jsonl", lines([{"messages": ANSWERED}, {"instruction": PROMPTS[1], "output": "Po"}])),
        (
            "p.jsonl",
            lines(
                [
                    {
                        "conversations": [
                            {"from": "human", "value": PROMPTS[0]},
                            {"from": "gpt", "value": "x"},
                        ]
                    },
                    {"question": PROMPTS[1]},
                ]
            ),
        ),
    ],
)
def test_every_kind_of_file_holds_the_same_prompts(tmp_path, name, content):
    found = prompts_of(tmp_path, name, content)

    assert [one if isinstance(one, str) else one[-1]["content"] for one in found] == PROMPTS


@stored
def test_the_overlap_is_of_judged_prompts_exact_or_without_case_and_spacing(project, tmp_path):
    judged_prompts(project, ASKED, "name  A\nriver.", "Something else")
    make_comparison(project, prompt="Nobody judged this")

    document, _ = take_in(tmp_path, "p.txt", "\n".join([*PROMPTS, "Nobody judged this"]).encode())

    found = read(project).collection.overlaps[0]
    assert (document["prompts"], document["distinct"], found.n_in_set) == (3, 3, 3)
    # The first is a conversation here and text there: the same question.
    assert (found.n_prompts, found.n_shared, found.n_exact) == (3, 2, 1)
    assert (found.n_comparisons, found.n_all_comparisons) == (2, 3)
    # Both spellings of three prompts, eight octets each; nothing else stays.
    assert len(PromptSet.objects.get().exact) == 48
    assert not any((settings.VAR_DIR / "uploads").iterdir())


@stored
@pytest.mark.parametrize("spellings", [("Hello", "hello"), ("hello", "Hello"), ("HELLO", "Hello")])
def test_any_spelling_of_a_prompt_may_be_the_one_in_the_other_set(project, tmp_path, spellings):
    judged_prompts(project, *spellings, spellings[0], "Something else")
    take_in(tmp_path, "p.txt", b"hello")

    found = read(project).collection.overlaps[0]

    assert (found.n_prompts, found.n_shared, found.n_compared) == (2, 1, 1)
    assert found.n_exact == int("hello" in spellings)
    assert found.n_comparisons == 3


@stored
def test_only_so_many_spellings_are_compared(project, tmp_path, monkeypatch):
    monkeypatch.setattr(collection, "MAX_EXACT", 3)
    judged_prompts(project, "one", "One", "two", "Two")
    take_in(tmp_path, "p.txt", b"one\ntwo")

    found = read(project).collection.overlaps[0]

    assert (found.n_shared, found.n_compared, found.n_exact) == (2, 1, 1)


def test_a_column_can_be_named(tmp_path):
    assert prompts_of(tmp_path, "p.csv", b"id,text\n1,one\n2,two\n", "text") == ["one", "two"]


def test_rows_without_a_prompt_are_told_and_passed_over(tmp_path):
    rows = [{"prompt": "one"}, {"prompt": "  "}, {"other": 1}, {"messages": ANSWERED[1:]}]

    found = prompts_of(tmp_path, "p.jsonl", lines(rows) + b"\nnot json\n\xff\n")

    assert found[0] == "one"
    assert [row.line for row in found[1:]] == [2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("p.jsonl", b"", "is empty"),
        ("p.zip", b"PK\x03\x04" + b"\0" * 50, "is a ZIP archive"),
        ("p.parquet", b"PAR1 nonsense PAR1", "damaged"),
        ("p.jsonl.gz", gzip.compress(lines([{"prompt": "a"}]), mtime=0)[:-9], "cut off"),
        ("p.txt.gz", gzip.compress(b"a\n" * 500_000, mtime=0), "inflates to more than"),
        ("p.bin", b"\x00\x01binary", "neither"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused(tmp_path, name, content, words):
    with pytest.raises(BadFile, match=words):
        prompts_of(tmp_path, name, content)


@stored
def test_a_refused_file_leaves_nothing(project, tmp_path):
    for name, content, words in (
        (
            "p.jsonl.gz",
            gzip.compress(lines([{"prompt": "a"}]), mtime=0)[:-9],
            "p.jsonl.gz, line 1: the gzip",
        ),
        ("p.jsonl", lines([{"other": 1}]), "p.jsonl has no prompt. Line 1: row has no prompt"),
    ):
        document, told = take_in(tmp_path, name, content)

        assert document is None
        assert words in told
        assert not PromptSet.objects.exists()
        assert not any((settings.VAR_DIR / "uploads").iterdir())


@stored
def test_too_many_prompts_or_bad_rows_are_refused(project, tmp_path, monkeypatch, settings):
    monkeypatch.setattr(prompt_sets, "MAX_PROMPTS", 2)
    assert "more than 2 prompts" in take_in(tmp_path, "p.txt", b"a\nb\nc")[1]

    settings.IMPORT_MAX_BAD_ROWS = 1
    rows = [{"other": 1}] * 3
    assert "IMPORT_MAX_BAD_ROWS" in take_in(tmp_path, "p.jsonl", lines(rows))[1]


@stored
def test_a_project_compares_so_many_sets(project, tmp_path, monkeypatch):
    monkeypatch.setattr(prompt_sets, "MAX_SETS", 1)
    take_in(tmp_path, "p.txt", b"a")

    assert "Delete one first" in take_in(tmp_path, "q.txt", b"b")[1]
    assert PromptSet.objects.count() == 1


def upload(client, content=b"one\ntwo", name="p.txt", **fields):
    file = BytesIO(content)
    file.name = name
    return client.post(ADDRESS, {"file": file, **fields})


@stored
def test_a_manager_uploads_reads_and_deletes_on_the_page(project, carol):
    client = browser_of(carol)

    assert upload(client, name="<b>p</b>.txt").status_code == 302
    stored = PromptSet.objects.get()
    assert stored.state == PromptSet.State.QUEUED
    import_prompts(prompt_set_id=stored.pk)
    page = client.get(ADDRESS)
    gone = client.post(f"{ADDRESS}{stored.pk}/delete/")

    assert b"<b>p</b>.txt" not in page.content
    assert b"Succeeded" in page.content
    assert gone.status_code == 302
    assert not PromptSet.objects.exists()


@pytest.mark.django_db
def test_what_is_being_read_is_not_deleted(project, carol):
    job = create_claimed(PromptSet, project=project, original_name="p.txt", size=1)

    page = browser_of(carol).post(f"{ADDRESS}{job.pk}/delete/", follow=True)

    assert b"Cancel that first" in page.content
    assert PromptSet.objects.exists()


@pytest.mark.django_db
def test_an_upload_without_a_file_says_so(project, carol):
    assert browser_of(carol).post(ADDRESS).status_code == 422
    assert upload(browser_of(carol), content=b"").status_code == 422


@stored
def test_a_second_delivery_reads_nothing_again(project, carol):
    upload(browser_of(carol))
    job = PromptSet.objects.get()

    assert import_prompts(prompt_set_id=job.pk).n_prompts == 2
    assert import_prompts(prompt_set_id=job.pk) is None


@stored
def test_programs_take_in_prompts_and_forget_them(project, carol):
    token = create_token(user=carol, name="x", scope="manage", days=1)[1]
    headers = {"authorization": f"Bearer {token}"}
    address = "/api/v1/projects/project/prompt-sets"

    sent = Client().post(
        f"{address}?column=text",
        data=lines([{"text": "one"}]),
        content_type="application/x-ndjson",
        headers={**headers, "content-disposition": "attachment; filename=p.jsonl"},
    )
    import_prompts(prompt_set_id=sent.json()["id"])
    found = Client().get(f"{address}/{sent.json()['id']}", headers=headers).json()
    gone = Client().post(f"{address}/{sent.json()['id']}/delete", headers=headers)

    assert (found["state"], found["prompts"], found["file"]) == ("succeeded", 1, "p.jsonl")
    assert gone.status_code == 204
    assert Client().get(address, headers=headers).json()["results"] == []
