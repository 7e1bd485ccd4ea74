"""Teams in the API, and comparisons that are for some people alone."""

from typing import Any, ClassVar

from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.access import project_for_manager
from annotation.api.fields import PersonField, TeamField, people_of
from annotation.api.people import PersonOutput
from annotation.models import Membership, Team
from annotation.selectors.teams import teams_of
from annotation.services.teams import (
    MAX_ASSIGNED,
    add_to_team,
    assign_comparisons,
    create_team,
    remove_from_team,
    remove_team,
    rename_team,
    team_of_person,
)
from feedback_platform.api.errors import refusals
from feedback_platform.api.pages import LARGEST_KEY, PageInput, page_of, page_response
from feedback_platform.api.views import ApiView

MOST_PEOPLE = 200


class TeamInput(serializers.Serializer[Any]):
    """The name of a team."""

    name = serializers.CharField(max_length=150)


class TeamOutput(serializers.Serializer[Any]):
    """People who get comparisons of their own."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    created_at = serializers.DateTimeField()


class MembersInput(serializers.Serializer[Any]):
    """People by their ids."""

    people = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=LARGEST_KEY),
        min_length=1,
        max_length=MOST_PEOPLE,
    )

    def validate_people(self, ids: list[int]) -> list[Membership]:
        """One query for all of them."""
        rows = list(people_of(self.context["project"]).filter(pk__in=ids))
        unknown = set(ids) - {row.pk for row in rows}
        if unknown:
            raise serializers.ValidationError(f"There is no person with the id {min(unknown)}.")
        return rows


class AddedOutput(serializers.Serializer[Any]):
    """How many were not in the team before."""

    n_added = serializers.IntegerField()


class AssignInput(serializers.Serializer[Any]):
    """Comparisons, and whom they are for: a team, a person, or (neither) everybody."""

    external_ids = serializers.ListField(
        child=serializers.CharField(max_length=200), min_length=1, max_length=MAX_ASSIGNED
    )
    team = TeamField(required=False, allow_null=True, default=None)
    person = PersonField(required=False, allow_null=True, default=None)

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        if given["team"] and given["person"]:
            raise serializers.ValidationError("Name a team or a person, not both.")
        return given


class AssignedOutput(serializers.Serializer[Any]):
    """How many comparisons were given, and what became of their free seats."""

    n_comparisons = serializers.IntegerField()
    n_added = serializers.IntegerField()
    n_withdrawn = serializers.IntegerField()
    n_changed = serializers.IntegerField()


@extend_schema(tags=["Teams"])
class Teams(ApiView):
    required_scope: ClassVar = {"GET": "manage", "POST": "manage"}

    @extend_schema(
        operation_id="teams_list",
        parameters=[PageInput],
        responses={200: page_of(TeamOutput), **refusals(404, 422)},
    )
    def get(self, request: Request, slug: str) -> Response:
        """The teams of a project, the newest first."""
        return page_response(request, teams_of(project_for_manager(request.user, slug)), TeamOutput)

    @extend_schema(
        operation_id="teams_create",
        request=TeamInput,
        responses={201: TeamOutput, **refusals(400, 404, 409, 413, 415, 422)},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Make a team with nobody in it."""
        project = project_for_manager(request.user, slug)
        given = TeamInput(data=request.data)
        given.is_valid(raise_exception=True)
        team = create_team(project=project, **given.validated_data)
        place = reverse("api-team", args=[slug, team.pk])
        return Response(TeamOutput(team).data, status=201, headers={"Location": place})


