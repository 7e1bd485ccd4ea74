"""Invitations in the API: one, a list of them, and their end."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.conf import settings
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.access import project_for_manager
from annotation.api.fields import TeamField
from annotation.formats.invitations import Invitee, read_invitees
from annotation.formats.problems import BadRow
from annotation.forms.people import MAX_LIST_BYTES
from annotation.models import Invitation, Membership
from annotation.selectors.people import open_invitations
from annotation.services.invitations import (
    RefusedInvitees,
    invite,
    invite_many,
    revoke_invitation,
)
from feedback_platform.accounts import logged_in_user
from feedback_platform.api.errors import refusals
from feedback_platform.api.pages import PageInput, page_of, page_response
from feedback_platform.api.views import ApiView

SHOWN_PROBLEMS = 100


class InvitationInput(serializers.Serializer[Any]):
    """Whom to let in, as what."""

    role = serializers.ChoiceField(choices=Membership.Role.choices)
    label = serializers.CharField(  # type: ignore[assignment]
        max_length=150, allow_blank=True, default="", help_text="Who is meant; for you alone."
    )
    team = TeamField(required=False, allow_null=True)


class InvitationOutput(serializers.Serializer[Any]):
    """A link that lets one person in; nobody has used it yet."""

    id = serializers.IntegerField()
    role = serializers.ChoiceField(choices=Membership.Role.choices)
    label = serializers.CharField()  # type: ignore[assignment]
    team = serializers.CharField(source="team.name", allow_null=True, default=None)
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()


class NewInvitationOutput(InvitationOutput):
    """The invitation with its link, which is told here and never again."""

    link = serializers.CharField()


class InvitationListInput(serializers.Serializer[Any]):
    """People as CSV: a column `name` or `email`, and if wanted `label`, `role` and `team`."""

    csv = serializers.CharField(max_length=MAX_LIST_BYTES, trim_whitespace=False)

    def validate_csv(self, text: str) -> list[Invitee]:
        invitees, problems = read_invitees(text)
        if problems:
            raise serializers.ValidationError(messages_of(problems))
        return invitees


class InvitedOutput(serializers.Serializer[Any]):
    """An invitation for each person, in the order of the list."""

    results = NewInvitationOutput(many=True)


@extend_schema(tags=["People"])
class Invitations(ApiView):
    required_scope: ClassVar = {"GET": "manage", "POST": "manage"}

    @extend_schema(
        operation_id="invitations_list",
        parameters=[PageInput],
        responses={200: page_of(InvitationOutput), **refusals(404, 422)},
    )
    def get(self, request: Request, slug: str) -> Response:
        """The open invitations, the newest first."""
        project = project_for_manager(request.user, slug)
        return page_response(request, open_invitations(project), InvitationOutput)

    @extend_schema(
        operation_id="invitations_create",
        request=InvitationInput,
        responses={201: NewInvitationOutput, **refusals(400, 404, 413, 415, 422)},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Make a link that lets one person in and ends after seven days."""
        project = project_for_manager(request.user, slug)
        given = InvitationInput(data=request.data, context={"project": project})
        given.is_valid(raise_exception=True)
        invitation, token = invite(
            project=project, created_by=logged_in_user(request), **given.validated_data
        )
        return Response(_with_link(invitation, token), status=201)


@extend_schema(tags=["People"])
class InvitationList(ApiView):
    required_scope: ClassVar = {"POST": "manage"}

    @extend_schema(
        operation_id="invitations_create_list",
        request=InvitationListInput,
        responses={201: InvitedOutput, **refusals(400, 404, 413, 415, 422)},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Invite up to 1,000 people of a list; a bad row is named, and nobody is invited."""
        project = project_for_manager(request.user, slug)
        given = InvitationListInput(data=request.data)
        given.is_valid(raise_exception=True)
        try:
            made = invite_many(
                project=project,
                invitees=given.validated_data["csv"],
                created_by=logged_in_user(request),
            )
        except RefusedInvitees as refusal:
            problems = {"csv": messages_of(refusal.problems)}
            raise serializers.ValidationError(problems) from refusal
        found = [_with_link(invitation, token) for invitation, token in made]
        return Response({"results": found}, status=201)


@extend_schema(tags=["People"])
class InvitationRevoke(ApiView):
    required_scope: ClassVar = {"POST": "manage"}

    @extend_schema(
        operation_id="invitations_revoke",
        request=None,
        responses={204: None, **refusals(404, 409)},
    )
    def post(self, request: Request, slug: str, invitation_id: int) -> Response:
        """Withdraw an invitation."""
        project = project_for_manager(request.user, slug)
        invitation = get_object_or_404(Invitation, pk=invitation_id, project=project)
        revoke_invitation(invitation=invitation)
        return Response(status=204)


def messages_of(problems: Sequence[BadRow]) -> list[str]:
    """What is wrong with a list of people, row by row."""
    return [f"line {one.line}: {one.field} {one.reason}" for one in problems[:SHOWN_PROBLEMS]]


def _with_link(invitation: Invitation, token: str) -> dict[str, Any]:
    link = settings.PUBLIC_URL + reverse("annotation:invitation", args=[token])
    return {**InvitationOutput(invitation).data, "link": link}
