"""How far an annotator is in the qualification, and what they are told about it."""

import math
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from annotation.models import (
    Assignment,
    Gold,
    Judgment,
    Membership,
    Purpose,
    QualificationAttempt,
)
from annotation.models.checks import ANSWERS
from annotation.selectors.checks import live_gold, whom_to_ask
from annotation.sides import in_own_order

# Rounding must not ask for one more than the share says.
TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Feedback:
    """What an annotator is told after an answer of the qualification."""

    is_correct: bool
    # Accepted answers in words, as the sides were shown.
    accepted: list[str]
    explanation: str
    # The try that this answer has ended, and what follows from it in words.
    finished: QualificationAttempt | None
    outcome: str


def needed(share: float, n: int) -> int:
    """The fewest of ``n`` that are at least this share."""
    return math.ceil(share * n - TOLERANCE)


def qualification_comparisons(membership: Membership) -> list[int]:
    """What a try consists of."""
    return list(
        live_gold(membership, Gold.Use.QUALIFICATION).values_list("comparison_id", flat=True)
    )


def has_tries_left(membership: Membership) -> bool:
    """Whether a finished try may be followed by another one."""
    tries = membership.attempts.filter(started_at__gte=membership.checks_since)
    return tries.count() < membership.project.qualification_tries


def taken_since(attempt: QualificationAttempt) -> dict[int, str]:
    """Comparison to the latest state of its assignment in this try; expired ones do not count."""
    rows = (
        Assignment.objects.filter(
            _in_try("reserved_at", attempt),
            annotator=attempt.membership_id,
            purpose=Purpose.QUALIFICATION,
        )
        .exclude(state=Assignment.State.EXPIRED)
        .order_by("reserved_at")
    )
    return dict(rows.values_list("comparison_id", "state"))


def first_answers(attempt: QualificationAttempt) -> dict[int, Judgment]:
    """Comparison to its first judgment in this try."""
    rows = Judgment.objects.filter(
        _in_try("assignment__reserved_at", attempt),
        annotator=attempt.membership_id,
        purpose=Purpose.QUALIFICATION,
        supersedes=None,
    )
    answers: dict[int, Judgment] = {}
    for judgment in rows.order_by("submitted_at", "pk"):
        answers.setdefault(judgment.comparison_id, judgment)
    return answers


def feedback_on(judgment: Judgment) -> Feedback | None:
    """What to tell about an answer of the qualification; None, and no query, for any other."""
    if judgment.purpose != Purpose.QUALIFICATION:
        return None
    gold = Gold.objects.get(comparison=judgment.comparison_id)
    finished = _ended_by(judgment)
    return Feedback(
        is_correct=gold.accepts(outcome=judgment.outcome, preference=judgment.preference),
        accepted=[answer_as_shown(one, bool(judgment.swapped)) for one in gold.accepted],
        explanation=gold.explanation,
        finished=finished,
        outcome=outcome_of(finished) if finished else "",
    )


def not_qualified_because(membership: Membership) -> str:
    """Why an annotator gets no work before a qualification, for them to read."""
    last = membership.attempts.exclude(finished_at=None).order_by("-number").first()
    if last is not None and not has_tries_left(membership):
        return outcome_of(last)
    return _(
        "This project asks for a qualification before the work, and has no comparisons for it "
        "yet. %(ask)s"
    ) % {"ask": whom_to_ask(membership.project)}


def outcome_of(attempt: QualificationAttempt) -> str:
    """What a finished try means for the annotator, in words."""
    membership = attempt.membership
    project = membership.project
    n_judged = attempt.n_judged or 0
    figures = {
        "correct": attempt.n_correct,
        "judged": n_judged,
        "needed": needed(project.qualification_pass_mark, n_judged),
    }
    if attempt.has_passed:
        return (
            _("You are qualified: %(correct)s of %(judged)s were right. The work begins.") % figures
        )
    result = _("%(correct)s of %(judged)s were right; %(needed)s are needed to qualify.") % figures
    if has_tries_left(membership):
        return result + " " + _("You may try again: the comparisons come in another order.")
    return result + " " + _("That was the last try. %s") % whom_to_ask(project)


def answer_as_shown(answer: str, swapped: bool) -> str:
    """An accepted answer in the words of the screen."""
    own = {"a": -1, "tie": 0, "b": 1}
    if answer not in own:
        return _(ANSWERS[answer])
    shown = in_own_order(own[answer], swapped=swapped)
    words = {
        -1: _("Left is better"),
        0: _("Both are about the same"),
        1: _("Right is better"),
    }
    return words[shown]


def _in_try(field: str, attempt: QualificationAttempt) -> Q:
    """From the end of the try before: all that was handed out for that one was judged then."""
    before = (
        QualificationAttempt.objects.filter(
            membership=attempt.membership_id, number__lt=attempt.number
        )
        .order_by("-number")
        .values_list("finished_at", flat=True)
        .first()
    )
    since = Q(**{f"{field}__gt": before}) if before else Q()
    until = Q(**{f"{field}__lte": attempt.finished_at}) if attempt.finished_at else Q()
    return since & until


def _ended_by(judgment: Judgment) -> QualificationAttempt | None:
    """The try that this judgment has ended: it is the last answer before the try's end."""
    attempt = (
        QualificationAttempt.objects.filter(
            membership=judgment.annotator_id, finished_at__gte=judgment.submitted_at
        )
        .select_related("membership__project")
        .order_by("number")
        .first()
    )
    if attempt is None:
        return None
    last = max(first_answers(attempt).values(), key=lambda one: (one.submitted_at, one.pk))
    return attempt if last.pk == judgment.pk else None
