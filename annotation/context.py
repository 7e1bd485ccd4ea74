"""What every page's frame needs to know."""

from typing import Any

from django.http import HttpRequest

from annotation.models import Membership


def my_projects(request: HttpRequest) -> dict[str, Any]:
    """The projects of the user for the switcher; lazy, one query when it is drawn."""
    if not getattr(request, "user", None) or not request.user.is_authenticated:
        return {}
    memberships = Membership.objects.filter(user=request.user, is_active=True)
    return {"my_memberships": memberships.select_related("project").order_by("project__name")}
