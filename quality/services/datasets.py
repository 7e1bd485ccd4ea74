"""Building dataset versions: immutable rows with files below VAR_DIR/datasets."""

import os
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from django.conf import settings
from django.db import transaction

from annotation.models import Project
from feedback_platform.errors import BadInput
from feedback_platform.jobs.claims import Claim, claimed
from feedback_platform.jobs.services import create_claimed
from feedback_platform.models import User
from quality.curation.curate import curate
from quality.curation.recipe import Recipe
from quality.formats.judgments import judgment_rows
from quality.formats.manifest import MANIFEST_NAME, version_manifest
from quality.formats.version import write_card_and_manifest, write_comparisons, write_judgments
from quality.models import DatasetVersion
from quality.selectors.curation import (
    adjudicated,
    comparison_keys,
    comparison_texts,
    current_judgments,
    n_steps,
)
from quality.selectors.snapshots import consistent_snapshot

# Raised when the same judgments and recipe would give other files.
CODE_VERSION = "2"
UNFINISHED = ".building-"
NOTE_EVERY = 1_000


def request_dataset(*, project: Project, recipe: Recipe, requested_by: User) -> DatasetVersion:
    """A queued version; the caller enqueues its task."""
    return DatasetVersion.objects.create(
        project=project, recipe=recipe.as_dict(), requested_by=requested_by
    )


def create_dataset(*, project: Project, recipe: Recipe) -> DatasetVersion:
    """A version that the calling command builds itself."""
    return create_claimed(DatasetVersion, project=project, recipe=recipe.as_dict())


def build_dataset(*, version_id: int, fence: int | None = None) -> None:
    """Curate a project's judgments as of now and publish the files.

    Everything is read in one snapshot and written to a folder aside. Publishing the row
    and moving the folder to its place are one transaction that only the current claim can
    finish: a killed or overtaken build leaves no half-written version.

    Raises:
        BadInput: the recipe does not fit the project.
    """
    with claimed(DatasetVersion, version_id, fence=fence) as claim:
        if claim is None:
            return
        remove_unfinished_datasets()
        version = cast(DatasetVersion, claim.job)
        folder = _datasets_folder() / f"{UNFINISHED}{version.pk}-{version.fence}"
        folder.mkdir(parents=True)
        try:
            with consistent_snapshot() as as_of:
                manifest, digest = _write_version(claim, version, folder, as_of)
            with transaction.atomic():
                claim.publish(
                    as_of=as_of,
                    code_version=CODE_VERSION,
                    manifest=manifest,
                    manifest_digest=digest,
                )
                _move_into_place(folder, version.folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def copy_dataset(*, version: DatasetVersion, target: Path) -> None:
    """Copy a version's files to a folder, the manifest last.

    Raises:
        BadInput: the folder already holds something by one of their names.
    """
    refuse_occupied(target)
    target.mkdir(parents=True, exist_ok=True)
    listed = version.manifest["files"] if version.manifest else {}
    for name in [*listed, MANIFEST_NAME]:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(version.folder / name, target / name)


def refuse_occupied(target: Path) -> None:
    """
    Raises:
        BadInput: files of a dataset version would overwrite something in this folder.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise BadInput(f"{target} is not an empty folder. Name one that does not exist yet.")


def remove_unfinished_datasets() -> int:
    """Remove what killed builds left behind; says how many folders that were.

    A folder stays while its row runs, since its worker may be writing or publishing it, and
    where no row knows it: it may belong to another database.
    """
    removed = 0
    for folder in _datasets_folder().glob("*"):
        key, _, fence = folder.name.removeprefix(UNFINISHED).partition("-")
        if not key.isdecimal() or not _is_left_over(
            int(key), fence=int(fence) if fence.isdecimal() else None
        ):
            continue
        shutil.rmtree(folder, ignore_errors=True)
        removed += 1
    return removed


def _is_left_over(key: int, *, fence: int | None) -> bool:
    """Whether nobody wants a version's folder, or the one aside of the build with this fence."""
    row = DatasetVersion.objects.filter(pk=key).only("state", "fence").first()
    if row is None:
        return False
    is_running = row.state == DatasetVersion.State.RUNNING
    if fence is None:
        return not is_running and row.state != DatasetVersion.State.SUCCEEDED
    return not (is_running and row.fence == fence)


def _datasets_folder() -> Path:
    return Path(settings.VAR_DIR) / "datasets"


def _write_version(
    claim: Claim, version: DatasetVersion, folder: Path, as_of: datetime
) -> tuple[dict[str, Any], str]:
    """Read, curate and write; returns the manifest and its digest."""
    project, recipe = version.project, Recipe.from_dict(version.recipe)
    steps = _Steps(claim, total=n_steps(project))

    keys, comparisons, conversational = comparison_keys(project)
    stored, annotators = current_judgments(
        project, comparison_keys=keys, noted=steps.begin("Reading judgments")
    )

    steps.begin("Applying the recipe")
    curation = curate(
        comparisons=comparisons,
        judgments=stored.coded,
        annotators=annotators,
        recipe=recipe,
        adjudicated=adjudicated(project, comparison_keys=keys),
    )
    files = write_comparisons(
        folder,
        curation=curation,
        texts=comparison_texts(project),
        conversational=conversational,
        noted=steps.begin("Writing comparisons"),
    )
    files |= write_judgments(
        folder,
        rows=judgment_rows(stored, curation, comparisons, annotators),
        noted=steps.begin("Writing judgments"),
    )
    manifest = version_manifest(
        version=version.pk,
        project={"slug": project.slug, "name": project.name},
        as_of=as_of.isoformat(),
        code_version=CODE_VERSION,
        recipe=recipe,
        curation=curation,
        n_judgments=len(stored.outcome),
        annotators=annotators,
        conversational=conversational,
    )
    return write_card_and_manifest(folder, manifest=manifest, files=files)


def _move_into_place(folder: Path, place: Path) -> None:
    """Rename a finished folder; what a killed predecessor moved there without publishing goes."""
    shutil.rmtree(place, ignore_errors=True)
    folder.rename(place)
    parent = os.open(place.parent, os.O_RDONLY)
    try:
        os.fsync(parent)
    finally:
        os.close(parent)


class _Steps:
    """Progress over several loops as one count."""

    def __init__(self, claim: Claim, *, total: int) -> None:
        self._claim, self._total = claim, total
        self._finished = self._current = 0

    def begin(self, message: str) -> Callable[[int], None]:
        """A new loop; returns what it calls with the number of things done so far."""
        self._finished += self._current
        self._current = 0
        self._claim.progress(done=self._finished, total=self._total, message=message)
        return self._note

    def _note(self, done: int) -> None:
        self._current = done
        if done % NOTE_EVERY == 0:
            self._claim.progress(done=self._finished + done)
