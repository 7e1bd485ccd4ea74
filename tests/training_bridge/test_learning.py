from math import log
from pathlib import Path

import pytest

from tests.training_bridge.builders import planted_rows, progress_lines, train, write_rows


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    folder = tmp_path_factory.mktemp("learning")
    source = write_rows(folder / "rows.jsonl", planted_rows(160))
    return train(
        source, folder / "run", validation_groups=8, epochs=5, batch_size=16
    ), folder / "run"


def test_a_planted_signal_is_learned_and_carries_over_to_unseen_prompts(trained):
    record, _ = trained

    validation = record["metrics"]["validation"]

    assert validation["pairwise_accuracy"]["value"] > 0.9
    assert validation["pairwise_accuracy"]["low"] > 0.8
    assert validation["log_loss"] < log(2) / 2


def test_the_loss_starts_at_log_2_and_falls(trained):
    _, out = trained

    losses = [line["loss"] for line in progress_lines(out) if "step" in line]

    assert losses[0] == pytest.approx(log(2), abs=0.1)
    assert losses[-1] < losses[0] / 2


def test_every_progress_line_of_a_step_says_how_far_and_how_fast(trained):
    _, out = trained

    steps = [line for line in progress_lines(out) if "step" in line]

    assert steps[-1]["step"] == steps[-1]["total_steps"]
    assert steps[-1]["seconds_left"] == 0
    assert all(line["pairs_per_second"] > 0 for line in steps)
    assert steps[-1]["validation_accuracy"] > 0.9


def test_the_model_lies_beside_its_record_in_safetensors(trained):
    record, out = trained

    names = {path.name for path in (out / "model").iterdir()}

    assert {"model.safetensors", "config.json", "tokenizer.json", "run.json"} <= names
    assert not [name for name in names if Path(name).suffix in {".bin", ".pt", ".pkl"}]
    assert record["template"]["name"] == "pair-1"
    assert record["max_length"] == 256
    assert len(record["data_digest"]) == 64


def test_a_stored_model_can_be_trained_further(trained, tmp_path):
    _, out = trained
    source = write_rows(tmp_path / "rows.jsonl", planted_rows(80, seed=1))

    record = train(source, tmp_path / "run", base_model=str(out / "model"), epochs=1)

    assert record["metrics"]["validation"]["pairwise_accuracy"]["value"] > 0.9


def test_the_margin_is_used_only_when_asked_for(tmp_path):
    rows = [{**row, "margin": 2.0} for row in planted_rows(60)]
    source = write_rows(tmp_path / "rows.jsonl", rows)

    def first_loss(name: str, **options: bool) -> float:
        train(source, tmp_path / name, epochs=1, batch_size=60, **options)
        steps = [line for line in progress_lines(tmp_path / name) if "step" in line]
        return float(steps[0]["loss"])

    # -log sigmoid(0 - 2) = 2.127, for a model that knows nothing.
    assert first_loss("plain") == pytest.approx(0.693, abs=0.1)
    assert first_loss("margin", use_margin=True) == pytest.approx(2.127, abs=0.2)


def test_a_row_without_weight_in_the_loss_teaches_nothing(tmp_path):
    rows = planted_rows(60)
    turned = [
        {**row, "chosen": row["rejected"], "rejected": row["chosen"], "weight": 0.0} for row in rows
    ]
    alone = write_rows(tmp_path / "alone.jsonl", rows)
    both = write_rows(tmp_path / "both.jsonl", [*rows, *turned])

    without = train(alone, tmp_path / "a", epochs=4, batch_size=60)
    with_turned = train(both, tmp_path / "b", epochs=4, batch_size=120)

    def loss(name: str) -> list[float]:
        return [line["loss"] for line in progress_lines(tmp_path / name) if "step" in line]

    assert loss("b") == pytest.approx(loss("a"), abs=1e-4)
    assert without["counts"]["training_rows"] * 2 == with_turned["counts"]["training_rows"]
