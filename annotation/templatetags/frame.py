"""The top bar: which projects and which of their sections the reader may open."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from annotation.models import Membership, Project
from annotation.selectors.people import memberships_of

register = template.Library()

SWITCHER_LIMIT = 20


@dataclass(frozen=True, slots=True)
class Section:
    """One entry of a project's navigation; the path is the one below the project's."""

    key: str
    label: str
    may_open: frozenset[str]


EVERYBODY = frozenset(Membership.Role.values)
# The others find their own work in the menu of their account.
ANNOTATORS = frozenset({Membership.Role.ANNOTATOR.value})
REVIEWERS = frozenset({Membership.Role.REVIEWER.value, Membership.Role.MANAGER.value})
MANAGERS = frozenset({Membership.Role.MANAGER.value})
SECTIONS = (
    Section("judge", _("Judge"), EVERYBODY),
    Section("me", _("Your work"), ANNOTATORS),
    Section("comparisons", _("Comparisons"), REVIEWERS),
    Section("review", _("Review"), REVIEWERS),
    Section("quality", _("Quality"), REVIEWERS),
    Section("data", _("Data"), MANAGERS),
    Section("models", _("Models"), REVIEWERS),
    Section("settings", _("Settings"), MANAGERS),
)


@register.inclusion_tag("feedback_platform/_top_bar.html", takes_context=True)
def top_bar(context: Context) -> dict[str, Any]:
    """Costs one query for somebody who is logged in, none otherwise."""
    request = context.get("request")
    user = getattr(request, "user", None)
    project: Project | None = context.get("project")
    bar: dict[str, Any] = {"request": request, "csrf_token": context.get("csrf_token")}
    if user is None or not user.is_authenticated:
        return bar
    memberships = memberships_of(user)
    current = next((m for m in memberships if project and m.project_id == project.pk), None)
    return {
        **bar,
        "user": user,
        "memberships": memberships[:SWITCHER_LIMIT],
        "more_projects": len(memberships) > SWITCHER_LIMIT,
        "current": current,
        "sections": sections_of(current, chosen=str(context.get("section", ""))) if current else [],
        "may_create": user.has_perm("annotation.add_project"),
    }


def sections_of(membership: Membership, *, chosen: str) -> list[dict[str, Any]]:
    """The project's sections that this person may open."""
    project_url = reverse("annotation:project", args=[membership.project.slug])
    return [
        {
            "label": gettext(section.label),
            "url": f"{project_url}{section.key}/",
            "is_current": section.key == chosen,
        }
        for section in SECTIONS
        if membership.role in section.may_open
    ]
