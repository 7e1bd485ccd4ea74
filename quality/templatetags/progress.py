"""Progress on the pages of projects and batches."""

from typing import Any

from django import template

from annotation.models import Membership, Project
from quality.reporting.progress import POLL, POLL_COUNTING, ProgressReading
from quality.selectors.progress import n_doubtful
from quality.selectors.quality_flags import n_open_flags
from quality.services.progress import refresh_listed, refresh_progress

register = template.Library()


@register.inclusion_tag("quality/_progress_card.html")
def progress_card(project: Project) -> dict[str, Any]:
    """The figures of a project with its forecast; counts it anew where they are old."""
    snapshot = refresh_progress(project=project)
    reading = None
    if snapshot.as_of and snapshot.results:
        reading = ProgressReading(snapshot.as_of, snapshot.results, bool(snapshot.claimed_at))
    poll = POLL_COUNTING if snapshot.claimed_at else POLL
    return {"project": project, "reading": reading, "poll": poll}


@register.simple_tag
def progress_of_each(memberships: list[Membership]) -> dict[int, ProgressReading]:
    """The progress of each project by its id, as counted last."""
    snapshots = refresh_listed(project_ids=[one.project_id for one in memberships])
    return {
        pk: ProgressReading(row.as_of, row.results)
        for pk, row in snapshots.items()
        if row.as_of and row.results
    }


@register.simple_tag
def progress_of_batches(project: Project) -> dict[str, Any]:
    """When the batches of a project were counted last, and the counts by id."""
    snapshot = refresh_progress(project=project)
    poll = POLL_COUNTING if snapshot.claimed_at else POLL
    return {"as_of": snapshot.as_of, "by_id": snapshot.batches, "poll": poll}


@register.simple_tag
def doubtful_comparisons(project: Project) -> int:
    """Complete comparisons whose confidence is under the project's threshold, up to 101."""
    return n_doubtful(project)


@register.filter
def at(values: dict[Any, Any] | None, key: Any) -> Any:
    """What a dictionary holds under a key of a variable; None where there is nothing."""
    values = values or {}
    return values.get(key, values.get(str(key)))


@register.filter
def at_most(value: int, most: int) -> str:
    """A count that is exact up to a limit: "100", then "100+"."""
    return f"{value:,}" if value <= most else f"{most:,}+"


@register.simple_tag
def open_quality_flags(project: Project) -> int:
    """What a report found to be worse than before, counted to 101; one query."""
    return n_open_flags(project)
