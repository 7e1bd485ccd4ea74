"""The guidelines of a project: the text in force, its versions, and who has read them."""

from dataclasses import dataclass

from django.db.models import Count, Q

from annotation.models import Guidelines, Membership, Project


@dataclass(frozen=True, slots=True)
class Reading:
    """How many of those who can log in have read the guidelines in force."""

    n_people: int
    n_read: int


def guidelines_in_force(project: Project) -> Guidelines | None:
    """One query, none where the project has no guidelines."""
    if not project.guidelines_number:
        return None
    return guidelines_of(project, project.guidelines_number)


def guidelines_of(project: Project, number: int) -> Guidelines | None:
    """One version."""
    return Guidelines.objects.filter(project=project, number=number).first()


def guidelines_text(project: Project) -> str:
    """The text in force; empty where there is none."""
    found = guidelines_in_force(project)
    return found.text if found else ""


def versions_of(project: Project) -> list[Guidelines]:
    """All versions, the newest first, without their texts."""
    versions = Guidelines.objects.filter(project=project).select_related("created_by")
    return list(versions.defer("text").order_by("-number"))


def readers_of(project: Project) -> list[Membership]:
    """The people who can log in, those who have not read the version in force first."""
    people = Membership.objects.filter(project=project, is_active=True, user__isnull=False)
    return list(people.order_by("guidelines_number", "name"))


def reading_of(project: Project) -> Reading:
    people = Membership.objects.filter(project=project, is_active=True, user__isnull=False)
    counts = people.aggregate(
        n_people=Count("pk"),
        n_read=Count("pk", filter=Q(guidelines_number__gte=project.guidelines_number)),
    )
    return Reading(**counts)
