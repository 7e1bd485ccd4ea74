"""From (user, identifier) to reports and dataset versions; others get 404 or 403."""

from django.contrib.auth.models import AnonymousUser
from django.shortcuts import get_object_or_404

from annotation.access import project_for_manager
from annotation.models import Project
from feedback_platform.models import User
from quality.models import DatasetVersion, Report


def dataset_for_manager(user: User | AnonymousUser, slug: str, version_id: int) -> DatasetVersion:
    """A dataset version of a project that the user manages.

    Raises:
        Http404: there is no such project or version, or the user is a stranger to it.
        PermissionDenied: the member is not a manager.
    """
    project = project_for_manager(user, slug)
    versions = DatasetVersion.objects.select_related("project", "requested_by")
    return get_object_or_404(versions, project=project, pk=version_id)


def report_for_manager(user: User | AnonymousUser, slug: str, report_id: int) -> Report:
    """A report of a project that the user manages; two queries.

    Raises:
        Http404: there is no such project or report, or the user is a stranger to it.
        PermissionDenied: the member is not a manager.
    """
    return report_of_project(project_for_manager(user, slug), report_id)


def report_of_project(project: Project, report_id: int) -> Report:
    """A report of a project that was fetched through access; one query.

    Raises:
        Http404: the project has no such report.
    """
    reports = Report.objects.select_related("project", "requested_by")
    return get_object_or_404(reports, project=project, pk=report_id)
