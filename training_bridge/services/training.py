"""Training a reward model: a process of its own, watched from here."""

import logging
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from django.conf import settings
from django.utils import timezone

from feedback_platform.errors import BadInput, Conflict
from feedback_platform.jobs.claims import Claim, claimed
from training_bridge.models import Run, RunStep
from training_bridge.run_folder import (
    CANCEL,
    CONFIG,
    LOG,
    OUTCOME,
    ProgressReader,
    read_json,
    write_json,
)

logger = logging.getLogger(__name__)

SECONDS_BETWEEN_LOOKS = 0.3
SECONDS_TO_STOP = 20.0
LOG_TAIL = 2_000
SUCCEEDED, REFUSED, STOPPED = 0, 2, 3


def train_run(*, run_id: int, fence: int | None = None) -> None:
    """Train the reward model of a run and publish its metrics.

    The training is a child process, so that neither the web nor a worker loads torch. It ends
    when this process ends, whichever way, and leaves a checkpoint; the next claim of the row
    goes on from there.

    Raises:
        BadInput: the data or the base model cannot be used.
        Conflict: the process was stopped or killed from outside.
    """
    with claimed(Run, run_id, fence=fence) as claim:
        if claim is None:
            return
        run = cast(Run, claim.job)
        claim.progress(message="Starting the training process")
        with _training_process(run) as process:
            code = _watch(process, run, claim)
        record = _record(run, code)
        claim.publish(
            metrics=record["metrics"],
            record=record,
            data_digest=record["data_digest"],
            message="",
        )


@contextmanager
def _training_process(run: Run) -> Iterator[subprocess.Popen[bytes]]:
    """The child; stopped at a step boundary, or killed, when the block is left early."""
    folder = run.folder
    folder.mkdir(parents=True, exist_ok=True)
    for leftover in (CANCEL, OUTCOME):
        (folder / leftover).unlink(missing_ok=True)
    write_json(folder / CONFIG, _config(run))
    command = [sys.executable, "-m", "training_bridge.reward_model", str(folder / CONFIG)]
    with (folder / LOG).open("ab") as log:
        process = subprocess.Popen(
            [*command, "--follow-parent"],
            cwd=settings.BASE_DIR,
            env={**os.environ, "TOKENIZERS_PARALLELISM": "false"},
            # Never written to: its end tells the child that this process is gone.
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        yield process
    finally:
        _stop(process)


def _config(run: Run) -> dict[str, Any]:
    version = run.dataset_version
    return {
        "source": str(version.folder) if version else run.source,
        "out": str(run.folder),
        "base_model": run.base_model,
        "run": run.pk,
        **run.parameters,
    }


def _watch(process: subprocess.Popen[bytes], run: Run, claim: Claim) -> int:
    """Relay the progress of the child until it ends; its exit code."""
    reader = ProgressReader(run.folder)
    while True:
        code = process.poll()
        for line in reader.new_lines():
            _drop_undone_steps(run, line)
            claim.progress(**_progress_of(line))
            _store_step(run, line)
        claim.check()
        if code is not None:
            return code
        try:
            process.wait(timeout=SECONDS_BETWEEN_LOOKS)
        except subprocess.TimeoutExpired:
            continue


def _drop_undone_steps(run: Run, line: dict[str, Any]) -> None:
    if "resumed_after" in line:
        run.steps.filter(step__gt=line["resumed_after"]).delete()


def _progress_of(line: dict[str, Any]) -> dict[str, Any]:
    if "step" not in line:
        return {"message": line["message"]}
    return {
        "done": line["step"],
        "total": line["total_steps"],
        "message": f"Training, {line['pairs_per_second']:,.0f} pairs per second",
    }


def _store_step(run: Run, line: dict[str, Any]) -> None:
    """Keep what a step reported; read again after a restart, it is the same row."""
    if "step" not in line:
        return
    RunStep.objects.update_or_create(
        run=run,
        step=line["step"],
        defaults={
            "loss": line["loss"],
            "validation_accuracy": line["validation_accuracy"],
            "pairs_per_second": line["pairs_per_second"],
            "recorded_at": timezone.now(),
        },
    )


def _record(run: Run, code: int) -> dict[str, Any]:
    outcome = read_json(run.folder / OUTCOME) or {}
    if code == SUCCEEDED:
        outcome.pop("state")
        return cast(dict[str, Any], outcome)
    if code == REFUSED:
        # A configuration is refused before there is a folder for the outcome.
        raise BadInput(outcome.get("error") or _log_tail(run.folder).splitlines()[-1])
    if code == STOPPED:
        raise Conflict(
            "The training process was told to stop by somebody else than this run. Resume the "
            "run: it goes on from its last checkpoint."
        )
    if code < 0:
        why = ", most often because the memory ran out" if -code == signal.SIGKILL else ""
        raise Conflict(
            f"The training process was killed (signal {-code}){why}. Resume the run: it goes on "
            "from its last checkpoint."
        )
    raise RuntimeError(f"training ended with exit code {code}: {_log_tail(run.folder)}")


def _log_tail(folder: Path) -> str:
    return (folder / LOG).read_text(encoding="utf-8", errors="replace")[-LOG_TAIL:]


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Let the child write its checkpoint; kill it when that takes too long."""
    assert process.stdin is not None
    process.stdin.close()
    try:
        process.wait(timeout=SECONDS_TO_STOP)
    except subprocess.TimeoutExpired:
        logger.warning("training process did not stop in time", extra={"pid": process.pid})
        process.kill()
        process.wait()
