from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from feedback_platform.errors import BadInput
from feedback_platform.jobs.commands import LongWorkCommand
from quality.models import DatasetVersion
from training_bridge.models import Run
from training_bridge.selectors.runs import run_document, trainable_version
from training_bridge.services.runs import copy_model, create_run, refuse_occupied
from training_bridge.services.training import train_run

OPTIONS = ("validation_groups", "epochs", "batch_size", "learning_rate", "max_length", "seed")


class Command(LongWorkCommand):
    help = "Train a reward model on a dataset version, its copied folder or a preference file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("source", help="a version's id, a folder or a preference file")
        parser.add_argument(
            "--base-model", default="scratch-tiny", help="scratch-tiny, a hub name or a folder"
        )
        parser.add_argument(
            "--validation-groups",
            type=int,
            help="groups of a preference file kept for validation (a tenth of them by default)",
        )
        parser.add_argument("--epochs", type=int, help="by default what suits the base model")
        parser.add_argument("--batch-size", type=int, default=32, help="rows in a step")
        parser.add_argument("--learning-rate", type=float, help="by default as for epochs")
        parser.add_argument("--max-length", type=int, help="tokens of prompt and response together")
        parser.add_argument("--seed", type=int, default=0)
        parser.add_argument("--out", type=Path, help="copy the model to this folder as well")

    def execute_work(self, **options: Any) -> dict[str, Any]:
        version, source = _source(options["source"])
        target: Path | None = options["out"]
        if target:
            refuse_occupied(target)
        run = create_run(
            dataset_version=version,
            source=source,
            base_model=options["base_model"],
            parameters={name: options[name] for name in OPTIONS if options[name] is not None},
        )
        with self.shown_progress(run):
            train_run(run_id=run.pk, fence=run.fence)
        run = Run.objects.get(pk=run.pk)
        if target:
            copy_model(run=run, target=target)
        return run_document(run, model=target)

    def summary(self, document: dict[str, Any]) -> str:
        validation = document["metrics"]["validation"]["pairwise_accuracy"]
        longer = document["metrics"]["baselines"]["longer"]
        return (
            f"Run {document['run']}: pairwise accuracy {_shown(validation)} on validation rows, "
            f"picking the longer response {_shown(longer)}; the model is in {document['model']}"
        )


def _source(text: str) -> tuple[DatasetVersion | None, Path | None]:
    """The dataset version, or the folder or file, that the argument names."""
    if text.isascii() and text.isdecimal():
        return trainable_version(int(text)), None
    path = Path(text)
    if not path.exists():
        raise BadInput(
            f"There is no folder or file {text}. Give the id of a dataset version, its folder, "
            "or a preference file with prompt, chosen and rejected."
        )
    return None, path


def _shown(estimate: dict[str, Any]) -> str:
    if estimate["value"] is None:
        return f"undefined ({estimate['undefined_because']})"
    return f"{estimate['value']:.3f}"
