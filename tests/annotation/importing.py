"""Files for import tests, and the command as a function."""

import gzip
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.parquet
import pytest
from django.apps import apps
from django.core.management import call_command

Importer = Callable[..., dict[str, Any]]


def row(**fields: Any) -> dict[str, Any]:
    """A judgment made elsewhere; a field given as None is left out."""
    values = {
        "item_id": "q1",
        "prompt": "What is a comet?",
        "response_a": "A ball of ice and dust.",
        "response_b": "A star.",
        "annotator": "ann",
        "choice": "a",
        **fields,
    }
    return {name: value for name, value in values.items() if value is not None}


def json_lines(*rows: dict[str, Any]) -> bytes:
    return "".join(json.dumps(one) + "\n" for one in rows).encode()


def csv_text(*rows: dict[str, Any], delimiter: str = ",") -> bytes:
    names = list(dict.fromkeys(name for one in rows for name in one))
    lines = [names, *([str(one.get(name, "")) for name in names] for one in rows)]
    quoted = (['"' + cell.replace('"', '""') + '"' for cell in line] for line in lines)
    return "\r\n".join(delimiter.join(line) for line in quoted).encode() + b"\r\n"


def parquet(rows: list[dict[str, Any]]) -> bytes:

    target = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), target)
    return target.getvalue()


def row_counts() -> dict[str, int]:
    """Rows of every table of ours."""
    labels = ("feedback_platform", "annotation", "quality", "training_bridge")
    models = [model for label in labels for model in apps.get_app_config(label).get_models()]
    return {model._meta.label: model._default_manager.count() for model in models}


def run_import(
    capsys: pytest.CaptureFixture[str], path: Path, *options: str, project: str = "imported"
) -> dict[str, Any]:
    """The command's JSON document, with its exit code and its words on stderr."""
    code = 0
    try:
        call_command("import_data", str(path), "--project", project, "--json", *options)
    except SystemExit as end:
        code = int(end.code or 0)
    captured = capsys.readouterr()
    document = json.loads(captured.out) if captured.out else {}
    return {**document, "exit": code, "stderr": captured.err}


def zipped(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)
