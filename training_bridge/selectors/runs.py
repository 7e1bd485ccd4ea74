"""Runs as they are listed, shown and answered."""

from pathlib import Path
from typing import Any

from django.db.models import QuerySet

from annotation.models import Project
from feedback_platform.errors import BadInput
from quality.models import DatasetVersion
from training_bridge.models import Run, RunStep

PAGE = 50


def runs_of(project: Project) -> QuerySet[Run]:
    """A project's runs, newest first."""
    found = Run.objects.filter(project=project).select_related("dataset_version", "requested_by")
    return found.order_by("-pk")


def page_of_runs(project: Project, *, before: int | None = None) -> list[Run]:
    """A page of a project's runs, newest first, and one more if there is a next page."""
    found = runs_of(project)
    if before is not None:
        found = found.filter(pk__lt=before)
    return list(found[: PAGE + 1])


def trainable_versions(project: Project) -> QuerySet[DatasetVersion]:
    """The dataset versions that a run can start from, newest first."""
    return DatasetVersion.objects.filter(
        project=project, state=DatasetVersion.State.SUCCEEDED
    ).order_by("-pk")


def trainable_version(version_id: int) -> DatasetVersion:
    """
    Raises:
        BadInput: there is no such version, or it was not built to its end.
    """
    version = DatasetVersion.objects.select_related("project").filter(pk=version_id).first()
    if version is None:
        raise BadInput(f"There is no dataset version {version_id}.")
    if version.state != DatasetVersion.State.SUCCEEDED:
        raise BadInput(f"Dataset version {version_id} is {version.state}; train on a finished one.")
    return version


def steps_of(run: Run) -> list[RunStep]:
    """What the run reported, in the order of its steps."""
    return list(run.steps.order_by("step"))


def latest_steps(run: Run, *, most: int = 50) -> list[RunStep]:
    """The last steps that the run reported, in their order."""
    return list(run.steps.order_by("-step")[:most])[::-1]


def model_files(run: Run) -> list[tuple[str, int]]:
    """Name and size of each file of the stored model; empty before there is one."""
    if run.state != Run.State.SUCCEEDED or not run.model_folder.is_dir():
        return []
    found = [path for path in run.model_folder.iterdir() if path.is_file()]
    return sorted((path.name, path.stat().st_size) for path in found)


def run_document(run: Run, *, model: Path | None = None) -> dict[str, Any]:
    """What commands and the API answer about a succeeded run."""
    record = run.record or {}
    return {
        "run": run.pk,
        "model": str(model or run.model_folder),
        "metrics": run.metrics,
        "pairs_per_second": record["pairs_per_second"],
        "base_model": run.base_model,
        "data_digest": run.data_digest,
        "dataset_version": run.dataset_version_id,
        "parameters": record["parameters"],
        "counts": record["counts"],
        "truncation": record["truncation"],
        "validation_groups": record["validation_groups"],
    }
