"""The qualification: known comparisons with feedback that come before the real work."""

from enum import StrEnum

from django.utils import timezone

from annotation.draws import order_of
from annotation.models import Assignment, Gold, Membership, Purpose, QualificationAttempt
from annotation.selectors.checks import Due
from annotation.selectors.qualification import (
    first_answers,
    has_tries_left,
    needed,
    qualification_comparisons,
    taken_since,
)


class Withheld(StrEnum):
    """Why nothing may be handed out, not even work."""

    NOT_QUALIFIED = "not_qualified"
    # All that is left of the qualification is held already: judge that first.
    ENOUGH_AHEAD = "enough_ahead"


def due_qualification(*, membership: Membership) -> Due | Withheld | None:
    """The next comparison of the annotator's try, which is started where none is open.

    None: the try has just ended well, because what was left of it was retired. To be called with
    the membership locked.
    """
    wanted = qualification_comparisons(membership)
    if not wanted:
        return Withheld.NOT_QUALIFIED
    attempt = _open_attempt(membership)
    if attempt is None:
        # Another request may have ended the last try meanwhile.
        membership.refresh_from_db(fields=["qualified_at"])
        return None if membership.qualified_at else Withheld.NOT_QUALIFIED
    taken = taken_since(attempt)
    left = [pk for pk in wanted if taken.get(pk) not in {"held", "done"}]
    if left:
        secret, number = bytes(membership.side_seed), attempt.number
        # What was skipped comes again at the end.
        left.sort(key=lambda pk: (pk in taken, order_of(secret, f"try/{number}/{pk}")))
        return Due(left[0], Purpose.QUALIFICATION.value)
    if Assignment.State.HELD in {taken[pk] for pk in wanted}:
        return Withheld.ENOUGH_AHEAD
    finish_attempt(membership=membership)
    if membership.qualified_at is not None:
        return None
    return due_qualification(membership=membership)


def finish_attempt(*, membership: Membership) -> QualificationAttempt | None:
    """End the open try where all its comparisons are judged; a pass qualifies the annotator.

    Each comparison's first answer counts. To be called with the membership locked.
    """
    attempt = QualificationAttempt.objects.filter(membership=membership, finished_at=None).first()
    if attempt is None:
        return None
    wanted = set(qualification_comparisons(membership))
    answers = {pk: one for pk, one in first_answers(attempt).items() if pk in wanted}
    if not answers or len(answers) < len(wanted):
        return None
    golds = {one.comparison_id: one for one in Gold.objects.filter(comparison__in=answers)}
    attempt.n_judged = len(answers)
    attempt.n_correct = sum(
        golds[pk].accepts(outcome=one.outcome, preference=one.preference)
        for pk, one in answers.items()
    )
    mark = membership.project.qualification_pass_mark
    attempt.has_passed = attempt.n_correct >= needed(mark, attempt.n_judged)
    attempt.finished_at = timezone.now()
    attempt.save(update_fields=["n_judged", "n_correct", "has_passed", "finished_at"])
    if attempt.has_passed:
        membership.qualified_at = attempt.finished_at
        membership.save(update_fields=["qualified_at"])
    return attempt


def _open_attempt(membership: Membership) -> QualificationAttempt | None:
    """The try that is going on, or a new one; None where one was passed or all are used up."""
    last = membership.attempts.order_by("-number").first()
    if last is not None and last.finished_at is None:
        return last
    if (last is not None and last.has_passed) or not has_tries_left(membership):
        return None
    return QualificationAttempt.objects.create(
        membership=membership, number=last.number + 1 if last else 1
    )
