"""The training as a process: how it ends, and that no two work in one folder."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings

from tests.training_bridge.builders import planted_rows, write_rows
from training_bridge.reward_model import process
from training_bridge.reward_model.errors import TrainingRefused

PATIENCE = 120.0
COMMAND = [sys.executable, "-m", "training_bridge.reward_model"]


@pytest.fixture
def config(tmp_path):
    source = write_rows(tmp_path / "rows.jsonl", planted_rows(96))
    path = tmp_path / "config.json"
    path.write_text(json.dumps({"source": str(source), "out": str(tmp_path / "run"), "epochs": 80}))
    return path


def started(config: Path, *options: str) -> subprocess.Popen[bytes]:
    """A training whose first step is done."""
    child = subprocess.Popen(
        [*COMMAND, str(config), *options],
        cwd=settings.BASE_DIR,
        stdin=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    progress = config.parent / "run" / "progress.jsonl"
    deadline = time.monotonic() + PATIENCE
    while not (progress.is_file() and '"step"' in progress.read_text()):
        assert child.poll() is None and time.monotonic() < deadline
        time.sleep(0.1)
    return child


def outcome_of(config: Path) -> dict[str, str]:
    return json.loads((config.parent / "run" / "outcome.json").read_text())


def test_a_training_ends_with_its_parent_and_leaves_a_checkpoint(config):
    child = started(config, "--follow-parent")

    # However the parent dies, the kernel closes its end of the pipe.
    child.stdin.close()

    assert child.wait(PATIENCE) == 3
    assert outcome_of(config)["state"] == "stopped"
    assert list((config.parent / "run" / "checkpoints").glob("step-*"))


@pytest.mark.slow
@pytest.mark.parametrize("how", ["signal", "file"])
def test_a_training_stops_when_it_is_told_to(config, how):
    child = started(config)

    if how == "signal":
        child.send_signal(signal.SIGTERM)
    else:
        (config.parent / "run" / "cancel").touch()

    assert child.wait(PATIENCE) == 3
    child.stdin.close()


def test_a_refusal_is_told_by_exit_code_and_outcome(tmp_path):
    config = tmp_path / "config.json"
    config.write_text(json.dumps({"source": "nowhere", "out": str(tmp_path / "run")}))

    done = subprocess.run([*COMMAND, str(config)], cwd=settings.BASE_DIR, capture_output=True)

    assert done.returncode == 2
    assert "There is no dataset folder or preference file nowhere" in done.stderr.decode()
    assert outcome_of(config)["state"] == "refused"


def test_two_trainings_never_work_in_one_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(process, "SECONDS_FOR_LOCK", 0.0)

    with (
        process.sole_owner(tmp_path),
        pytest.raises(TrainingRefused, match="Another training"),
        process.sole_owner(tmp_path),
    ):
        pass

    with process.sole_owner(tmp_path):
        assert os.listdir(tmp_path) == ["lock"]


@pytest.mark.slow
def test_two_processes_share_the_steps_of_one_training(tmp_path):
    source = write_rows(tmp_path / "rows.jsonl", planted_rows(96))
    losses = {}
    for name, launcher in {
        "one": [sys.executable],
        "two": [
            sys.executable,
            "-m",
            "torch.distributed.run",
            "--nproc-per-node",
            "2",
            "--standalone",
        ],
    }.items():
        out = tmp_path / name
        config = tmp_path / f"{name}.json"
        config.write_text(json.dumps({"source": str(source), "out": str(out), "epochs": 2}))
        command = [*launcher, "-m", "training_bridge.reward_model", str(config)]
        subprocess.run(command, cwd=settings.BASE_DIR, check=True, capture_output=True, timeout=300)
        lines = [json.loads(line) for line in (out / "progress.jsonl").read_text().splitlines()]
        losses[name] = [line["loss"] for line in lines if "step" in line]
        outcome = json.loads((out / "outcome.json").read_text())
        assert outcome["processes"] == (1 if name == "one" else 2)
        assert (out / "model" / "model.safetensors").is_file()

    assert losses["two"] == pytest.approx(losses["one"], abs=1e-4)
