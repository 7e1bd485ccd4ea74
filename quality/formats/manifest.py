"""The manifest: what a dataset version was made of, and the digest of each of its files."""

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

MANIFEST_NAME = "manifest.json"
FORMAT = 1


def file_entry(path: Path, *, rows: int | None = None) -> dict[str, Any]:
    """Digest, size and row count of a written file, which is on the disk when this returns."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
        os.fsync(file.fileno())
    return {"sha256": digest.hexdigest(), "bytes": path.stat().st_size, "rows": rows}


def file_entries(folder: Path, tables: Iterable[tuple[Path, int]]) -> dict[str, dict[str, Any]]:
    """Entries of tables by their path inside the folder, sorted."""
    entries = {
        path.relative_to(folder).as_posix(): file_entry(path, rows=rows) for path, rows in tables
    }
    return dict(sorted(entries.items()))


def write_manifest(folder: Path, manifest: Mapping[str, Any]) -> str:
    """Write the manifest; its SHA-256 stands for the whole version."""
    path = folder / MANIFEST_NAME
    text = json.dumps({"format": FORMAT, **manifest}, ensure_ascii=False, indent=2, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")
    return str(file_entry(path)["sha256"])
