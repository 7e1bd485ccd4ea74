"""Creating projects and changing what may still be changed."""

from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction

from annotation.models import Judgment, Membership, Project
from annotation.project_templates import CriterionPreset
from annotation.services.criteria import add_presets
from annotation.services.guidelines import publish_guidelines
from annotation.services.people import add_member
from annotation.services.setting_rules import setting_problems
from feedback_platform.errors import BadInput, Conflict
from feedback_platform.models import User

# What every judgment of a project was made under.
FIXED_BY_JUDGMENTS = (
    "scale",
    "offers_tie",
    "offers_both_good",
    "offers_both_bad",
    "offers_cannot_judge",
)
FIXED = (
    "The scale and the offered answers cannot change any more: judgments were made under them. "
    "Create another project for another question."
)


@transaction.atomic
def create_project(
    *,
    creator: User,
    slug: str,
    name: str,
    instructions: str = "",
    criteria: Iterable[CriterionPreset] = (),
    **fields: Any,
) -> Project:
    """Create a project that its creator manages; ``instructions`` are its first guidelines.

    Raises:
        Conflict: another project has this short name.
    """
    try:
        with transaction.atomic():
            project = Project.objects.create(slug=slug, name=name, **fields)
    except IntegrityError as error:
        raise Conflict(f"Another project is called {slug}. Choose another short name.") from error
    add_member(project=project, user=creator, role=Membership.Role.MANAGER)
    add_presets(project=project, presets=criteria)
    if instructions.strip():
        publish_guidelines(project=project, text=instructions, person=creator)
    return project


@transaction.atomic
def create_unattended_project(*, slug: str) -> Project:
    """Create a project from a command, where nobody is logged in: superusers manage it."""
    project = Project.objects.create(slug=slug, name=slug.replace("-", " ").capitalize())
    for user in User.objects.filter(is_superuser=True, is_active=True).order_by("pk"):
        add_member(project=project, user=user, role=Membership.Role.MANAGER)
    return project


@transaction.atomic
def remove_empty_project(*, project: Project) -> None:
    """Take back a project that was made for an import which then stored nothing.

    Raises:
        ProtectedError: something was stored in it meanwhile.
    """
    project.memberships.all().delete()
    project.delete()


@transaction.atomic
def update_project(*, project: Project, **fields: Any) -> Project:
    """Change the named fields.

    Raises:
        BadInput: what they would be cannot work together.
        Conflict: a field that judgments depend on would change after the first judgment.
    """
    stored = Project.objects.select_for_update().get(pk=project.pk)
    changed = [name for name, value in fields.items() if getattr(stored, name) != value]
    fixed = [name for name in changed if name in FIXED_BY_JUDGMENTS]
    if fixed and has_judgments(stored):
        raise Conflict(FIXED)
    for name in changed:
        setattr(stored, name, fields[name])
    for field, message in setting_problems(stored, changed):
        raise BadInput(f"{field}: {message}" if field else message)
    if changed:
        stored.save(update_fields=changed)
    return stored


def has_judgments(project: Project) -> bool:
    return Judgment.objects.filter(project=project).exists()
