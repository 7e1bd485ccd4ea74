"""Checks in the hand-out: gold, attention, qualification, own earlier comparisons."""

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annotation.draws import is_drawn
from annotation.models import Gold, Judgment, Membership, Purpose
from annotation.selectors.checks import Due, check_due, drawn_check, results_of, whom_to_ask
from annotation.selectors.qualification import has_tries_left, needed
from annotation.services.qualification import Withheld, due_qualification, finish_attempt
from feedback_platform.errors import Conflict

# Weak answers that are asked for a reason though nothing is wrong: being asked gives no gold away.
ASKED_ANYWAY = 0.05
MAX_REASON = 500


def may_be_check(*, membership: Membership) -> bool:
    """Whether the annotator's next hand-out is due to be something else than work; no query."""
    drawn = drawn_check(membership, n_handed_out=membership.handed_out)
    return _is_unqualified(membership) or bool(drawn)


def due_check(*, membership: Membership, n_handed_out: int) -> Due | Withheld | None:
    """What the annotator's hand-out ``n_handed_out`` (from 0) is, where it is not ordinary work.

    To be called with the membership locked. Costs no query for a qualified annotator unless a
    draw of ``annotation.draws`` says so. ``Withheld`` means that nothing may be handed out, work
    included.
    """
    if _is_unqualified(membership):
        due = due_qualification(membership=membership)
        if due is not None:
            return due
    return check_due(membership, n_handed_out=n_handed_out)


def begin_check(*, membership: Membership) -> None:
    """Lock the annotator whom the judgment of a check may pause or qualify.

    Before the seat is filled: hand-outs also lock the annotator first, then what they hold. Of
    the last two answers of a qualification that arrive together, one then sees both.
    """
    Membership.objects.select_for_update(no_key=True).get(pk=membership.pk)


def judge_check(*, judgment: Judgment) -> None:
    """Draw the consequences of a check: the end of a qualification, or a pause.

    To be called after ``begin_check``, in the transaction that stores the judgment. A revision
    is not to be brought here: the first answer counts.
    """
    membership = judgment.annotator
    if judgment.purpose == Purpose.QUALIFICATION:
        finish_attempt(membership=membership)
    elif judgment.purpose == Purpose.GOLD:
        _judge_gold(membership)
    elif judgment.purpose == Purpose.ATTENTION:
        _judge_attention(membership)


def keeps_from_work(due: Due | Withheld | None) -> bool:
    """Whether what is due comes before any work, also before what was begun earlier."""
    return isinstance(due, Withheld) or (due is not None and due.purpose == Purpose.QUALIFICATION)


def asks_why(*, judgment: Judgment) -> bool:
    """Whether a decision without a rationale is sent back for one; it need not be stored yet.

    A missed gold comparison is, and a seeded share of everything else; not a qualification, which
    tells the answer at once.
    """
    if judgment.purpose == Purpose.QUALIFICATION:
        return False
    secret = bytes(judgment.annotator.side_seed)
    if is_drawn(secret, f"why/{judgment.assignment_id}", ASKED_ANYWAY):
        return True
    return judgment.purpose == Purpose.GOLD and not is_correct(judgment)


def is_correct(judgment: Judgment) -> bool:
    """Whether the judgment of a check gives an accepted answer; one query."""
    gold = Gold.objects.get(comparison=judgment.comparison_id)
    return gold.accepts(outcome=judgment.outcome, preference=judgment.preference)


def restart_checks(*, membership: Membership) -> None:
    """End the annotator's pause and forget earlier checks and tries; results stay stored.

    Raises:
        Conflict: the annotator is not paused, and has tries left.
    """
    waiting = Membership.objects.filter(pk=membership.pk)
    is_paused = waiting.filter(paused_at__isnull=False).exists()
    if not is_paused and has_tries_left(membership):
        raise Conflict(f"{membership.name} can go on already. Reload the page.")
    waiting.update(paused_at=None, pause_reason="", checks_since=timezone.now())


def _is_unqualified(membership: Membership) -> bool:
    return membership.project.requires_qualification and membership.qualified_at is None


def _judge_gold(membership: Membership) -> None:
    project = membership.project
    if project.pause_below is None:
        return
    results = results_of(membership, Purpose.GOLD)
    asked = needed(project.pause_below, results.n_judged)
    if results.n_judged < project.pause_after_gold or results.n_correct >= asked:
        return
    reason = _(
        "You agreed with %(correct)s of %(judged)s comparisons whose answer is known; this "
        "project asks for %(asked)s."
    )
    figures = {"correct": results.n_correct, "judged": results.n_judged, "asked": asked}
    _pause(membership, reason % figures)


def _judge_attention(membership: Membership) -> None:
    n_missed = results_of(membership, Purpose.ATTENTION).n_missed
    if n_missed < membership.project.pause_after_attention:
        return
    reason = ngettext(
        "You missed %(missed)s comparison whose text says how to answer it.",
        "You missed %(missed)s comparisons whose text says how to answer them.",
        n_missed,
    )
    _pause(membership, reason % {"missed": n_missed})


def _pause(membership: Membership, reason: str) -> None:
    """Hand out nothing more; who is paused already keeps the reason given first."""
    reason = f"{reason} {whom_to_ask(membership.project)}"[:MAX_REASON]
    now = timezone.now()
    going_on = Membership.objects.filter(pk=membership.pk, paused_at=None)
    if going_on.update(paused_at=now, pause_reason=reason):
        membership.paused_at, membership.pause_reason = now, reason
