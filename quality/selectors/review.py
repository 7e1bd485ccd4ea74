"""The review queue: comparisons on which annotators differ, the most disputed first."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, F, OuterRef, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleLessThan

from annotation.majority import Decision
from annotation.models import Adjudication, Comparison, Criterion, Judgment, Membership, Project
from annotation.selectors.reviews import PAGE
from annotation.sides import in_own_order, shown_side
from annotation.templatetags.answers import shown_words
from quality.models import ComparisonState

WAITS = (ComparisonState.State.OPEN, ComparisonState.State.COMPLETE)
STANDING = Adjudication.objects.filter(superseded_by=None).exclude(kind=Adjudication.Kind.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class SeenRating:
    """What a judgment says under one criterion, as the reviewer's screen has the sides."""

    criterion: str
    text: str


@dataclass(frozen=True, slots=True)
class SeenJudgment:
    """A judgment on the reviewer's page: no name, but a number that holds on this page only."""

    number: int
    judgment: Judgment
    words: str
    ratings: list[SeenRating]
    is_own: bool

    @property
    def may_be_sent_back(self) -> bool:
        """Whether it is somebody else's who can answer, and is not with them already."""
        author = self.judgment.annotator
        is_away = any(one.answered_at is None for one in self.judgment.sent_back.all())
        return not self.is_own and not is_away and author.is_active and author.user_id is not None


def disputed(project: Project) -> "QuerySet[ComparisonState]":
    """Comparisons whose usable judgments differ and that nobody has decided, worst first.

    The snapshots learn of a decision a moment later; the decision itself is looked at as well.
    """
    states = ComparisonState.objects.filter(
        ~Exists(STANDING.filter(comparison=OuterRef("pk"))),
        project=project,
        state__in=WAITS,
        disagreement__gt=0,
    )
    return states.order_by("-disagreement", "-comparison")


def disputed_after(project: Project, comparison_id: int | None) -> "QuerySet[ComparisonState]":
    """The part of the queue behind a comparison, whether it is still in the queue or not."""
    states = disputed(project)
    if comparison_id is None:
        return states
    last = ComparisonState.objects.filter(project=project, pk=comparison_id).first()
    if last is None or last.disagreement is None:
        return states
    # As one row, as the index is sorted: many comparisons are equally disputed.
    place = Tuple(F("disagreement"), F("comparison"))
    return states.filter(TupleLessThan(place, (last.disagreement, last.pk)))


def queue_page(project: Project, *, after: int | None) -> list[ComparisonState]:
    """A page of the queue with the prompts, and one more where there are more; two queries."""
    return list(disputed_after(project, after).select_related("comparison")[: PAGE + 1])


def next_disputed(project: Project, *, after: int | None) -> int | None:
    """The comparison to review behind this one; at the end of the queue None."""
    return disputed_after(project, after).values_list("pk", flat=True).first()


def disagreement_on(comparison: Comparison) -> ComparisonState | None:
    return ComparisonState.objects.filter(pk=comparison.pk).first()


def seen_judgments(
    judgments: Sequence[Judgment], *, reviewer: Membership, swapped: bool
) -> list[SeenJudgment]:
    """From the left-most verdict to the right-most, others last; numbered in this order.

    The order tells nothing about who judged or when, and the numbers change from one comparison
    to the next.
    """
    ordered = sorted(judgments, key=lambda one: _place(one, swapped))
    return [
        SeenJudgment(
            number=number,
            judgment=one,
            words=words_of(one, swapped=swapped, graded=one.raw_strength is not None),
            ratings=_ratings(one, swapped=swapped),
            is_own=one.annotator_id == reviewer.pk,
        )
        for number, one in enumerate(ordered, start=1)
    ]


def words_of(said: Judgment | Decision | Adjudication, *, swapped: bool, graded: bool) -> str:
    """A judgment or a decision in words, as the reviewer's screen has the sides."""
    preference = said.preference
    if preference is not None:
        preference = in_own_order(preference, swapped=swapped)
    return shown_words(said.outcome, preference, graded=graded)


def _place(judgment: Judgment, swapped: bool) -> tuple[bool, str, int, int]:
    preference = judgment.preference
    if preference is None:
        return (True, judgment.outcome, 0, judgment.pk)
    return (False, "", in_own_order(preference, swapped=swapped), judgment.pk)


def _ratings(judgment: Judgment, *, swapped: bool) -> list[SeenRating]:
    by_criterion: dict[Criterion, dict[str, Any]] = {}
    for one in judgment.ratings.all():
        side = shown_side(one.response, swapped=swapped)
        by_criterion.setdefault(one.criterion, {})[side] = one.value
    texts = {
        criterion: f"left {values.get('left', '-')}, right {values.get('right', '-')}"
        for criterion, values in by_criterion.items()
    }
    for other in judgment.criterion_preferences.all():
        shown = in_own_order(other.preference, swapped=swapped)
        texts[other.criterion] = shown_words("preference", shown, graded=True)
    ordered = sorted(texts, key=lambda criterion: (criterion.order, criterion.pk))
    return [SeenRating(criterion.name, texts[criterion]) for criterion in ordered]
