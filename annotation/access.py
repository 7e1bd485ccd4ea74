"""The only road from (user, identifier) to an object: strangers get 404, the unentitled 403."""

from typing import Any, TypeVar
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from annotation.models import (
    Adjudication,
    Appeal,
    Assignment,
    Audit,
    Comparison,
    Exclusion,
    Flag,
    Judgment,
    Membership,
    Project,
    SentBack,
)
from annotation.selectors.assignments import assignment_of_user
from feedback_platform.models import User

Row = TypeVar("Row", bound=Model)


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


def membership_for_reviewer(user: User | AnonymousUser, slug: str) -> Membership:
    """
    Raises:
        PermissionDenied: the member is neither reviewer nor manager.
    """
    membership = membership_of(user, slug)
    if not membership.may_review:
        raise PermissionDenied("Only reviewers and managers of this project may see this page.")
    return membership


def project_for_reviewer(user: User | AnonymousUser, slug: str) -> Project:
    return membership_for_reviewer(user, slug).project


def membership_for_manager(user: User | AnonymousUser, slug: str) -> Membership:
    """
    Raises:
        PermissionDenied: the member is not a manager.
    """
    membership = membership_of(user, slug)
    if not membership.is_manager:
        raise PermissionDenied("Only managers of this project may do this.")
    return membership


def project_for_manager(user: User | AnonymousUser, slug: str) -> Project:
    return membership_for_manager(user, slug).project


def assignment_for_annotator(
    user: User | AnonymousUser, slug: str, assignment_id: UUID
) -> Assignment:
    """The user's own assignment, with membership and project loaded; one query.

    Raises:
        Http404: it is not theirs, or they are no longer a member.
    """
    assignment = own_assignment(user, assignment_id)
    if assignment.annotator.project.slug != slug:
        raise Http404
    return assignment


def own_assignment(user: User | AnonymousUser, assignment_id: UUID) -> Assignment:
    """The same where the address names no project; one query.

    Raises:
        Http404: it is not theirs, or they are no longer a member.
    """
    if not user.is_authenticated:
        raise Http404
    assignment = assignment_of_user(user.pk, assignment_id)
    if assignment is None:
        raise Http404
    return assignment


def judgment_for_annotator(user: User | AnonymousUser, slug: str, judgment_id: int) -> Judgment:
    """The user's own judgment, with membership, project and comparison loaded; one query.

    Raises:
        Http404: it is not theirs, or they are no longer a member.
    """
    judgment = (
        Judgment.objects.select_related("annotator__project", "comparison__rendered")
        .filter(pk=judgment_id, **_own(user, slug))
        .first()
    )
    if judgment is None:
        raise Http404
    return judgment


def comparison_for_reviewer(
    user: User | AnonymousUser, slug: str, comparison_id: int
) -> tuple[Membership, Comparison]:
    """A comparison of a project that the user reviews, and their membership; two queries."""
    membership = membership_for_reviewer(user, slug)
    comparisons = Comparison.objects.select_related("project", "rendered")
    return membership, _of_project(comparisons, membership, comparison_id)


def judgment_for_reviewer(user: User | AnonymousUser, slug: str, judgment_id: int) -> Judgment:
    """A judgment of a project that the user reviews; two queries."""
    membership = membership_for_reviewer(user, slug)
    return _of_project(Judgment.objects.select_related("annotator"), membership, judgment_id)


def judgment_for_manager(user: User | AnonymousUser, slug: str, judgment_id: int) -> Judgment:
    """A judgment of a project that the user manages; two queries."""
    project = project_for_manager(user, slug)
    return get_object_or_404(Judgment, project=project, pk=judgment_id)


def adjudication_for_reviewer(
    user: User | AnonymousUser, slug: str, adjudication_id: int
) -> Adjudication:
    membership = membership_for_reviewer(user, slug)
    decisions = Adjudication.objects.select_related("comparison")
    return _of_project(decisions, membership, adjudication_id)


def audit_for_reviewer(
    user: User | AnonymousUser, slug: str, audit_id: int
) -> tuple[Membership, Audit]:
    membership = membership_for_reviewer(user, slug)
    audits = Audit.objects.select_related(
        "judgment__annotator__project", "judgment__comparison__rendered", "person"
    )
    return membership, _of_project(audits, membership, audit_id)


def flag_for_reviewer(
    user: User | AnonymousUser, slug: str, flag_id: int
) -> tuple[Membership, Flag]:
    membership = membership_for_reviewer(user, slug)
    return membership, _of_project(Flag.objects.all(), membership, flag_id)


def appeal_for_manager(
    user: User | AnonymousUser, slug: str, appeal_id: int
) -> tuple[Membership, Appeal]:
    membership = membership_for_manager(user, slug)
    appeals = Appeal.objects.select_related("project", "exclusion")
    return membership, _of_project(appeals, membership, appeal_id)


def sent_back_for_author(user: User | AnonymousUser, slug: str, sent_back_id: int) -> SentBack:
    """A judgment of the user's own that came back to them; two queries."""
    membership = membership_of(user, slug)
    rows = SentBack.objects.select_related("judgment")
    return get_object_or_404(rows, membership=membership, pk=sent_back_id)


def exclusion_for_author(user: User | AnonymousUser, slug: str, exclusion_id: int) -> Exclusion:
    """What leaves out a judgment of the user's own; two queries."""
    membership = membership_of(user, slug)
    rows = Exclusion.objects.select_related("judgment")
    return get_object_or_404(rows, judgment__annotator=membership, pk=exclusion_id)


def _of_project(rows: "QuerySet[Row]", membership: Membership, key: int) -> Row:
    return get_object_or_404(rows, project=membership.project_id, pk=key)


def _own(user: User | AnonymousUser, slug: str) -> dict[str, Any]:
    if not user.is_authenticated:
        raise Http404
    return {
        "annotator__user": user,
        "annotator__project__slug": slug,
        "annotator__is_active": True,
    }
