"""What managers say about the task of a project; every answer is a row of its own."""

from annotation.models import Project
from feedback_platform.models import User
from quality.models import ReadinessAnswers


def answer_readiness(
    *,
    project: Project,
    task: str,
    metric_name: str,
    metric_value: float | None,
    answered_by: User,
) -> ReadinessAnswers:
    """Store the answers; the same ones again are the row that is there."""
    given = {"task": task, "metric_name": metric_name, "metric_value": metric_value}
    newest = ReadinessAnswers.objects.filter(project=project).first()
    if newest is not None and all(getattr(newest, name) == said for name, said in given.items()):
        return newest
    return ReadinessAnswers.objects.create(project=project, answered_by=answered_by, **given)
