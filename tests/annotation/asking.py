"""Projects that ask for more than a verdict."""

from typing import Any

from annotation.models import Assignment, Criterion, Membership, Project, Seat
from annotation.services.criteria import add_criterion
from tests import factories


def ask_rating(project: Project, name: str = "Clarity", **fields: Any) -> Criterion:
    """A rating of each response, from 0 to 4."""
    return add_criterion(project=project, name=name, kind="rating", **fields)


def ask_preference(project: Project, name: str = "Safety", **fields: Any) -> Criterion:
    return add_criterion(project=project, name=name, kind="preference", **fields)


def held(membership: Membership, *, swapped: bool = False, **fields: Any) -> Assignment:
    """A comparison of its own that this annotator holds."""
    project = membership.project
    comparison = fields.pop("comparison", None) or factories.make_comparison(project)
    purpose = fields.pop("purpose", "work")
    seat = Seat.objects.create(
        project=project,
        comparison=comparison,
        turn=0,
        position=comparison.pk,
        state=Seat.State.HELD,
        purpose=purpose,
    )
    return Assignment.objects.create(
        seat=seat,
        comparison=comparison,
        annotator=membership,
        swapped=swapped,
        purpose=purpose,
        expires_at=comparison.created_at.replace(year=2999),
        **fields,
    )
