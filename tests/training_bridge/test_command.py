import json

import pytest
from django.core.management import call_command

from tests.training_bridge.builders import planted_rows, write_rows
from tests.training_bridge.runs import make_version
from training_bridge.models import Run

pytestmark = pytest.mark.django_db(transaction=True)
COMMAND = "train_reward_model"
QUICK = ("--epochs", "1", "--batch-size", "16")
ESTIMATE = {"value", "low", "high", "n", "undefined_because"}


def test_a_preference_file_gives_the_agreed_document_and_a_copied_model(tmp_path, capsys):
    rows = [
        {**row, "group": f"debate {n % 6}"} for n, row in enumerate(planted_rows(60, prompts=6))
    ]
    source = write_rows(tmp_path / "rows.jsonl", rows)
    out = tmp_path / "model"

    call_command(
        COMMAND, str(source), "--validation-groups", "2", "--json", "--out", str(out), *QUICK
    )

    printed = capsys.readouterr()
    document = json.loads(printed.out)
    run = Run.objects.get()
    assert (document["run"], document["model"]) == (run.pk, str(out))
    metrics = document["metrics"]
    assert metrics["validation"]["pairwise_accuracy"].keys() == ESTIMATE
    assert metrics["validation"]["pairwise_accuracy"]["n"] == 20
    assert "at least 5 groups" in metrics["validation"]["pairwise_accuracy"]["undefined_because"]
    assert metrics["validation"]["log_loss"] > 0
    assert metrics["heldout_annotators"] is None
    assert metrics["heldout_annotators_seen_prompts"] is None
    assert metrics["baselines"]["longer"].keys() == ESTIMATE
    assert document["pairs_per_second"] > 0
    assert len(document["validation_groups"]) == 2
    assert (out / "model.safetensors").is_file()
    assert json.loads((out / "run.json").read_text())["data_digest"] == run.data_digest
    assert (run.project, run.source, run.foreground) == (None, str(source), True)
    assert "Training" in printed.err or "Starting" in printed.err


def test_a_version_id_trains_on_its_files_and_says_how_it_compares(project, capsys):
    version = make_version(project)

    call_command(COMMAND, str(version.pk), *QUICK)

    assert "picking the longer response" in capsys.readouterr().out
    run = Run.objects.get()
    assert (run.project, run.dataset_version) == (project, version)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["4711"], "no dataset version 4711"),
        (["nowhere.jsonl"], "no folder or file nowhere.jsonl"),
        (["."], "is no dataset version"),
        ([__file__], "neither JSONL nor a CSV"),
        ([__file__, "--epochs", "0"], "epochs: expected 1 to 1000"),
        ([__file__, "--out", "."], "is not an empty folder"),
    ],
)
def test_bad_input_ends_with_code_2_and_its_reason(arguments, message, capsys):
    with pytest.raises(SystemExit) as end:
        call_command(COMMAND, *arguments, "--json")

    printed = capsys.readouterr()
    assert end.value.code == 2
    assert message in printed.err
    assert printed.out == ""
    assert not Run.objects.filter(state=Run.State.SUCCEEDED).exists()
