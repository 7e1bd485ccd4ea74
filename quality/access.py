"""From (user, identifier) to reports and dataset versions; others get 404 or 403."""

from django.contrib.auth.models import AnonymousUser
from django.shortcuts import get_object_or_404

from annotation.access import project_for_manager
from annotation.models import Project
from feedback_platform.models import User
from quality.models import DatasetVersion, PromptSet, QualityFlag, Report
from quality.selectors.prompt_sets import prompt_sets_of


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


def quality_flag_of_project(project: Project, quality_flag_id: int) -> QualityFlag:
    """A quality flag of a project that was fetched through access; one query.

    Raises:
        Http404: the project has no such flag.
    """
    flags = QualityFlag.objects.select_related("project", "report")
    flags = flags.defer("report__results", "report__charts")
    return get_object_or_404(flags, project=project, pk=quality_flag_id)


def report_with_figures(project: Project, report_id: int) -> Report:
    """A report that has succeeded, of a project that was fetched through access; one query.

    Raises:
        Http404: the project has no such report, or it has no figures.
    """
    reports = Report.objects.filter(state=Report.State.SUCCEEDED).defer("charts")
    return get_object_or_404(reports, project=project, pk=report_id)


def prompt_set_for_manager(user: User | AnonymousUser, slug: str, prompt_set_id: int) -> PromptSet:
    """A set of other prompts of a project that the user manages, without its digests.

    Raises:
        Http404: there is no such project or set, or the user is a stranger to it.
        PermissionDenied: the member is not a manager.
    """
    project = project_for_manager(user, slug)
    return get_object_or_404(prompt_sets_of(project), pk=prompt_set_id)
