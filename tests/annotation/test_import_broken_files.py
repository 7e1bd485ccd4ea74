"""A file that cannot be imported ends in a clear message and changes nothing."""

from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from annotation.models import Import, Project
from annotation.services.imports import import_file
from feedback_platform.models import User
from tests.annotation.importing import (
    csv_text,
    json_lines,
    parquet,
    row,
    row_counts,
    run_import,
    zipped,
)

pytestmark = pytest.mark.django_db(transaction=True)

GOOD = json_lines(row(), row(item_id="q2", choice="b"))
DEEP = (
    b'{"prompt": "p", "response_a": "a", "response_b": "b", "x": ' + b"[" * 60 + b"]" * 60 + b"}\n"
)
VERY_DEEP = b'{"x": ' + b"[" * 200_000 + b"]" * 200_000 + b"}\n"
HUGE = b'{"item_id": "q", "prompt": "p", "response_a": "a", "response_b": "b", "n": ' + b"9" * 9_000


class Broken(NamedTuple):
    """A file, where its fault lies, and words of the message."""

    name: str
    content: bytes
    words: str
    line: int | None = None
    options: tuple[str, ...] = ()


def line(**fields: Any) -> bytes:
    """A good row, then one with a fault."""
    return json_lines(row(), row(**{"item_id": "q2", **fields}))


def raw(replacement: bytes) -> bytes:
    return json_lines(row(), row(item_id="q2", strength=7)).replace(b'"strength": 7', replacement)


