"""What annotators see of their own work, and of nobody else's."""

from dataclasses import dataclass
from datetime import datetime, time, tzinfo

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from annotation.intervals import wilson_interval
from annotation.models import (
    Audit,
    Exclusion,
    Flag,
    Judgment,
    Membership,
    Purpose,
    SentBack,
)
from annotation.models.checks import answer_of
from annotation.selectors.checks import IS_CORRECT
from annotation.selectors.qualification import answer_as_shown

PAGE = 25
SHOWN = 5
# Gold comparisons answered before a share is shown, and between two changes of it: with each
# single one it would tell which comparison was gold.
GOLD_STEP = 5
FEWEST_GOLD = 10


@dataclass(frozen=True, slots=True)
class Totals:
    """Comparisons judged today and ever, and the active time that took in seconds."""

    today: int
    all: int
    seconds: float


@dataclass(frozen=True, slots=True)
class KnownAnswer:
    """Whether a known answer was given, the accepted ones in the words of the screen, and why."""

    is_correct: bool
    accepted: list[str]
    explanation: str


@dataclass(frozen=True, slots=True)
class GoldShare:
    """The share of known answers given, in steps of ``GOLD_STEP``; None before there are enough."""

    value: float | None
    low: float | None = None
    high: float | None = None
    n: int = 0
    undefined_because: str = ""


def totals_of(membership: Membership, *, zone: tzinfo | None = None) -> Totals:
    """One query along the annotator's own judgments; today is that of ``zone``."""
    midnight = timezone.make_aware(
        datetime.combine(timezone.localdate(timezone=zone), time.min), zone
    )
    first = Q(supersedes=None)
    counts = Judgment.objects.filter(annotator=membership).aggregate(
        today=Count("pk", filter=first & Q(submitted_at__gte=midnight)),
        all=Count("pk", filter=first),
        active_ms=Sum("active_ms"),
    )
    return Totals(counts["today"], counts["all"], (counts["active_ms"] or 0) / 1000)


def own_judgments(
    membership: Membership, *, show: str = "", before: int | None = None
) -> list[Judgment]:
    """Up to a page of own judgments and one more, newest first, below the judgment ``before``.

    ``show`` may ask for those that are left_out or sent_back, and not for more: what a comparison
    was handed out for stays secret. At most two queries.
    """
    rows = Judgment.objects.filter(annotator=membership)
    if show == "left_out":
        rows = rows.filter(exclusion__isnull=False)
    elif show == "sent_back":
        rows = rows.filter(pk__in=SentBack.objects.filter(membership=membership).values("judgment"))
    else:
        rows = rows.filter(superseded_by=None)
    last = Judgment.objects.filter(annotator=membership, pk=before).first() if before else None
    if last is not None:
        rows = rows.filter(submitted_at__lte=last.submitted_at).exclude(
            submitted_at=last.submitted_at, pk__gte=last.pk
        )
    rows = rows.select_related("comparison", "exclusion__reinstatement", "exclusion__appeal")
    return list(rows.order_by("-submitted_at", "-pk")[: PAGE + 1])


def own_judgment(membership: Membership, judgment_id: int) -> Judgment | None:
    """One own judgment with everything that was said about it; up to five queries."""
    rows = Judgment.objects.filter(annotator=membership, pk=judgment_id)
    rows = rows.select_related(
        "annotator__project",
        "comparison__rendered",
        "comparison__gold",
        "exclusion__reinstatement",
        "exclusion__appeal",
        "audit",
        "superseded_by",
    ).prefetch_related("sent_back")
    return rows.first()


def open_sent_back(membership: Membership) -> "QuerySet[SentBack]":
    """Judgments that came back and wait for the author, the newest first."""
    rows = SentBack.objects.filter(membership=membership, answered_at=None)
    return rows.select_related("judgment__comparison")


def critical_audits(membership: Membership) -> "QuerySet[Audit]":
    """Second looks that found something, with a comment to learn from."""
    found = [Audit.Verdict.DEBATABLE, Audit.Verdict.WRONG]
    rows = Audit.objects.filter(
        project=membership.project_id, judgment__annotator=membership, verdict__in=found
    )
    return rows.select_related("judgment__comparison").order_by("-decided_at")


def own_exclusions(membership: Membership) -> "QuerySet[Exclusion]":
    """Every exclusion of an own judgment, those that hold no more included, the newest first."""
    rows = Exclusion.objects.filter(judgment__annotator=membership)
    return rows.select_related("judgment", "appeal", "reinstatement").order_by("-pk")


def standing_exclusions(membership: Membership) -> "QuerySet[Exclusion]":
    """Exclusions of own judgments that hold, the newest first."""
    rows = Exclusion.objects.filter(judgment__annotator=membership, reinstatement__isnull=True)
    return rows.select_related("judgment__comparison", "appeal").order_by("-pk")


def own_flags(membership: Membership) -> "QuerySet[Flag]":
    """What the annotator flagged, the newest first."""
    return Flag.objects.filter(membership=membership).select_related("comparison").order_by("-pk")


def gold_share(membership: Membership) -> GoldShare:
    """How many known answers the annotator gave since their checks count; one query."""
    results = list(
        _first_answers(membership)
        .filter(purpose=Purpose.GOLD, submitted_at__gte=membership.checks_since)
        .order_by("submitted_at", "pk")
        .values_list(IS_CORRECT, flat=True)
    )
    n = len(results) // GOLD_STEP * GOLD_STEP
    if n < FEWEST_GOLD:
        return GoldShare(None, undefined_because=f"fewer than {FEWEST_GOLD} known answers given")
    n_correct = results[:n].count(True)
    low, high = wilson_interval(n_correct, n)
    return GoldShare(n_correct / n, low, high, n)


def shown_gold(membership: Membership) -> "QuerySet[Judgment]":
    """Own answers to known comparisons that are no secret any more, the newest first.

    A qualification told the answer at once; gold and attention checks are shown when they are
    not handed out any more.
    """
    open_ones = Q(purpose=Purpose.QUALIFICATION) | Q(comparison__gold__retired_at__isnull=False)
    rows = _first_answers(membership).filter(open_ones, comparison__gold__isnull=False)
    rows = rows.select_related("comparison__gold", "assignment").annotate(is_correct=IS_CORRECT)
    return rows.order_by("-submitted_at", "-pk")


def is_open(judgment: Judgment) -> bool:
    """Whether the annotator may see the known answer to what they judged here."""
    gold = getattr(judgment.comparison, "gold", None)
    if gold is None or judgment.purpose in {Purpose.WORK, Purpose.RESHOW}:
        return False
    return judgment.purpose == Purpose.QUALIFICATION or gold.retired_at is not None


def known_answer(judgment: Judgment) -> KnownAnswer | None:
    """What was expected of a judgment, where that is no secret any more."""
    if not is_open(judgment):
        return None
    gold, assignment = judgment.comparison.gold, judgment.assignment
    # As it is counted: an answer that was sent back for a reason came first.
    first = assignment.asked_answer if assignment else ""
    return KnownAnswer(
        is_correct=(first or answer_of(judgment.outcome, judgment.preference)) in gold.accepted,
        accepted=[answer_as_shown(one, bool(judgment.swapped)) for one in gold.accepted],
        explanation=gold.explanation,
    )


def _first_answers(membership: Membership) -> "QuerySet[Judgment]":
    """Of checks; a revision does not turn a miss into a hit."""
    rows = Judgment.objects.filter(annotator=membership, supersedes=None)
    return rows.exclude(purpose=Purpose.WORK).exclude(purpose=Purpose.RESHOW)
