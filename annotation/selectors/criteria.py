"""The criteria of a project, and what a judgment says under them."""

from django.db.models import Prefetch, prefetch_related_objects

from annotation.models import Criterion, CriterionPreference, Judgment, Project, Rating
from annotation.sides import in_own_order, shown_side


def asked_criteria(project: Project) -> list[Criterion]:
    """What is asked for now, in order: one query per loaded project, none where nothing is."""
    if not project.asks_criteria:
        return []
    asked = Prefetch(
        "criteria", Criterion.objects.filter(is_retired=False), to_attr="asked_criteria"
    )
    prefetch_related_objects([project], asked)
    found: list[Criterion] = project.asked_criteria  # type: ignore[attr-defined]
    return found


def criteria_of(project: Project) -> list[Criterion]:
    """All of them, the retired ones last."""
    return list(Criterion.objects.filter(project=project).order_by("is_retired", "order", "pk"))


def shown_ratings(judgment: Judgment) -> dict[str, dict[str, int]]:
    """Ratings by criterion and side, as they were on the screen; one query."""
    shown: dict[str, dict[str, int]] = {}
    for rating in Rating.objects.filter(judgment=judgment).select_related("criterion"):
        side = shown_side(rating.response, swapped=bool(judgment.swapped))
        shown.setdefault(rating.criterion.key, {})[side] = rating.value
    return shown


def shown_criterion_preferences(judgment: Judgment) -> dict[str, int]:
    """Preferences by criterion, negative where the left response was better; one query."""
    rows = CriterionPreference.objects.filter(judgment=judgment).select_related("criterion")
    return {
        row.criterion.key: in_own_order(row.preference, swapped=bool(judgment.swapped))
        for row in rows
    }
