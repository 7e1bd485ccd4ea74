"""The people of a project in the API: their role, pauses and caps."""

from typing import Any, ClassVar

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.access import project_for_manager
from annotation.api.fields import people_of
from annotation.models import Membership
from annotation.selectors.people import person
from annotation.services.checks import restart_checks
from annotation.services.people import (
    MAX_REASON,
    cap_member,
    change_role,
    pause_member,
    remove_member,
)
from feedback_platform.api.errors import refusals
from feedback_platform.api.pages import PageInput, page_of, page_response
from feedback_platform.api.views import ApiView

LARGEST_CAP = 2**31 - 1


class PersonOutput(serializers.Serializer[Any]):
    """Somebody who can log in to the project."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    pseudonym = serializers.CharField(help_text="Their name in exports.")
    role = serializers.ChoiceField(choices=Membership.Role.choices)
    joined_at = serializers.DateTimeField()
    paused_at = serializers.DateTimeField(allow_null=True)
    pause_reason = serializers.CharField()
    qualified_at = serializers.DateTimeField(allow_null=True)
    guidelines_number = serializers.IntegerField(help_text="Read last; 0: none.")
    cap_judgments = serializers.IntegerField(allow_null=True, help_text="Null: the project's.")
    cap_per_day = serializers.IntegerField(allow_null=True, help_text="Null: the project's.")


class WorkOfPersonOutput(serializers.Serializer[Any]):
    """What somebody has done."""

    n_judgments = serializers.IntegerField(help_text="Counted up to 10,001.")
    n_today = serializers.IntegerField()
    last_judged_at = serializers.DateTimeField(allow_null=True)
    n_gold = serializers.IntegerField()
    n_gold_correct = serializers.IntegerField()


class PersonDetailOutput(serializers.Serializer[Any]):
    """A person with what they have done."""

    person = PersonOutput(source="membership")
    work = WorkOfPersonOutput(source="*")


class PersonInput(serializers.Serializer[Any]):
    """What is to be different; the rest stays."""

    role = serializers.ChoiceField(choices=Membership.Role.choices, required=False)
    cap_judgments = serializers.IntegerField(
        min_value=0, max_value=LARGEST_CAP, allow_null=True, required=False
    )
    cap_per_day = serializers.IntegerField(
        min_value=0, max_value=LARGEST_CAP, allow_null=True, required=False
    )


class PauseInput(serializers.Serializer[Any]):
    """Why; they read it in place of the next comparison."""

    reason = serializers.CharField(max_length=MAX_REASON)


@extend_schema(tags=["People"])
class People(ApiView):
    required_scope: ClassVar = {"GET": "manage"}

    @extend_schema(
        operation_id="people_list",
        parameters=[PageInput],
        responses={200: page_of(PersonOutput), **refusals(404, 422)},
    )
    def get(self, request: Request, slug: str) -> Response:
        """The people who can log in, the newest first."""
        project = project_for_manager(request.user, slug)
        return page_response(request, people_of(project), PersonOutput)


@extend_schema(tags=["People"])
class PersonDetail(ApiView):
    required_scope: ClassVar = {"GET": "manage", "PATCH": "manage"}

    @extend_schema(operation_id="people_read", responses={200: PersonDetailOutput, **refusals(404)})
    def get(self, request: Request, slug: str, membership_id: int) -> Response:
        """One person and what they have done."""
        found = _membership(request, slug, membership_id)
        return Response(PersonDetailOutput(person(found)).data)

    @extend_schema(
        operation_id="people_update",
        request=PersonInput,
        responses={200: PersonOutput, **refusals(400, 404, 409, 413, 415, 422)},
    )
    def patch(self, request: Request, slug: str, membership_id: int) -> Response:
        """Change somebody's role or caps."""
        found = _membership(request, slug, membership_id)
        given = PersonInput(data=request.data)
        given.is_valid(raise_exception=True)
        changes = dict(given.validated_data)
        if "role" in changes:
            change_role(membership=found, role=changes.pop("role"))
        if changes:
            stored = {"cap_judgments": found.cap_judgments, "cap_per_day": found.cap_per_day}
            cap_member(membership=found, **stored | changes)
        found.refresh_from_db()
        return Response(PersonOutput(found).data)


@extend_schema(tags=["People"])
class PersonPause(ApiView):
    required_scope: ClassVar = {"POST": "manage"}

    @extend_schema(
        operation_id="people_pause",
        request=PauseInput,
        responses={204: None, **refusals(400, 404, 409, 413, 415, 422)},
    )
    def post(self, request: Request, slug: str, membership_id: int) -> Response:
        """Hand out nothing more to somebody, and tell them why."""
        found = _membership(request, slug, membership_id)
        given = PauseInput(data=request.data)
        given.is_valid(raise_exception=True)
        pause_member(membership=found, **given.validated_data)
        return Response(status=204)


@extend_schema(tags=["People"])
class PersonResume(ApiView):
    required_scope: ClassVar = {"POST": "manage"}

    @extend_schema(
        operation_id="people_resume", request=None, responses={204: None, **refusals(404, 409)}
    )
    def post(self, request: Request, slug: str, membership_id: int) -> Response:
        """End a pause, or give new tries at the qualification; checks count from here."""
        restart_checks(membership=_membership(request, slug, membership_id))
        return Response(status=204)


@extend_schema(tags=["People"])
class PersonRemove(ApiView):
    required_scope: ClassVar = {"POST": "manage"}

    @extend_schema(
        operation_id="people_remove",
        request=None,
        responses={
            204: OpenApiResponse(
                description="The project is closed to them; their judgments stay."
            ),
            **refusals(404, 409),
        },
    )
    def post(self, request: Request, slug: str, membership_id: int) -> Response:
        """Close the project to somebody."""
        remove_member(membership=_membership(request, slug, membership_id))
        return Response(status=204)


def _membership(request: Request, slug: str, membership_id: int) -> Membership:
    """Somebody who can log in to a project that the user manages."""
    project = project_for_manager(request.user, slug)
    return get_object_or_404(people_of(project), pk=membership_id)
