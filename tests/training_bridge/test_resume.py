import itertools
import shutil

import pytest
import torch
from safetensors.torch import load_file

from tests.training_bridge.builders import planted_rows, progress_lines, train, write_rows
from training_bridge.reward_model.errors import TrainingStopped

OPTIONS = {"epochs": 2, "batch_size": 16, "checkpoint_every": 4, "dropout": 0.1, "seed": 3}


@pytest.fixture
def source(tmp_path):
    return write_rows(tmp_path / "rows.jsonl", planted_rows(96))


def stop_before_step(step: int):
    asked = itertools.count(1)
    return lambda: next(asked) >= step


def weights(out):
    return load_file(out / "model" / "model.safetensors")


def test_a_resumed_training_equals_an_uninterrupted_one_bit_for_bit(source, tmp_path):
    whole = train(source, tmp_path / "whole", **OPTIONS)
    with pytest.raises(TrainingStopped):
        train(source, tmp_path / "parts", stop_when=stop_before_step(8), **OPTIONS)
    with pytest.raises(TrainingStopped):
        train(source, tmp_path / "parts", stop_when=stop_before_step(4), **OPTIONS)

    resumed = train(source, tmp_path / "parts", **OPTIONS)

    one, other = weights(tmp_path / "whole"), weights(tmp_path / "parts")
    assert one.keys() == other.keys()
    assert all(torch.equal(one[name], other[name]) for name in one)
    assert resumed["metrics"] == whole["metrics"]
    starts = [
        line["resumed_after"]
        for line in progress_lines(tmp_path / "parts")
        if "resumed_after" in line
    ]
    assert starts == [0, 7, 10]


def test_a_killed_training_goes_on_from_its_last_checkpoint(source, tmp_path):
    def dies_before_step_7() -> bool:
        dies_before_step_7.asked += 1
        if dies_before_step_7.asked == 7:
            raise MemoryError
        return False

    dies_before_step_7.asked = 0
    whole = train(source, tmp_path / "whole", **OPTIONS)
    with pytest.raises(MemoryError):
        train(source, tmp_path / "killed", stop_when=dies_before_step_7, **OPTIONS)

    resumed = train(source, tmp_path / "killed", **OPTIONS)

    lines = progress_lines(tmp_path / "killed")
    assert [line["resumed_after"] for line in lines if "resumed_after" in line] == [0, 6]
    assert resumed["metrics"] == whole["metrics"]


def test_a_damaged_checkpoint_is_passed_over(source, tmp_path):
    with pytest.raises(TrainingStopped):
        train(source, tmp_path / "run", stop_when=stop_before_step(10), **OPTIONS)
    newest = max((tmp_path / "run" / "checkpoints").iterdir())
    (newest / "model.safetensors").write_bytes(b"cut off")

    train(source, tmp_path / "run", **OPTIONS)

    lines = progress_lines(tmp_path / "run")
    assert [line["resumed_after"] for line in lines if "resumed_after" in line] == [0, 8]


def test_a_checkpoint_of_other_options_or_data_is_not_used(source, tmp_path):
    with pytest.raises(TrainingStopped):
        train(source, tmp_path / "run", stop_when=stop_before_step(6), **OPTIONS)
    shutil.copytree(tmp_path / "run", tmp_path / "other")
    changed = write_rows(tmp_path / "changed.jsonl", planted_rows(96, seed=5))

    train(source, tmp_path / "run", **{**OPTIONS, "learning_rate": 5e-4})
    train(changed, tmp_path / "other", **OPTIONS)

    for name in ("run", "other"):
        lines = progress_lines(tmp_path / name)
        assert [line["resumed_after"] for line in lines if "resumed_after" in line] == [0, 0]


def test_only_the_last_two_checkpoints_are_kept(source, tmp_path):
    with pytest.raises(TrainingStopped):
        train(source, tmp_path / "run", stop_when=stop_before_step(11), **OPTIONS)

    names = sorted(path.name for path in (tmp_path / "run" / "checkpoints").iterdir())

    assert names == ["step-00000008", "step-00000010"]
