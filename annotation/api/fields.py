"""Fields that name something of the project: a stranger's id is as wrong as one that is not."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from annotation.models import Batch, Comparison, Membership, Project
from annotation.selectors.teams import teams_of


def people_of(project: Project) -> "QuerySet[Membership]":
    """Those who can log in."""
    rows = Membership.objects.filter(project=project, is_active=True, user__isnull=False)
    return rows.select_related("project")


class _OfProject(serializers.Field[Any, Any, Any, Any]):
    """A row of the project that the serializer's context names, by its id."""

    default_error_messages = {"unknown": "There is no {what} with the id {number}."}
    what = ""

    def to_internal_value(self, data: Any) -> Any:
        project: Project = self.context["project"]
        found = None
        if isinstance(data, int) and not isinstance(data, bool) and 0 < data < 2**63:
            found = self.rows(project).filter(pk=data).first()
        if found is None:
            self.fail("unknown", what=self.what, number=str(data)[:40])
        return found

    def rows(self, project: Project) -> Any:
        raise NotImplementedError


@extend_schema_field(serializers.IntegerField())
class TeamField(_OfProject):
    what = "team"

    def rows(self, project: Project) -> Any:
        return teams_of(project)


@extend_schema_field(serializers.IntegerField())
class PersonField(_OfProject):
    what = "person"

    def rows(self, project: Project) -> Any:
        return people_of(project)


@extend_schema_field(serializers.IntegerField())
class ComparisonField(_OfProject):
    what = "comparison"

    def rows(self, project: Project) -> Any:
        return Comparison.objects.filter(project=project).select_related("project")


@extend_schema_field(serializers.IntegerField())
class BatchField(_OfProject):
    what = "batch"

    def rows(self, project: Project) -> Any:
        return Batch.objects.filter(project=project).select_related("project")
