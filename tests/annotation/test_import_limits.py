"""Files over a limit, paths that are no files, and projects that are not there."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

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


def line(**fields: Any) -> bytes:
    """A good row, then one with a fault."""
    return json_lines(row(), row(**{"item_id": "q2", **fields}))


LIMITS: dict[str, tuple[str, int, bytes, str]] = {
    "long line": ("IMPORT_MAX_LINE_BYTES", 2_000, GOOD + line(prompt="x" * 2_000), "f.jsonl"),
    "long record": (
        "IMPORT_MAX_LINE_BYTES",
        2_000,
        csv_text(row(), row(prompt="x\n" * 1_500)),
        "f.csv",
    ),
    "long element": (
        "IMPORT_MAX_LINE_BYTES",
        2_000,
        json.dumps([row(), row(prompt="x" * 2_000)]).encode(),
        "f.json",
    ),
    "zip bomb by ratio": ("IMPORT_MAX_INFLATION_RATIO", 20, zipped(GOOD * 5_000), "f.jsonl.gz"),
    "zip bomb by size": ("IMPORT_MAX_INFLATED_BYTES", 9_000, zipped(GOOD * 100), "f.jsonl.gz"),
    "zip bomb on one line": (
        "IMPORT_MAX_INFLATION_RATIO",
        20,
        zipped(b'{"prompt": "' + b"x" * 9_000_000),
        "f.jsonl.gz",
    ),
    "Parquet bomb": (
        "IMPORT_MAX_INFLATED_BYTES",
        100_000,
        parquet([row(item_id=f"q{n}", prompt="x" * 5_000) for n in range(200)]),
        "f.parquet",
    ),
    "deep row": ("IMPORT_MAX_NESTING", 3, line(extra=[[[[]]]]), "f.jsonl"),
    "wide row": ("IMPORT_MAX_FIELDS", 8, line(x1=1, x2=2, x3=3), "f.jsonl"),
    "wide table": ("IMPORT_MAX_FIELDS", 3, csv_text(row()), "f.csv"),
    "wide Parquet": ("IMPORT_MAX_FIELDS", 3, parquet([row()]), "f.parquet"),
    "large file": ("IMPORT_MAX_FILE_BYTES", 100, GOOD, "f.jsonl"),
    "many bad rows": ("IMPORT_MAX_BAD_ROWS", 2, GOOD + line(choice="x") * 3, "f.jsonl"),
}


@pytest.mark.parametrize(
    ("setting", "value", "content", "name"), LIMITS.values(), ids=LIMITS.keys()
)
def test_a_file_over_a_limit_is_refused_by_the_name_of_the_setting(
    setting: str,
    value: int,
    content: bytes,
    name: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    settings: Settings,
) -> None:
    setattr(settings, setting, value)
    path = tmp_path / name
    path.write_bytes(content)
    before = row_counts()

    answer = run_import(capsys, path, "--create")

    assert answer["exit"] == 2
    assert setting in answer["stderr"]
    assert row_counts() == before


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda folder: folder, "is no file"),
        (lambda folder: folder / "absent.jsonl", "does not exist"),
        (lambda folder: folder / ("x" * 300), "does not exist"),
    ],
    ids=["a folder", "a missing file", "an impossible name"],
)
def test_a_path_that_is_no_file_is_refused(
    make: Callable[[Path], Path],
    words: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    before = row_counts()

    answer = run_import(capsys, make(tmp_path), "--create")

    assert answer["exit"] == 2
    assert words in answer["stderr"] or "cannot be read" in answer["stderr"]
    assert row_counts() == before


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads every file")
def test_an_unreadable_file_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "f.jsonl"
    path.write_bytes(GOOD)
    path.chmod(0)

    answer = run_import(capsys, path, "--create")

    assert answer["exit"] == 2
    assert "permission denied" in answer["stderr"]


def test_a_missing_project_is_named_with_the_remedy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "f.jsonl"
    path.write_bytes(GOOD)

    answer = run_import(capsys, path, project="nowhere")

    assert answer["exit"] == 2
    assert "--create" in answer["stderr"]
