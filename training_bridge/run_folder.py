"""The folder of one run, as the service that starts a training and the training see it.

Both are processes of their own: they talk through these files only, so that neither the web
nor a worker loads torch.
"""

import json
import os
from pathlib import Path
from typing import Any

CONFIG = "config.json"
PROGRESS = "progress.jsonl"
OUTCOME = "outcome.json"
CANCEL = "cancel"
LOCK = "lock"
LOG = "training.log"
CHECKPOINTS = "checkpoints"
MODEL = "model"
MODEL_RECORD = "run.json"


def write_json(path: Path, content: Any) -> None:
    """Write aside, then rename: a reader sees the whole document or none."""
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    with aside.open("w", encoding="utf-8") as out:
        json.dump(content, out, ensure_ascii=False, allow_nan=False, indent=1)
        out.flush()
        os.fsync(out.fileno())
    aside.replace(path)


def read_json(path: Path) -> Any:
    """The document, or None where there is none."""
    if not path.is_file():
        return None
    return json.loads(path.read_text(encoding="utf-8"))


class ProgressReader:
    """Reads the lines of ``progress.jsonl``, which only grows, as they arrive."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / PROGRESS
        self._offset = 0

    def new_lines(self) -> list[dict[str, Any]]:
        """The whole lines written since the last call."""
        if not self._path.is_file():
            return []
        with self._path.open("rb") as progress:
            progress.seek(self._offset)
            fresh = progress.read()
        whole = fresh[: fresh.rfind(b"\n") + 1]
        self._offset += len(whole)
        return [json.loads(line) for line in whole.splitlines()]
