"""Sets of other prompts in lists, without their digests."""

from django.db.models import QuerySet

from annotation.models import Project
from quality.models import PromptSet, ReadinessAnswers


def prompt_sets_of(project: Project) -> "QuerySet[PromptSet]":
    """A project's sets, newest first, without the heavy columns; one query."""
    rows = PromptSet.objects.filter(project=project).select_related("project", "requested_by")
    return rows.defer("exact", "normalised")


def newest_answers(project: Project) -> ReadinessAnswers | None:
    """What was said last about a project's task; one query."""
    rows = ReadinessAnswers.objects.filter(project=project).select_related("answered_by")
    return rows.first()
