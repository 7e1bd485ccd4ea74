"""Importing files: queue, run, check, and take back what a refused command left."""

from dataclasses import asdict
from typing import Any

from django.db import transaction

from annotation.models import Import, Project
from annotation.services.loading import ImportOptions, Loaded, load_file
from annotation.services.rejects import RejectedRows, Rejects
from annotation.services.uploads import (
    StoredFile,
    rejects_path,
    remove_upload,
    upload_path,
)
from feedback_platform.errors import BadInput
from feedback_platform.jobs.claims import Claim, claimed
from feedback_platform.jobs.services import create_claimed
from feedback_platform.models import User

# Bad rows kept with the import; all of them are in its rejects file.
SHOWN_REJECTS = 50


class _Unwatched:
    """A check has no row to note its progress on, and nobody to cancel it."""

    def progress(
        self, *, done: int | None = None, total: int | None = None, message: str | None = None
    ) -> None:
        pass

    def check(self) -> None:
        pass


def queue_import(
    *,
    project: Project,
    file: StoredFile,
    options: ImportOptions,
    check_only: bool,
    requested_by: User,
) -> Import:
    """Store the wish to import a file; the caller enqueues its task."""
    fields = _fields(project, file, options)
    return Import.objects.create(check_only=check_only, requested_by=requested_by, **fields)


def claim_import(*, project: Project, file: StoredFile, options: ImportOptions) -> Import:
    """The row of a command that imports the file itself."""
    return create_claimed(Import, **_fields(project, file, options))


def import_file(*, import_id: int, fence: int | None = None) -> Import | None:
    """Import the stored file of a row; None when somebody else has the row.

    Everything goes in with one transaction or not at all. Bad rows are kept with the row
    whether the import succeeds without them or fails because of them.
    """
    with claimed(Import, import_id, fence=fence) as claim:
        if claim is None:
            return None
        job = Import.objects.select_related("project").get(pk=import_id)
        try:
            _import(job, claim)
        except RejectedRows as refusal:
            found = _keep_rejects(job, refusal.rejects)
            Import.objects.filter(pk=job.pk, fence=claim.job.fence).update(**found)
            # The same bytes would be refused again.
            remove_upload(stored_name=job.stored_name)
            raise
    job = Import.objects.get(pk=import_id)
    if job.state == Import.State.SUCCEEDED:
        remove_upload(stored_name=job.stored_name)
    return job


def check_file(*, project: Project, file: StoredFile, options: ImportOptions) -> Loaded:
    """What importing the file would add; nothing is stored.

    Raises:
        RejectedRows: the file could not be imported.
    """
    with transaction.atomic():
        loaded = load_file(
            project=project,
            path=file.path,
            name=file.original_name,
            options=options,
            watcher=_Unwatched(),
        )
        transaction.set_rollback(True)
    return loaded


def earlier_import(*, project: Project, digest: str) -> Import | None:
    """The import that brought this very file into the project."""
    same = Import.objects.filter(project=project, digest=digest, check_only=False)
    succeeded = same.filter(state=Import.State.SUCCEEDED)
    return succeeded.exclude(n_comparisons=0, n_judgments=0).first()


def discard_import(*, job: Import) -> None:
    """Remove an import that stored nothing, as if its command had never been run."""
    Import.objects.filter(pk=job.pk, n_comparisons=0, n_judgments=0).delete()
    remove_upload(stored_name=job.stored_name)


def _import(job: Import, claim: Claim) -> None:
    if not upload_path(job.stored_name).is_file():
        raise BadInput("The uploaded file is no longer on the server. Upload it again.")
    earlier = earlier_import(project=job.project, digest=job.digest)
    if earlier is not None:
        _publish_repeat(claim, earlier)
        return
    with transaction.atomic():
        loaded = load_file(
            project=job.project,
            path=upload_path(job.stored_name),
            name=job.original_name,
            options=ImportOptions(**job.options),
            watcher=claim,
            imported_from=job,
        )
        if job.check_only:
            transaction.set_rollback(True)
        else:
            _publish(job, claim, loaded)
    if job.check_only:
        _publish(job, claim, loaded)


def _publish(job: Import, claim: Claim, loaded: Loaded) -> None:
    claim.publish(
        detected_format=loaded.format,
        n_comparisons=loaded.n_comparisons,
        n_judgments=loaded.n_judgments,
        n_duplicates=loaded.n_duplicates,
        strength_maximum=loaded.strength_maximum,
        done=loaded.n_good,
        total=loaded.n_good,
        message="",
        **_keep_rejects(job, loaded.rejects),
    )


def _publish_repeat(claim: Claim, earlier: Import) -> None:
    """The same file again changes nothing: its good rows are all there."""
    claim.publish(
        detected_format=earlier.detected_format,
        n_duplicates=earlier.total,
        strength_maximum=earlier.strength_maximum,
        done=earlier.total,
        total=earlier.total,
        message=f"The same file as import {earlier.pk}",
    )


def _keep_rejects(job: Import, rejects: Rejects) -> dict[str, Any]:
    """Write the rejects file; the fields of the row that tell of it."""
    if not len(rejects):
        return {"n_rejected": 0, "rejects": [], "rejects_name": ""}
    name = f"import-{job.pk}.jsonl"
    rejects.write(rejects_path(name))
    shown = rejects.as_dicts()[:SHOWN_REJECTS]
    return {"n_rejected": len(rejects), "rejects": shown, "rejects_name": name}


def _fields(project: Project, file: StoredFile, options: ImportOptions) -> dict[str, Any]:
    return {
        "project": project,
        "original_name": file.original_name,
        "stored_name": file.stored_name,
        "digest": file.digest,
        "size": file.size,
        "options": asdict(options),
    }
