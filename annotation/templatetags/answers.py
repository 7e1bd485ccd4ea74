"""Answers in words, as they were on somebody's screen."""

from django import template
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from annotation.models import Judgment, Outcome
from annotation.selectors.comparisons import words_of
from annotation.sides import in_own_order

register = template.Library()

OUTCOMES = {
    Outcome.BOTH_GOOD.value: _("Both good"),
    Outcome.BOTH_BAD.value: _("Both bad"),
    Outcome.CANNOT_JUDGE.value: _("Cannot judge"),
}
LEFT = {1: _("Left is slightly better"), 2: _("Left is better"), 3: _("Left is much better")}
RIGHT = {1: _("Right is slightly better"), 2: _("Right is better"), 3: _("Right is much better")}


def shown_words(outcome: str, shown_preference: int | None, *, graded: bool) -> str:
    """An answer in words; without ``graded`` the scale asked for no strength."""
    if outcome != Outcome.PREFERENCE:
        return str(OUTCOMES[outcome])
    if not shown_preference:
        return gettext("Both are about the same")
    side = LEFT if shown_preference < 0 else RIGHT
    return str(side[abs(shown_preference) if graded else 2])


@register.filter
def as_shown(judgment: Judgment) -> str:
    """A judgment in words, with the sides that its annotator saw; A on the left where unknown."""
    preference = judgment.preference
    if preference is not None:
        preference = in_own_order(preference, swapped=bool(judgment.swapped))
    graded = judgment.raw_strength is not None
    return shown_words(judgment.outcome, preference, graded=graded)


@register.filter
def in_own_words(judgment: Judgment) -> str:
    """A judgment in words and in the comparison's own order, for reviewers."""
    return words_of(judgment)
