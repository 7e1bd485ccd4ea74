"""Taking in the prompts of another dataset: stored as digests, compared by the next report."""

from array import array
from typing import Any

import numpy as np
from django.conf import settings
from django.db import transaction

from annotation.content import Messages
from annotation.formats.problems import BadFile, BadRow
from annotation.models import Project
from annotation.services.loading import import_limits
from annotation.services.uploads import StoredFile, remove_upload, upload_path
from feedback_platform.errors import BadInput, Conflict, TooLarge
from feedback_platform.jobs.claims import Claim, claimed
from feedback_platform.jobs.services import create_claimed
from feedback_platform.models import User
from quality.formats.prompts import PromptReader, refusal
from quality.metrics.prompt_overlap import STORED, exact_digest, normalised_digest, spellings
from quality.models import PromptSet

# Digests of so many take 64 MB.
MAX_PROMPTS = 2_000_000
MAX_SETS = 20
SHOWN_REJECTS = 20
ROWS_BETWEEN_LOOKS = 1_000


@transaction.atomic
def queue_prompt_set(
    *, project: Project, file: StoredFile, column: str, requested_by: User
) -> PromptSet:
    """Store the wish to read a file of prompts; the caller enqueues its task.

    Raises:
        Conflict: the project has as many sets as are compared; the file is removed.
    """
    _refuse_too_many(project, file)
    return PromptSet.objects.create(
        project=project, requested_by=requested_by, **_fields(file, column)
    )


@transaction.atomic
def claim_prompt_set(*, project: Project, file: StoredFile, column: str) -> PromptSet:
    """The row of a command that reads the file itself.

    Raises:
        Conflict: the project has as many sets as are compared; the file is removed.
    """
    _refuse_too_many(project, file)
    return create_claimed(PromptSet, project=project, **_fields(file, column))


def import_prompts(*, prompt_set_id: int, fence: int | None = None) -> PromptSet | None:
    """Read the stored file of a row into digests; None when somebody else has the row."""
    with claimed(PromptSet, prompt_set_id, fence=fence) as claim:
        if claim is None:
            return None
        job = PromptSet.objects.get(pk=prompt_set_id)
        if not upload_path(job.stored_name).is_file():
            raise BadInput("The uploaded file is no longer on the server. Upload it again.")
        try:
            read = _read(job, claim)
        except BadFile as problem:
            raise BadInput(refusal(job.original_name, problem)) from None
        claim.publish(**read, done=read["n_prompts"], total=read["n_prompts"], message="")
    job.refresh_from_db()
    if job.state == PromptSet.State.SUCCEEDED:
        remove_upload(stored_name=job.stored_name)
    return job


def delete_prompt_set(*, prompt_set: PromptSet) -> None:
    """Forget a set; reports that were built with it keep what they say.

    Raises:
        Conflict: it is being read.
    """
    ended = [PromptSet.State.SUCCEEDED, PromptSet.State.FAILED, PromptSet.State.CANCELLED]
    gone, _ = PromptSet.objects.filter(pk=prompt_set.pk, state__in=ended).delete()
    if not gone and PromptSet.objects.filter(pk=prompt_set.pk).exists():
        raise Conflict("This file is being read. Cancel that first, then delete it.")
    remove_upload(stored_name=prompt_set.stored_name)


def _refuse_too_many(project: Project, file: StoredFile) -> None:
    # The lock makes a second upload wait, so that both cannot take the last place.
    Project.objects.select_for_update(no_key=True).get(pk=project.pk)
    if PromptSet.objects.filter(project=project).count() >= MAX_SETS:
        remove_upload(stored_name=file.stored_name)
        raise Conflict(f"A project compares {MAX_SETS} sets of prompts at most. Delete one first.")


def _fields(file: StoredFile, column: str) -> dict[str, Any]:
    return {
        "original_name": file.original_name,
        "stored_name": file.stored_name,
        "size": file.size,
        "column": column,
    }


def _read(job: PromptSet, claim: Claim) -> dict[str, Any]:
    digests = _Digests()
    rejects: list[dict[str, Any]] = []
    n_rejected = 0
    reader = PromptReader(
        upload_path(job.stored_name),
        name=job.original_name,
        column=job.column,
        limits=import_limits(),
    )
    try:
        for number, found in enumerate(reader.prompts()):
            if number % ROWS_BETWEEN_LOOKS == 0:
                claim.check()
                claim.progress(done=reader.position, total=reader.size, message="Reading prompts")
            if not isinstance(found, BadRow):
                digests.add(found)
                continue
            n_rejected += 1
            if len(rejects) < SHOWN_REJECTS:
                rejects.append(found.as_dict())
            _refuse_bad_rows(job, found, n_rejected)
    finally:
        reader.close()
    if not digests.n_prompts:
        why = f" Line {rejects[0]['line']:,}: {_reason(rejects[0])}." if rejects else ""
        raise BadInput(f"{job.original_name} has no prompt.{why}")
    return {**digests.fields(), "n_rejected": n_rejected, "rejects": rejects}


def _refuse_bad_rows(job: PromptSet, row: BadRow, n_rejected: int) -> None:
    most = settings.IMPORT_MAX_BAD_ROWS
    if n_rejected > most:
        raise BadInput(
            f"More than {most:,} rows of {job.original_name} hold no prompt "
            f"(IMPORT_MAX_BAD_ROWS), so it was given up. Line {row.line:,}: "
            f"{_reason(row.as_dict())}."
        )


def _reason(row: dict[str, Any]) -> str:
    return f"{row['field']} {row['reason']}"


class _Digests:
    """Eight octets for each digest, whatever the prompts are."""

    def __init__(self) -> None:
        self.n_prompts = 0
        self._own = array("Q")
        self._normalised = array("Q")
        self._exact = array("Q")

    def add(self, prompt: str | Messages) -> None:
        self.n_prompts += 1
        if self.n_prompts > MAX_PROMPTS:
            raise TooLarge(
                f"The file has more than {MAX_PROMPTS:,} prompts. Split it into several."
            )
        forms = spellings(prompt)
        self._own.append(normalised_digest(forms[0]))
        for form in forms:
            self._normalised.append(normalised_digest(form))
            self._exact.append(exact_digest(form))

    def fields(self) -> dict[str, Any]:
        return {
            "n_prompts": self.n_prompts,
            "n_distinct": int(np.unique(np.frombuffer(self._own, dtype=np.uint64)).size),
            "normalised": _stored(self._normalised),
            "exact": _stored(self._exact),
        }


def _stored(digests: "array[int]") -> bytes:
    return np.unique(np.frombuffer(digests, dtype=np.uint64)).astype(STORED).tobytes()
