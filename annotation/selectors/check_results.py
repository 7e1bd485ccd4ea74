"""How annotators did in the checks, as managers see it."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery

from annotation.intervals import shown_share
from annotation.models import Judgment, Membership, Project, Purpose, QualificationAttempt
from annotation.selectors.checks import ANSWER, IS_CORRECT

PAGE = 25


@dataclass(frozen=True, slots=True)
class CheckResults:
    """One annotator's first answers to checks, since they joined.

    ``same_again``: the share of own earlier comparisons that got the same direction or outcome
    when they were shown again with the sides swapped.
    """

    membership: Membership
    gold: dict[str, Any]
    attention: dict[str, Any]
    same_again: dict[str, Any]
    attempt: QualificationAttempt | None


@dataclass(frozen=True, slots=True)
class ResultsPage:
    """One page of annotators who had checks, by name; names to go on from, or ""."""

    rows: list[CheckResults]
    n_found: int
    after: str
    before: str


def results_page(project: Project, *, after: str = "", before: str = "") -> ResultsPage:
    """Up to 25 annotators; five queries."""
    checked = Judgment.objects.filter(annotator=OuterRef("pk")).exclude(purpose=Purpose.WORK)
    found = Membership.objects.filter(Exists(checked), project=project)
    if before:
        rows = list(found.filter(name__lt=before).order_by("-name")[: PAGE + 1])
        has_earlier, has_later = len(rows) > PAGE, True
        rows = rows[:PAGE][::-1]
    else:
        rows = list(found.filter(name__gt=after).order_by("name")[: PAGE + 1])
        has_earlier, has_later = bool(after), len(rows) > PAGE
        rows = rows[:PAGE]
    return ResultsPage(
        rows=_with_results(rows),
        n_found=found.count(),
        after=rows[-1].name if rows and has_later else "",
        before=rows[0].name if rows and has_earlier else "",
    )


def _with_results(memberships: list[Membership]) -> list[CheckResults]:
    answers = Judgment.objects.filter(annotator__in=memberships, supersedes=None)
    known = _known(answers)
    again = _again(answers)
    attempts = QualificationAttempt.objects.filter(
        membership__in=memberships, finished_at__isnull=False
    )
    last = {one.membership_id: one for one in attempts.order_by("number")}
    return [
        CheckResults(
            membership=one,
            gold=_share(known.get((one.pk, Purpose.GOLD.value))),
            attention=_share(known.get((one.pk, Purpose.ATTENTION.value))),
            same_again=_share(again.get(one.pk)),
            attempt=last.get(one.pk),
        )
        for one in memberships
    ]


def _known(answers: "QuerySet[Judgment]") -> dict[tuple[int, str], tuple[int, int]]:
    """(annotator, purpose) to how many were judged and how many of them right."""
    counted = (
        answers.filter(purpose__in=[Purpose.GOLD, Purpose.ATTENTION])
        .values_list("annotator", "purpose")
        .annotate(n=Count("pk"), n_right=Count("pk", filter=Q(IS_CORRECT)))
    )
    return {(person, purpose): (n, n_right) for person, purpose, n, n_right in counted}


def _again(answers: "QuerySet[Judgment]") -> dict[int, tuple[int, int]]:
    """Annotator to how many were judged again and how many of them as the first time."""
    first = Judgment.objects.filter(
        comparison=OuterRef("comparison"),
        annotator=OuterRef("annotator"),
        purpose=Purpose.WORK,
        occasion=1,
        supersedes=None,
    )
    counted = (
        answers.filter(purpose=Purpose.RESHOW)
        .annotate(answer=ANSWER, first=Subquery(first.values_list(ANSWER)[:1]))
        .values_list("annotator")
        .annotate(n=Count("pk"), n_same=Count("pk", filter=Q(answer=F("first"))))
    )
    return {person: (n, n_same) for person, n, n_same in counted}


def _share(counts: tuple[int, int] | None) -> dict[str, Any]:
    n, n_right = counts or (0, 0)
    return shown_share(n_right, n, undefined_because="none judged")
