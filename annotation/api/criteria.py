"""Criteria in the API: what is asked beside the preference."""

from typing import Any, ClassVar

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.access import membership_of, project_for_manager
from annotation.api.shown import AskedCriterionOutput
from annotation.models import Criterion
from annotation.project_templates import PROJECT_TEMPLATES, criterion_sets
from annotation.selectors.criteria import criteria_of
from annotation.services.criteria import (
    add_criterion,
    add_presets,
    move_criterion,
    restore_criterion,
    retire_criterion,
    update_criterion,
)
from feedback_platform.api.errors import refusals
from feedback_platform.api.views import ApiView


class CriterionOutput(AskedCriterionOutput):
    """A criterion; a retired one is not asked for any more."""

    id = serializers.IntegerField()
    is_retired = serializers.BooleanField()


class CriteriaOutput(serializers.Serializer[Any]):
    """All criteria of a project."""

    results = CriterionOutput(many=True)


class CriterionChangeInput(serializers.Serializer[Any]):
    """What is to be different; the rest stays. Kind and range are fixed by the first judgment."""

    name = serializers.CharField(max_length=80, required=False)
    help = serializers.CharField(max_length=300, allow_blank=True, required=False)
    kind = serializers.ChoiceField(choices=Criterion.Kind.choices, required=False)
    low = serializers.IntegerField(min_value=-100, max_value=100, required=False)
    high = serializers.IntegerField(min_value=-100, max_value=100, required=False)
    low_label = serializers.CharField(max_length=60, allow_blank=True, required=False)
    high_label = serializers.CharField(max_length=60, allow_blank=True, required=False)
    is_required = serializers.BooleanField(required=False)


class CriterionInput(CriterionChangeInput):
    """One more criterion; its key is made from the name."""

    name = serializers.CharField(max_length=80)


class CriterionUpdateInput(CriterionChangeInput):
    """What is to be different; ``is_retired`` ends the asking, or starts it again."""

    is_retired = serializers.BooleanField(required=False)


class PresetInput(serializers.Serializer[Any]):
    """Criteria that belong together."""

    preset = serializers.ChoiceField(choices=[(one.key, one.name) for one in criterion_sets()])


class MoveInput(serializers.Serializer[Any]):
    """Where a criterion goes."""

    direction = serializers.ChoiceField(choices=["earlier", "later"])


@extend_schema(tags=["Criteria"])
class Criteria(ApiView):
    required_scope: ClassVar = {"GET": "any", "POST": "manage"}

    @extend_schema(operation_id="criteria_list", responses={200: CriteriaOutput, **refusals(404)})
    def get(self, request: Request, slug: str) -> Response:
        """The criteria of a project in the order in which they are asked, retired ones last."""
        rows = criteria_of(membership_of(request.user, slug).project)
        return Response(CriteriaOutput({"results": rows}).data)

    @extend_schema(
        operation_id="criteria_create",
        request=CriterionInput,
        responses={201: CriterionOutput, **refusals(400, 404, 409, 413, 415, 422)},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Ask for one more criterion, after the others."""
        project = project_for_manager(request.user, slug)
        given = CriterionInput(data=request.data)
        given.is_valid(raise_exception=True)
        added = add_criterion(project=project, **given.validated_data)
        return Response(CriterionOutput(added).data, status=201)


@extend_schema(tags=["Criteria"])
class CriteriaPresets(ApiView):
    required_scope: ClassVar = {"POST": "manage"}

    @extend_schema(
        operation_id="criteria_add_presets",
        request=PresetInput,
        responses={200: CriteriaOutput, **refusals(400, 404, 409, 413, 415, 422)},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Ask for the criteria of a template, after the others; those that are there stay."""
        project = project_for_manager(request.user, slug)
        given = PresetInput(data=request.data)
        given.is_valid(raise_exception=True)
        template = PROJECT_TEMPLATES[given.validated_data["preset"]]
        add_presets(project=project, presets=template.criteria)
        return Response(CriteriaOutput({"results": criteria_of(project)}).data)


@extend_schema(tags=["Criteria"])
class CriterionMove(ApiView):
    required_scope: ClassVar = {"POST": "manage"}

    @extend_schema(
        operation_id="criteria_move",
        request=MoveInput,
        responses={200: CriteriaOutput, **refusals(400, 404, 413, 415, 422)},
    )
    def post(self, request: Request, slug: str, criterion_id: int) -> Response:
        """Swap places with the neighbour; at the end of the list nothing happens."""
        criterion = _criterion(request, slug, criterion_id)
        given = MoveInput(data=request.data)
        given.is_valid(raise_exception=True)
        earlier = given.validated_data["direction"] == "earlier"
        move_criterion(criterion=criterion, earlier=earlier)
        return Response(CriteriaOutput({"results": criteria_of(criterion.project)}).data)


@extend_schema(tags=["Criteria"])
class CriterionDetail(ApiView):
    required_scope: ClassVar = {"PATCH": "manage"}

    @extend_schema(
        operation_id="criteria_update",
        request=CriterionUpdateInput,
        responses={200: CriterionOutput, **refusals(400, 404, 409, 413, 415, 422)},
    )
    def patch(self, request: Request, slug: str, criterion_id: int) -> Response:
        """Change a criterion, retire it, or ask for it again; earlier answers stay."""
        criterion = _criterion(request, slug, criterion_id)
        given = CriterionUpdateInput(data=request.data)
        given.is_valid(raise_exception=True)
        changes = dict(given.validated_data)
        retires = changes.pop("is_retired", None)
        update_criterion(criterion=criterion, **changes)
        if retires is not None:
            (retire_criterion if retires else restore_criterion)(criterion=criterion)
        criterion.refresh_from_db()
        return Response(CriterionOutput(criterion).data)


def _criterion(request: Request, slug: str, criterion_id: int) -> Criterion:
    project = project_for_manager(request.user, slug)
    rows = Criterion.objects.select_related("project")
    return get_object_or_404(rows, pk=criterion_id, project=project)
