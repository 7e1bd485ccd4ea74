"""The only road from (user, identifier) to an object: strangers get 404, the unentitled 403."""

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404

from annotation.models import Membership, Project
from feedback_platform.models import User


def membership_of(user: User | AnonymousUser, slug: str) -> Membership:
    """The user's active membership in a project, with the project loaded; one query.

    Raises:
        Http404: there is no such project, or the user is a stranger to it.
    """
    if not user.is_authenticated:
        raise Http404
    membership = (
        Membership.objects.select_related("project")
        .filter(project__slug=slug, user=user, is_active=True)
        .first()
    )
    if membership is None:
        raise Http404
    return membership


def project_for_member(user: User | AnonymousUser, slug: str) -> Project:
    return membership_of(user, slug).project


def project_for_annotator(user: User | AnonymousUser, slug: str) -> Project:
    """Every member may judge; reviewers and managers as well."""
    return membership_of(user, slug).project


def project_for_reviewer(user: User | AnonymousUser, slug: str) -> Project:
    """
    Raises:
        PermissionDenied: the member is neither reviewer nor manager.
    """
    membership = membership_of(user, slug)
    if not membership.may_review:
        raise PermissionDenied("Only reviewers and managers of this project may see this page.")
    return membership.project


def project_for_manager(user: User | AnonymousUser, slug: str) -> Project:
    """
    Raises:
        PermissionDenied: the member is not a manager.
    """
    membership = membership_of(user, slug)
    if not membership.is_manager:
        raise PermissionDenied("Only managers of this project may do this.")
    return membership.project
