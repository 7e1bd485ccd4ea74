"""Training as a worker does it: a claimed row, a child process, a published result."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection

from feedback_platform.jobs.services import request_cancel, requeue
from tests.training_bridge.builders import progress_lines
from tests.training_bridge.runs import make_run, make_version
from training_bridge.models import Run
from training_bridge.tasks import train_reward_model_task

pytestmark = pytest.mark.django_db(transaction=True)
PATIENCE = 120.0


def wait_until(holds: Callable[[], object]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)


@contextmanager
def trained_aside(run: Run) -> Iterator[None]:
    """The task in a thread of its own, ended when the block ends."""

    def work() -> None:
        try:
            train_reward_model_task(run.pk)
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        thread.join(PATIENCE)
    run.refresh_from_db()


def child_of_this_process(run: Run) -> int:
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                command = (entry / "cmdline").read_text()
            except OSError:
                continue
            if str(run.folder) in command:
                return int(entry.name)
    raise AssertionError("no training process")


def test_a_queued_run_is_trained_measured_and_stored(project):
    run = make_run(make_version(project), seed=4)

    train_reward_model_task(run.pk)

    run.refresh_from_db()
    assert run.state == Run.State.SUCCEEDED
    assert (run.done, run.total) == (10, 10)
    assert run.metrics["validation"]["pairwise_accuracy"]["n"] == 20
    assert run.record["parameters"]["seed"] == 4
    assert run.record["data_digest"] == run.data_digest != "a" * 64
    assert run.steps.count() == 10
    assert run.steps.last().validation_accuracy is not None
    assert (run.model_folder / "model.safetensors").is_file()
    assert not (run.folder / "checkpoints").exists()


def test_a_second_delivery_does_nothing(project):
    run = make_run(make_version(project))
    Run.objects.update(state=Run.State.RUNNING)

    train_reward_model_task(run.pk)

    assert not run.folder.exists()


@pytest.mark.slow
def test_a_cancelled_run_keeps_a_checkpoint_and_resumes_from_it(project):
    run = make_run(make_version(project), epochs=60)
    with trained_aside(run):
        wait_until(lambda: run.steps.exists())
        request_cancel(run)
    assert run.state == Run.State.CANCELLED
    stopped_after = run.steps.last().step
    assert list((run.folder / "checkpoints").iterdir())

    requeue(run)
    train_reward_model_task(run.pk)

    run.refresh_from_db()
    assert run.state == Run.State.SUCCEEDED
    resumed = [
        line["resumed_after"] for line in progress_lines(run.folder) if "resumed_after" in line
    ]
    assert resumed[0] == 0
    assert 0 < stopped_after <= resumed[1] < run.total
    assert run.steps.last().step == run.total


@pytest.mark.slow
def test_a_killed_training_process_is_a_failure_that_says_what_to_do(project):
    run = make_run(make_version(project), epochs=60)

    with trained_aside(run):
        wait_until(lambda: run.steps.exists())
        os.kill(child_of_this_process(run), signal.SIGKILL)

    assert run.state == Run.State.FAILED
    assert "killed (signal 9)" in run.error
    assert "Resume the run" in run.error


def test_data_that_cannot_be_used_is_a_failure_with_its_reason(project):
    version = make_version(project)
    (version.folder / "preference/train.jsonl").write_text("changed")
    run = make_run(version)

    train_reward_model_task(run.pk)

    run.refresh_from_db()
    assert run.state == Run.State.FAILED
    assert "changed after the version was built" in run.error
    assert run.metrics is None
