"""Runs and dataset versions as rows, with the files that a training reads."""

from typing import Any

from annotation.models import Project
from quality.models import DatasetVersion
from tests.training_bridge.builders import planted_rows, version_folder
from training_bridge.models import Run


def make_version(
    project: Project, *, n_rows: int = 96, state: str = DatasetVersion.State.SUCCEEDED
) -> DatasetVersion:
    """A dataset version with its files: four fifths of its rows train, one fifth validates."""
    version = DatasetVersion.objects.create(
        project=project,
        state=state,
        manifest={"rows": n_rows, "files": {}},
        manifest_digest="a" * 64,
    )
    rows = [
        {
            **row,
            "split": "validation" if number % 5 == 0 else "train",
            "comparison_id": f"c{number}",
            "prompt_group": row["prompt"],
        }
        for number, row in enumerate(planted_rows(n_rows, prompts=n_rows // 2 // 5 * 5))
    ]
    version_folder(version.folder, rows=rows)
    return version


def make_run(version: DatasetVersion, **parameters: Any) -> Run:
    """A queued run."""
    return Run.objects.create(
        project=version.project,
        dataset_version=version,
        data_digest=version.manifest_digest,
        base_model="scratch-tiny",
        parameters={"epochs": 2, "batch_size": 16, **parameters},
    )


def make_finished_run(version: DatasetVersion, *, accuracy: float, longer: float) -> Run:
    """A succeeded run with made-up figures and a made-up file."""

    def estimate(value: float) -> dict[str, Any]:
        ends = {"low": value - 0.05, "high": value + 0.05}
        return {"value": value, **ends, "n": 200, "undefined_because": ""}

    measured = {
        "pairwise_accuracy": estimate(accuracy),
        "log_loss": 0.51,
        "baselines": {"longer": estimate(longer)},
        "n_ties": 0,
    }
    run = make_run(version)
    run.state = Run.State.SUCCEEDED
    run.metrics = {
        "validation": measured,
        "heldout_annotators": measured,
        "heldout_annotators_seen_prompts": None,
        "baselines": {"longer": estimate(longer)},
    }
    run.record = {
        "pairs_per_second": 80.0,
        "n_parameters": 946_177,
        "device": "cpu with 2 threads",
        "counts": {"training_rows": 76, "validation_rows": 20},
        "truncation": {"texts": 190, "prompts_cut": 0, "responses_cut": 0},
        "validation_groups": [],
        "template": {"encoding": "[CLS] prompt [SEP] response [SEP]"},
        "parameters": {
            "epochs": 2,
            "batch_size": 16,
            "learning_rate": 0.001,
            "max_length": 256,
            "seed": 0,
            "precision": "float32",
        },
    }
    run.save()
    run.model_folder.mkdir(parents=True)
    (run.model_folder / "config.json").write_text("{}")
    return run