BROKEN = {
    "empty file": Broken("f.jsonl", b"", "is empty"),
    "blank lines only": Broken("f.jsonl", b"\n  \n\n", "is empty"),
    "header only": Broken("f.csv", b"prompt,response_a,response_b\n", "no rows"),
    "empty array": Broken("f.json", b"[]", "no rows"),
    "truncated gzip": Broken("f.jsonl.gz", zipped(GOOD * 50)[:-30], "cut off"),
    "damaged gzip": Broken("f.jsonl.gz", zipped(GOOD)[:12] + b"\xff\x00" * 40, "damaged"),
    "gzip in gzip": Broken("f.jsonl.gz", zipped(zipped(GOOD)), "gzip inside gzip"),
    "empty gzip": Broken("f.jsonl.gz", zipped(b""), "is empty"),
    "zip archive": Broken("f.zip", b"PK\x03\x04" + b"0" * 100, "ZIP archive"),
    "utf-16": Broken("f.csv", "prompt,response_a\n".encode("utf-16"), "UTF-16"),
    "latin-1": Broken("f.jsonl", GOOD + '{"prompt": "caf\xe9"}\n'.encode("latin-1"), "UTF-8", 3),
    "latin-1 table": Broken(
        "f.csv", csv_text(row(), row(prompt="caf\xe9")).decode().encode("latin-1"), "UTF-8", 3
    ),
    "not JSON": Broken("f.jsonl", GOOD + b'{"prompt": \n', "not valid JSON", 3),
    "two objects on a line": Broken("f.jsonl", GOOD.replace(b"\n", b""), "not valid JSON", 1),
    "a list as a row": Broken("f.jsonl", GOOD + b"[1, 2]\n", "JSON object", 3),
    "truncated array": Broken("f.json", b"[" + GOOD.splitlines()[0] + b", {", "cut off", 2),
    "array without comma": Broken(
        "f.json", b"[" + GOOD.splitlines()[0] + GOOD.splitlines()[1] + b"]", "comma", 2
    ),
    "no known fields": Broken("f.jsonl", b'{"question": "q", "answer": "a"}\n', "--map"),
    "no known columns": Broken("f.csv", b"question,answer\nq,a\n", "--map"),
    "plain text": Broken("f.txt", b"Dear reader\nhello\n", "neither JSON lines"),
    "missing response": Broken("f.jsonl", line(response_b=None), "response_b is missing", 2),
    "missing prompt": Broken("f.jsonl", line(prompt=None), "prompt is missing", 2),
    "missing annotator": Broken("f.jsonl", line(annotator=None), "annotator is missing", 2),
    "missing choice": Broken("f.jsonl", line(choice=None), "choice is missing", 2),
    "unknown choice": Broken("f.jsonl", line(choice="left"), "one of a, tie, b", 2),
    "number as text": Broken("f.jsonl", line(strength="0.5"), "strength must be a number", 2),
    "text as number": Broken("f.jsonl", line(prompt=3), "prompt must be text", 2),
    "truth as strength": Broken("f.jsonl", line(strength=True), "must be a number", 2),
    "negative strength": Broken("f.jsonl", line(strength=-0.1), "not be negative", 2),
    "NaN": Broken("f.jsonl", raw(b'"strength": NaN'), "finite number", 2),
    "Infinity": Broken("f.jsonl", raw(b'"strength": 1e999'), "finite number", 2),
    "NaN in metadata": Broken("f.jsonl", raw(b'"extra": NaN'), "JSON cannot hold", 2),
    "negative duration": Broken("f.jsonl", line(duration_s=-1), "not be negative", 2),
    "endless duration": Broken("f.jsonl", line(duration_s=1e12), "at most", 2),
    "no time": Broken("f.jsonl", line(ts="yesterday"), "date and time", 2),
    "swapped as word": Broken("f.jsonl", line(swapped="yes"), "true or false", 2),
    "NUL": Broken("f.jsonl", line(prompt="a\0b"), "NUL", 2),
    "NUL in metadata": Broken("f.jsonl", line(extra={"deep": ["a\0b"]}), "NUL", 2),
    "NUL in a table": Broken("f.csv", csv_text(row(), row(prompt="a\0b")), "NUL", 3),
    "lone surrogate": Broken("f.jsonl", line(response_a="\ud800"), "surrogate", 2),
    "long id": Broken("f.jsonl", line(item_id="x" * 201), "200 characters", 2),
    "field twice": Broken("f.jsonl", raw(b'"prompt": "again"'), "twice", 2),
    "column twice": Broken("f.csv", b"prompt,prompt\na,b\n", "twice", 1),
    "deep JSON": Broken("f.jsonl", GOOD + DEEP, "IMPORT_MAX_NESTING", 3),
    "very deep JSON": Broken("f.jsonl", GOOD + VERY_DEEP, "IMPORT_MAX_NESTING", 3),
    "very deep array": Broken("f.json", b"[" + VERY_DEEP + b"]", "IMPORT_MAX_NESTING", 1),
    "huge integer": Broken("f.jsonl", GOOD + HUGE + b"}\n", "too many digits", 3),
    "too few cells": Broken("f.csv", csv_text(row()) + b"q2,only\r\n", "2 fields", 3),
    "open quotation mark": Broken("f.csv", csv_text(row()) + b'"q2,', "not valid CSV", 3),
    "one id, two contents": Broken(
        "f.jsonl", json_lines(row(), row(annotator="b", prompt="Other?")), "on line 1", 2
    ),
    "one id, two groups": Broken(
        "f.jsonl", json_lines(row(group="x"), row(annotator="b", group="y")), "on line 1", 2
    ),
    "one pair, two labels": Broken(
        "f.jsonl",
        json_lines(
            {"prompt": "p", "chosen": "yes", "rejected": "no"},
            {"prompt": "p", "chosen": "no", "rejected": "yes"},
        ),
        "on line 1",
        2,
    ),
    "chosen is rejected": Broken(
        "f.jsonl", json_lines({"prompt": "p", "chosen": "x", "rejected": "x"}), "same text", 1
    ),
    "transcripts part early": Broken(
        "f.jsonl",
        json_lines(
            {
                "chosen": "\n\nHuman: Hi\n\nAssistant: Hello",
                "rejected": "\n\nHuman: Ho\n\nAssistant: Hello",
            }
        ),
        "parts from chosen",
        1,
    ),
    "judgments as comparisons": Broken(
        "f.jsonl", GOOD, "file of comparisons", 1, ("--format", "comparisons")
    ),
    "no Parquet": Broken("f.parquet", GOOD, "not a Parquet file"),
    "cut Parquet": Broken("f.parquet", parquet([row()])[:-20], "damaged"),
    "Parquet of numbers": Broken(
        "f.parquet",
        parquet([{"prompt": 1, "response_a": 2, "response_b": 3}]),
        "must be text",
        1,
    ),
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN.keys())
def test_the_command_refuses_it_and_changes_nothing(
    broken: Broken, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / broken.name
    path.write_bytes(broken.content)
    before = row_counts()

    answer = run_import(capsys, path, "--create", *broken.options)

    assert answer["exit"] == 2
    assert broken.words in answer["stderr"]
    assert "Traceback" not in answer["stderr"]
    assert (answer["comparisons"], answer["judgments"]) == (0, 0)
    assert answer["rejected"]
    if broken.line is not None:
        assert answer["rejected"][0]["line"] == broken.line
    assert row_counts() == before


@pytest.mark.parametrize(
    "name", ["truncated gzip", "negative strength", "one id, two contents", "zip archive", "NUL"]
)
def test_the_upload_page_refuses_it_and_imports_nothing(
    name: str, client: Client, project: Project, carol: User
) -> None:
    broken = BROKEN[name]
    client.force_login(carol)
    before = row_counts()

    sent = client.post(
        reverse("annotation:import_create", args=[project.slug]),
        {"file": SimpleUploadedFile(broken.name, broken.content), "format": "auto"},
    )
    job = Import.objects.get()
    import_file(import_id=job.pk)
    page = client.get(sent["Location"])

    job.refresh_from_db()
    assert job.state == Import.State.FAILED
    assert broken.words in job.error
    assert "Nothing of this file was imported." in page.content.decode()
    assert row_counts() == {**before, "annotation.Import": 1}


def test_an_empty_upload_is_refused_by_the_form(
    client: Client, project: Project, carol: User
) -> None:
    client.force_login(carol)

    answer = client.post(
        reverse("annotation:import_create", args=[project.slug]),
        {"file": SimpleUploadedFile("f.jsonl", b""), "format": "auto"},
    )

    assert answer.status_code == 422
    assert "This file is empty" in answer.content.decode()
    assert not Import.objects.exists()
