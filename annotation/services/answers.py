"""What an annotator answered: turned into own order, and checked against what the project asks."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotation.models import Criterion, Outcome, Project
from annotation.selectors.criteria import asked_criteria
from annotation.sides import in_own_order, response_on
from feedback_platform.errors import BadInput

SIDES = ("left", "right")
RATIONALE_DUE = gettext_lazy(
    "This project asks for a reason with every judgment. Write why, then send it again."
)
STRONG_RATIONALE_DUE = gettext_lazy(
    "This project asks for a reason with the strongest preferences. Write why, then send it again."
)

ShownRatings = Mapping[str, Mapping[str, int | None]]


@dataclass(frozen=True, slots=True)
class ShownAnswer:
    """A decision with everything beside it, as it was on the screen."""

    outcome: str
    shown_preference: int | None
    rationale: str = ""
    tags: Sequence[str] = ()
    # Criterion key to ``{"left": 3, "right": None}``.
    shown_ratings: ShownRatings | None = None
    # Criterion key to a preference, negative: left is better.
    shown_criterion_preferences: Mapping[str, int | None] | None = None

    def ratings(self) -> dict[tuple[str, str], int]:
        """What was rated, by (criterion key, side)."""
        return {
            (key, side): value
            for key, by_side in (self.shown_ratings or {}).items()
            for side, value in by_side.items()
            if value is not None
        }

    def criterion_preferences(self) -> dict[str, int]:
        given = self.shown_criterion_preferences or {}
        return {key: value for key, value in given.items() if value is not None}

    def own_ratings(self, *, swapped: bool) -> dict[tuple[str, str], int]:
        """Ratings by (criterion key, response a or b)."""
        return {
            (key, response_on(side, swapped=swapped)): value
            for (key, side), value in self.ratings().items()
        }

    def own_criterion_preferences(self, *, swapped: bool) -> dict[str, int]:
        return {
            key: in_own_order(value, swapped=swapped)
            for key, value in self.criterion_preferences().items()
        }


def check_answer(project: Project, answer: ShownAnswer) -> None:
    """Refuse an answer that the project does not offer, or that leaves out what it asks for.

    Raises:
        BadInput: says what is offered, or names the criterion.
    """
    check_offered(project, outcome=answer.outcome, shown_preference=answer.shown_preference)
    check_tags(project, answer.tags)
    check_criteria(project, answer)
    if not answer.rationale.strip():
        due = rationale_due(project, answer.outcome, answer.shown_preference)
        if due:
            raise BadInput(due)


def check_offered(project: Project, *, outcome: str, shown_preference: int | None) -> None:
    """Refuse an outcome or preference that the project does not offer.

    Raises:
        BadInput: names what is offered.
    """
    if outcome == Outcome.PREFERENCE:
        if shown_preference not in project.offered_preferences:
            offered = ", ".join(_signed(value) for value in project.offered_preferences)
            raise BadInput(_("This project offers the preferences %s.") % offered)
        return
    if outcome not in project.offered_outcomes:
        offered = ", ".join(project.offered_outcomes)
        raise BadInput(_("This project offers the outcomes %s.") % offered)
    if shown_preference is not None:
        raise BadInput(_("Only the outcome preference comes with a preference."))


def check_tags(project: Project, tags: Sequence[str]) -> None:
    """
    Raises:
        BadInput: names the reason that the project does not have.
    """
    unknown = [tag for tag in tags if tag not in project.reason_tags]
    if unknown:
        told = _("This project has no reason called %s. Reload the page.")
        raise BadInput(told % unknown[0][:100])


def check_criteria(project: Project, answer: ShownAnswer) -> None:
    """
    Raises:
        BadInput: names the criterion that is unknown, out of its range, or left out.
    """
    ratings, preferences = answer.ratings(), answer.criterion_preferences()
    asked = asked_criteria(project)
    by_kind = {
        kind: {one.key: one for one in asked if one.kind == kind} for kind in Criterion.Kind.values
    }
    _check_known({key for key, _ in ratings}, by_kind[Criterion.Kind.RATING])
    _check_known(preferences, by_kind[Criterion.Kind.PREFERENCE])
    for (key, side), value in ratings.items():
        _check_rating(by_kind[Criterion.Kind.RATING][key], side, value)
    for key, value in preferences.items():
        _check_preference(by_kind[Criterion.Kind.PREFERENCE][key], value, project)
    left_out = missing_criteria(asked, answer)
    if left_out:
        names = ", ".join(one.name for one in left_out)
        told = _("This project also asks for %s. Answer that, then send it again.")
        raise BadInput(told % names)


def missing_criteria(asked: Sequence[Criterion], answer: ShownAnswer) -> list[Criterion]:
    """Required criteria without a complete answer; who cannot judge need not rate."""
    if answer.outcome == Outcome.CANNOT_JUDGE:
        return []
    ratings, preferences = answer.ratings(), answer.criterion_preferences()
    return [
        one
        for one in asked
        if one.is_required
        and one.key not in preferences
        and not all((one.key, side) in ratings for side in SIDES)
    ]


def rationale_due(project: Project, outcome: str, preference: int | None) -> str:
    """Why this answer needs a rationale, in words for the annotator; empty where it needs none.

    Whether a missed gold comparison asks for one is known to the checks alone.
    """
    if project.rationale_rule == Project.RationaleRule.REQUIRED:
        return str(RATIONALE_DUE)
    if project.rationale_rule == Project.RationaleRule.STRONG and is_strong(project, preference):
        return str(STRONG_RATIONALE_DUE)
    return ""


def is_strong(project: Project, preference: int | None) -> bool:
    """Whether this is one of the two ends of a scale that asks how much better."""
    if preference is None or project.scale == Project.Scale.TWO_WAY:
        return False
    return abs(preference) == max(project.offered_preferences)


def is_one_key(project: Project) -> bool:
    """Whether a key may submit at once: neither a rationale nor a rating is always due.

    A project that wants a rationale for strong preferences is one; its strongest answers wait.
    """
    if project.rationale_rule == Project.RationaleRule.REQUIRED:
        return False
    return not any(one.is_required for one in asked_criteria(project))


def highest_preference(project: Project) -> int:
    """The end of the scale, for the answers and for preferences by criterion."""
    return max(project.offered_preferences)


def _check_known(keys: Collection[str], known: Mapping[str, Criterion]) -> None:
    unknown = sorted(set(keys) - set(known))
    if unknown:
        asked = ", ".join(known) or "none"
        told = _(
            "This project does not ask for %(unknown)s here. Criteria of this kind: %(asked)s."
        )
        raise BadInput(told % {"unknown": unknown[0][:60], "asked": asked})


def _check_rating(criterion: Criterion, side: str, value: int) -> None:
    if side not in SIDES:
        told = _("%(criterion)s: the sides are left and right, not %(side)s.")
        raise BadInput(told % {"criterion": criterion.name, "side": side[:20]})
    if not criterion.low <= value <= criterion.high:
        told = _("%(criterion)s: a rating is from %(low)s to %(high)s, not %(value)s.")
        named = {"criterion": criterion.name, "low": criterion.low, "high": criterion.high}
        raise BadInput(told % {**named, "value": value})


def _check_preference(criterion: Criterion, value: int, project: Project) -> None:
    highest = highest_preference(project)
    if not -highest <= value <= highest:
        told = _("%(criterion)s: a preference is from %(low)s to %(high)s, not %(value)s.")
        named = {"criterion": criterion.name, "low": -highest, "high": highest}
        raise BadInput(told % {**named, "value": value})


def _signed(value: int) -> str:
    return f"{value:+d}" if value else "0"
