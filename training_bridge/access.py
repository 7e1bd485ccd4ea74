"""The only road from (user, identifier) to a run."""

from django.contrib.auth.models import AnonymousUser
from django.http import Http404

from annotation.access import project_for_manager, project_for_reviewer
from annotation.models import Project
from feedback_platform.models import User
from training_bridge.models import Run


def run_for_reviewer(user: User | AnonymousUser, slug: str, run_id: int) -> Run:
    """A run of a project that the user may review, the project loaded; two queries.

    Raises:
        Http404: the user is a stranger to the project, or it has no such run.
        PermissionDenied: the member is neither reviewer nor manager.
    """
    return _run_of(project_for_reviewer(user, slug), run_id)


def run_for_manager(user: User | AnonymousUser, slug: str, run_id: int) -> Run:
    """A run of a project that the user manages, the project loaded; two queries.

    Raises:
        Http404: the user is a stranger to the project, or it has no such run.
        PermissionDenied: the member is not a manager.
    """
    return _run_of(project_for_manager(user, slug), run_id)


def _run_of(project: Project, run_id: int) -> Run:
    runs = Run.objects.select_related("dataset_version", "requested_by")
    run = runs.filter(project=project, pk=run_id).first()
    if run is None:
        raise Http404
    run.project = project
    return run
