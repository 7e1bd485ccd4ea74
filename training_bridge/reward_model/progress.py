"""What a training tells while it runs: one JSON object per line."""

import json
import time
from pathlib import Path
from typing import Any

from training_bridge.run_folder import PROGRESS

REPORTS = 300
SECONDS_BETWEEN = 5.0


class Progress:
    """Appends to ``progress.jsonl``; only the first process of a training writes.

    Lines: step, total_steps, epoch, loss (mean since the last line), validation_accuracy
    (null unless just measured), pairs_per_second, seconds_left; or a message, once with
    ``resumed_after``.
    """

    def __init__(self, folder: Path, *, writes: bool) -> None:
        self._path = folder / PROGRESS
        self._writes = writes
        self._losses: list[float] = []
        self._last = time.monotonic()

    def say(self, message: str) -> None:
        """Tell what is being done outside the steps."""
        self._append({"message": message})

    def start_after(self, step: int) -> None:
        """Tell where the steps begin: lines above about later steps no longer count."""
        self._append(
            {
                "resumed_after": step,
                "message": f"Going on after step {step:,}" if step else "Starting to train",
            }
        )

    def note_loss(self, loss: float) -> None:
        self._losses.append(loss)

    def is_due(self, step: int, *, total_steps: int) -> bool:
        """Whether this step gets a line: about 300 in all, and one every few seconds."""
        every = max(1, total_steps // REPORTS)
        is_late = time.monotonic() - self._last >= SECONDS_BETWEEN
        return step % every == 0 or step == total_steps or is_late

    def report(self, *, step: int, **figures: Any) -> None:
        loss = sum(self._losses) / len(self._losses) if self._losses else None
        self._losses = []
        self._last = time.monotonic()
        self._append({"step": step, "loss": loss, **figures})

    def _append(self, line: dict[str, Any]) -> None:
        if not self._writes:
            return
        with self._path.open("a", encoding="utf-8") as progress:
            progress.write(json.dumps(line, ensure_ascii=False, allow_nan=False) + "\n")
