"""Small datasets with a planted signal, and trainings on them in this process."""

import hashlib
import json
import random
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from training_bridge.reward_model.config import TrainingConfig
from training_bridge.reward_model.process import StopSign
from training_bridge.reward_model.training import train_reward_model

WORDS = ["river", "stone", "cloud", "table", "green", "quiet", "lamp", "paper", "window", "garden"]


def planted_rows(n: int = 160, *, prompts: int = 40, seed: int = 0) -> list[dict[str, Any]]:
    """Rows whose chosen response says "kind" and whose rejected one says "rude"."""
    drawn = random.Random(seed)
    rows = []
    for number in range(n):
        texts = [[drawn.choice(WORDS) for _ in range(drawn.randint(3, 7))] for _ in range(2)]
        for words, planted in zip(texts, ("kind", "rude"), strict=True):
            words[drawn.randrange(len(words))] = planted
        chosen, rejected = (" ".join([*words, str(number)]) for words in texts)
        prompt = f"What about number {number % prompts}?"
        rows.append({"prompt": prompt, "chosen": chosen, "rejected": rejected})
    return rows


def write_rows(path: Path, rows: Iterable[dict[str, Any]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def train(
    source: Path, out: Path, *, stop_when: Callable[[], bool] | None = None, **options: Any
) -> dict[str, Any]:
    """Train in this process; ``stop_when`` is asked before every step."""
    out.mkdir(parents=True, exist_ok=True)
    config = TrainingConfig(source=str(source), out=str(out), **options)
    sign = StopSign(out)
    if stop_when is not None:
        sign.is_up = stop_when  # type: ignore[method-assign]
    return train_reward_model(config, sign)


def progress_lines(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / "progress.jsonl").read_text().splitlines()]


def version_folder(
    folder: Path,
    *,
    rows: list[dict[str, Any]],
    comparisons: list[dict[str, Any]] | None = None,
    judgments: list[dict[str, Any]] | None = None,
    holdout_annotators: list[str] | None = None,
) -> Path:
    """A dataset version as its files; rows name their split."""
    for split in ("train", "validation", "test"):
        chosen = [row for row in rows if row["split"] == split]
        write_rows(folder / f"preference/{split}.jsonl", chosen)
    write_rows(folder / "comparisons/comparisons.jsonl", comparisons or [])
    write_rows(folder / "judgments/judgments.jsonl", judgments or [])
    files = {
        str(path.relative_to(folder)): {
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            "rows": len(path.read_text().splitlines()),
        }
        for path in sorted(folder.rglob("*.jsonl"))
    }
    manifest = {"version": 7, "holdout_annotators": holdout_annotators or [], "files": files}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder
