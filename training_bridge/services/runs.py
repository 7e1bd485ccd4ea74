"""Asking for runs, and what may become of them."""

import shutil
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from feedback_platform.errors import BadInput, Conflict
from feedback_platform.jobs.services import create_claimed, enqueue, requeue
from feedback_platform.models import User
from quality.models import DatasetVersion
from training_bridge.models import Run


@transaction.atomic
def request_run(
    *,
    dataset_version: DatasetVersion,
    base_model: str,
    parameters: dict[str, Any],
    requested_by: User | None,
) -> Run:
    """Queue the training of a reward model on a dataset version.

    Raises:
        BadInput: the base model is not among those that may be trained from the web.
        Conflict: the version was not built to its end.
    """
    if base_model not in settings.REWARD_BASE_MODELS:
        raise BadInput(
            f"The base model {base_model!r} is not on the list of REWARD_BASE_MODELS. "
            f"Choose one of: {', '.join(settings.REWARD_BASE_MODELS)}."
        )
    if dataset_version.state != DatasetVersion.State.SUCCEEDED:
        raise Conflict("This dataset version is not finished, so nothing can be trained on it.")
    run = Run.objects.create(
        project=dataset_version.project,
        dataset_version=dataset_version,
        data_digest=dataset_version.manifest_digest,
        base_model=base_model,
        parameters=parameters,
        requested_by=requested_by,
    )
    enqueue(run)
    return run


def create_run(
    *,
    dataset_version: DatasetVersion | None,
    source: Path | None,
    base_model: str,
    parameters: dict[str, Any],
) -> Run:
    """A run that the calling command trains itself, on a version or on files from elsewhere.

    Files from elsewhere belong to no project, so their run is on no page; its row and its
    folder stay.
    """
    return create_claimed(
        Run,
        project=dataset_version.project if dataset_version else None,
        dataset_version=dataset_version,
        source=str(source.absolute()) if source else "",
        base_model=base_model,
        parameters=parameters,
    )


@transaction.atomic
def resume_run(*, run: Run) -> None:
    """Queue a run that failed or was cancelled again; it goes on from its last checkpoint.

    Raises:
        Conflict: the run is queued, running or has succeeded.
    """
    requeue(run)
    enqueue(run)


def copy_model(*, run: Run, target: Path) -> None:
    """Copy the stored model to a folder that does not exist yet, or is empty.

    Raises:
        BadInput: there is something in the folder.
    """
    refuse_occupied(target)
    shutil.copytree(run.model_folder, target, dirs_exist_ok=True)


def refuse_occupied(target: Path) -> None:
    """
    Raises:
        BadInput: a model would overwrite something in this folder.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise BadInput(f"{target} is not an empty folder. Name one that does not exist yet.")
