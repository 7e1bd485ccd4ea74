"""The criteria of a project, and what a judgment says under them."""

from annotation.models import Criterion, CriterionPreference, Judgment, Project, Rating
from annotation.sides import in_own_order, shown_side

# Where a loaded project keeps what was read once.
REMEMBERED = "_asked_criteria"


def asked_criteria(project: Project) -> list[Criterion]:
    """What is asked for now, in order: one query per loaded project, none where nothing is."""
    if not project.asks_criteria:
        return []
    known: list[Criterion] | None = getattr(project, REMEMBERED, None)
    if known is None:
        known = list(Criterion.objects.filter(project=project, is_retired=False))
        remember_criteria(project, known)
    return known


def remember_criteria(project: Project, criteria: list[Criterion]) -> None:
    """Let this loaded project ask for these, stored or not."""
    project.asks_criteria = bool(criteria)
    setattr(project, REMEMBERED, criteria)


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
