"""Projects in the API."""

from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from annotation.access import membership_of
from annotation.forms.projects import RESERVED_SLUGS
from annotation.forms.remarks import skip_reasons
from annotation.models import Membership, Project
from annotation.project_templates import PROJECT_TEMPLATES
from annotation.selectors.guidelines import guidelines_text
from annotation.services.projects import create_project
from feedback_platform.accounts import logged_in_user
from feedback_platform.api.errors import refusals
from feedback_platform.api.pages import PageInput, page_of, page_response
from feedback_platform.api.views import ApiView


class ProjectInput(serializers.Serializer[Any]):
    """A new project. What judgments are made under cannot change after the first one."""

    slug = serializers.SlugField(max_length=60, help_text="Its short name in addresses.")
    name = serializers.CharField(max_length=120)
    instructions = serializers.CharField(required=False, allow_blank=True, max_length=100_000)
    scale = serializers.ChoiceField(required=False, choices=Project.Scale.choices)
    offers_tie = serializers.BooleanField(required=False)
    offers_both_good = serializers.BooleanField(required=False)
    offers_both_bad = serializers.BooleanField(required=False)
    offers_cannot_judge = serializers.BooleanField(required=False)
    overlap = serializers.IntegerField(
        required=False, min_value=1, max_value=100, help_text="Judgments wanted per comparison."
    )

    template = serializers.ChoiceField(
        required=False,
        choices=[(one.key, one.name) for one in PROJECT_TEMPLATES.values()],
        help_text="Guidelines, answers, criteria and reasons to start with, where you give none.",
    )

    def project(self) -> dict[str, Any]:
        """What was sent, over what the template brings, in the words of ``create_project``."""
        given = dict(self.validated_data)
        template = PROJECT_TEMPLATES.get(given.pop("template", ""))
        if template is None:
            return given
        brought = {
            "instructions": template.guidelines,
            "criteria": template.criteria,
            "reason_tags": list(template.reason_tags),
        }
        return {**template.fields, **brought, **given}

    def validate_slug(self, slug: str) -> str:
        slug = slug.lower()
        if slug in RESERVED_SLUGS:
            raise serializers.ValidationError(f"{slug} is an address of the platform.")
        return slug


class ProjectOutput(serializers.Serializer[Any]):
    """A project, as one of its members sees it."""

    slug = serializers.CharField(source="project.slug")
    name = serializers.CharField(source="project.name")
    role = serializers.ChoiceField(choices=Membership.Role.choices, help_text="Yours.")
    state = serializers.ChoiceField(source="project.state", choices=Project.State.choices)
    scale = serializers.ChoiceField(source="project.scale", choices=Project.Scale.choices)
    overlap = serializers.IntegerField(source="project.overlap")
    outcomes = serializers.ListField(
        source="project.offered_outcomes", child=serializers.CharField()
    )
    preferences = serializers.ListField(
        source="project.offered_preferences", child=serializers.IntegerField()
    )
    created_at = serializers.DateTimeField(source="project.created_at")


class ProjectDetailOutput(ProjectOutput):
    """A project with its guidelines, and what annotators are told and asked."""

    instructions = serializers.SerializerMethodField(help_text="The guidelines in force.")
    question = serializers.CharField(source="project.question")
    content_warning = serializers.CharField(
        source="project.content_warning", help_text="To be read before the first comparison."
    )
    blurs = serializers.BooleanField(
        source="project.blurs", help_text="Whether texts are to be covered until asked for."
    )
    rationale_rule = serializers.ChoiceField(
        source="project.rationale_rule", choices=Project.RationaleRule.choices
    )
    reason_tags = serializers.ListField(source="project.reason_tags", child=serializers.CharField())
    skip_reasons = serializers.SerializerMethodField(
        help_text="What the page offers; a skip may give another `reason`, or none."
    )
    break_minutes = serializers.IntegerField(
        source="project.break_minutes", help_text="Of active time before a break; 0: none."
    )

    def get_skip_reasons(self, _: Membership) -> list[str]:
        return skip_reasons()

    def get_instructions(self, membership: Membership) -> str:
        return guidelines_text(membership.project)


@extend_schema(tags=["Projects"])
class Projects(ApiView):
    required_scope: ClassVar = {"GET": "any", "POST": "manage"}

    @extend_schema(
        operation_id="projects_list",
        parameters=[PageInput],
        responses={200: page_of(ProjectOutput), **refusals(422)},
    )
    def get(self, request: Request) -> Response:
        """Your projects, the newest first."""
        mine = Membership.objects.filter(user=logged_in_user(request), is_active=True)
        return page_response(
            request, mine.select_related("project"), ProjectOutput, key="project_id"
        )

    @extend_schema(
        operation_id="projects_create",
        request=ProjectInput,
        responses={201: ProjectDetailOutput, **refusals(400, 409, 413, 415, 422)},
    )
    def post(self, request: Request) -> Response:
        """Create a project that you manage; you need the permission to create projects."""
        user = logged_in_user(request)
        if not user.has_perm("annotation.add_project"):
            raise PermissionDenied("You may not create projects. Ask an administrator.")
        given = ProjectInput(data=request.data)
        given.is_valid(raise_exception=True)
        project = create_project(creator=user, **given.project())
        membership = membership_of(user, project.slug)
        return Response(
            ProjectDetailOutput(membership).data,
            status=201,
            headers={"Location": f"{request.path}/{project.slug}"},
        )


@extend_schema(tags=["Projects"])
class ProjectDetail(ApiView):
    required_scope: ClassVar = {"GET": "any"}

    @extend_schema(
        operation_id="projects_read",
        responses={200: ProjectDetailOutput, **refusals(404)},
    )
    def get(self, request: Request, slug: str) -> Response:
        """One project."""
        return Response(ProjectDetailOutput(membership_of(request.user, slug)).data)
