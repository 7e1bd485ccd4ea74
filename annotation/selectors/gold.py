"""Known comparisons and stopped annotators, as managers see them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, FloatField, Max, Q, QuerySet
from django.db.models.functions import Cast, NullIf

from annotation.draws import block_of
from annotation.intervals import shown_share
from annotation.models import Comparison, Gold, Judgment, Membership, Project, Purpose
from annotation.models.checks import ANSWERS
from annotation.selectors.checks import ANSWER, is_correct_through
from annotation.selectors.qualification import outcome_of

PAGE = 50
# Judgments that answer a known comparison, as first given.
ANSWERED = (Purpose.GOLD, Purpose.ATTENTION, Purpose.QUALIFICATION)


@dataclass(frozen=True, slots=True)
class GoldRow:
    """A known comparison and how annotators did on it."""

    gold: Gold
    accepted: list[str]
    accuracy: dict[str, Any]


@dataclass(frozen=True, slots=True)
class GoldPage:
    rows: list[GoldRow]
    n_found: int
    number: int

    @property
    def has_more(self) -> bool:
        return self.number * PAGE < self.n_found


def gold_page(project: Project, *, use: str = "", state: str = "", number: int = 1) -> GoldPage:
    """Known comparisons, those that annotators miss most first; two queries."""
    rows = Gold.objects.filter(comparison__project=project)
    if use:
        rows = rows.filter(use=use)
    if state != "all":
        rows = rows.filter(retired_at__isnull=state != "retired")
    hardest = Cast("n_correct", FloatField()) / NullIf(Cast("n_judged", FloatField()), 0.0)
    ordered = _with_results(rows).order_by(hardest.asc(nulls_last=True), "pk")
    shown = ordered.select_related("comparison")[(number - 1) * PAGE : number * PAGE]
    return GoldPage([row_of(one) for one in shown], rows.count(), number)


def gold_of(comparison: Comparison) -> Gold | None:
    """The known answers of a comparison with their results; one query."""
    return _with_results(Gold.objects.filter(comparison=comparison)).first()


def row_of(gold: Any) -> GoldRow:
    """A row of ``gold_page`` or ``gold_of`` in words."""
    accuracy = shown_share(
        gold.n_correct, gold.n_judged, undefined_because="nobody has judged it as a check yet"
    )
    return GoldRow(gold, [ANSWERS[one] for one in gold.accepted], accuracy)


def answers_to(gold: Gold) -> list[tuple[str, int, bool]]:
    """Each answer given as (words, how often, whether accepted), most frequent first."""
    judgments = Judgment.objects.filter(
        comparison=gold.comparison_id, purpose__in=ANSWERED, supersedes=None
    )
    counted = judgments.order_by().values_list(ANSWER).annotate(n=Count("pk"))
    return [
        (ANSWERS[answer], n, answer in gold.accepted)
        for answer, n in sorted(counted, key=lambda row: -row[1])
    ]


def n_in_use(project: Project) -> dict[str, int]:
    """Use to the number of its comparisons; one query."""
    rows = Gold.objects.filter(comparison__project=project, retired_at=None)
    counted = dict(rows.order_by().values_list("use").annotate(n=Count("pk")))
    return {use: counted.get(use, 0) for use in Gold.Use.values}


@dataclass(frozen=True, slots=True)
class Share:
    """What one rate means among 100 comparisons."""

    words: str
    per_hundred: int
    # Comparisons after which an annotator has seen all of them; None where they do not run out.
    lasts: int | None
    is_missing: bool


def shares_of(project: Project, n_gold: dict[str, int]) -> list[Share]:
    """What the rates of a project come to; no query."""
    kinds = [
        ("gold comparisons", project.gold_rate, n_gold[Gold.Use.GOLD]),
        ("attention checks", project.attention_rate, n_gold[Gold.Use.ATTENTION]),
        ("own earlier comparisons", project.reshow_rate, None),
    ]
    return [
        Share(
            words,
            round(100 / block_of(rate)),
            None if n is None else n * block_of(rate),
            n == 0,
        )
        for words, rate, n in kinds
        if rate
    ]


@dataclass(frozen=True, slots=True)
class Stopped:
    """An annotator who gets nothing until a manager decides."""

    membership: Membership
    reason: str
    since: datetime | None
    is_paused: bool


def stopped_people(project: Project) -> list[Stopped]:
    """Paused annotators, then those who have used up their tries; queries by the latter."""
    active = project.memberships.filter(is_active=True)
    paused = active.filter(paused_at__isnull=False).order_by("paused_at")
    return [
        *(Stopped(one, one.pause_reason, one.paused_at, True) for one in paused),
        *(_failed(one) for one in _out_of_tries(project, active)),
    ]


def _out_of_tries(
    project: Project, active: QuerySet[Membership]
) -> QuerySet[Membership] | list[Membership]:
    if not project.requires_qualification:
        return []
    counted = Q(attempts__started_at__gte=F("checks_since"), attempts__finished_at__isnull=False)
    return (
        active.filter(qualified_at=None, paused_at=None)
        .annotate(
            n_tries=Count("attempts", filter=counted),
            last_try=Max("attempts__finished_at"),
        )
        .filter(n_tries__gte=project.qualification_tries)
        .order_by("last_try")
    )


def _failed(membership: Membership) -> Stopped:
    last = membership.attempts.exclude(finished_at=None).latest("number")
    return Stopped(membership, outcome_of(last), last.finished_at, False)


def _with_results(golds: QuerySet[Gold]) -> QuerySet[Any]:
    answered = Q(
        comparison__judgments__purpose__in=ANSWERED, comparison__judgments__supersedes=None
    )
    judgments = "comparison__judgments"
    correct = is_correct_through("accepted", f"{judgments}__")
    return golds.annotate(
        n_judged=Count(judgments, filter=answered),
        n_correct=Count(judgments, filter=answered & Q(correct)),
    )