@extend_schema(tags=["Teams"])
class TeamDetail(ApiView):
    required_scope: ClassVar = {"GET": "manage", "PATCH": "manage"}

    @extend_schema(operation_id="teams_read", responses={200: TeamOutput, **refusals(404)})
    def get(self, request: Request, slug: str, team_id: int) -> Response:
        """One team."""
        return Response(TeamOutput(_team(request, slug, team_id)).data)

    @extend_schema(
        operation_id="teams_rename",
        request=TeamInput,
        responses={200: TeamOutput, **refusals(400, 404, 409, 413, 415, 422)},
    )
    def patch(self, request: Request, slug: str, team_id: int) -> Response:
        """Give a team another name."""
        team = _team(request, slug, team_id)
        given = TeamInput(data=request.data)
        given.is_valid(raise_exception=True)
        rename_team(team=team, **given.validated_data)
        team.refresh_from_db()
        return Response(TeamOutput(team).data)


@extend_schema(tags=["Teams"])
class TeamRemove(ApiView):
    required_scope: ClassVar = {"POST": "manage"}

    @extend_schema(
        operation_id="teams_remove",
        request=None,
        responses={
            204: OpenApiResponse(description="Judgments made for it stay."),
            **refusals(404, 409),
        },
    )
    def post(self, request: Request, slug: str, team_id: int) -> Response:
        """Remove a team for which there is nothing to do."""
        remove_team(team=_team(request, slug, team_id))
        return Response(status=204)


@extend_schema(tags=["Teams"])
class TeamMembers(ApiView):
    required_scope: ClassVar = {"GET": "manage", "POST": "manage"}

    @extend_schema(
        operation_id="teams_members",
        parameters=[PageInput],
        responses={200: page_of(PersonOutput), **refusals(404, 422)},
    )
    def get(self, request: Request, slug: str, team_id: int) -> Response:
        """The people of a team, the newest in the project first."""
        team = _team(request, slug, team_id)
        rows = Membership.objects.filter(teams__team=team, is_active=True)
        return page_response(request, rows, PersonOutput)

    @extend_schema(
        operation_id="teams_add_members",
        request=MembersInput,
        responses={200: AddedOutput, **refusals(400, 404, 413, 415, 422)},
    )
    def post(self, request: Request, slug: str, team_id: int) -> Response:
        """Put people into a team; who is in it stays."""
        team = _team(request, slug, team_id)
        given = MembersInput(data=request.data, context={"project": team.project})
        given.is_valid(raise_exception=True)
        n_added = add_to_team(team=team, memberships=given.validated_data["people"])
        return Response(AddedOutput({"n_added": n_added}).data)


@extend_schema(tags=["Teams"])
class TeamMemberRemove(ApiView):
    required_scope: ClassVar = {"POST": "manage"}

    @extend_schema(
        operation_id="teams_remove_member",
        request=None,
        responses={
            204: OpenApiResponse(description="What they hold of its comparisons stays theirs."),
            **refusals(404),
        },
    )
    def post(self, request: Request, slug: str, team_id: int, membership_id: int) -> Response:
        """Take somebody out of a team."""
        team = _team(request, slug, team_id)
        membership = get_object_or_404(Membership, pk=membership_id, teams__team=team)
        remove_from_team(team=team, membership=membership)
        return Response(status=204)


@extend_schema(tags=["Teams"])
class ComparisonsAssign(ApiView):
    required_scope: ClassVar = {"POST": "manage"}

    @extend_schema(
        operation_id="comparisons_assign",
        request=AssignInput,
        responses={200: AssignedOutput, **refusals(400, 404, 413, 415, 422)},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Give comparisons to a team, to one person, or back to everybody."""
        project = project_for_manager(request.user, slug)
        given = AssignInput(data=request.data, context={"project": project})
        given.is_valid(raise_exception=True)
        team, person = given.validated_data["team"], given.validated_data["person"]
        if person is not None:
            team = team_of_person(membership=person)
        n_comparisons, arranged = assign_comparisons(
            project=project, external_ids=given.validated_data["external_ids"], team=team
        )
        found = {"n_comparisons": n_comparisons, **arranged._asdict()}
        return Response(AssignedOutput(found).data)


def _team(request: Request, slug: str, team_id: int) -> Team:
    project = project_for_manager(request.user, slug)
    return get_object_or_404(teams_of(project).select_related("project"), pk=team_id)
