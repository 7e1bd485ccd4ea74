"""The progress of projects as it was counted last, and what of a project is doubtful."""

from collections.abc import Sequence

from annotation.models import Project
from quality.models import ComparisonState, ProgressSnapshot

DOUBTFUL_CAP = 100


def progress_by_project(project_ids: Sequence[int]) -> dict[int, ProgressSnapshot]:
    """What was counted last of some projects; one query."""
    rows = ProgressSnapshot.objects.filter(project__in=project_ids).defer("batches")
    return {row.project_id: row for row in rows}


def n_doubtful(project: Project) -> int:
    """Complete comparisons under the confidence that the project asks for, counted to 101."""
    found = ComparisonState.objects.filter(
        project=project,
        state=ComparisonState.State.COMPLETE,
        confidence__lt=project.doubtful_below,
    )
    return found[: DOUBTFUL_CAP + 1].count()
