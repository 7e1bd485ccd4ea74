"""Deciding comparisons on which annotators differ. Decisions are rows that are never edited."""

from django.db import IntegrityError, transaction

from annotation.majority import Decision
from annotation.models import Adjudication, Comparison
from annotation.selectors.reviews import majority_on, newest_adjudication
from annotation.services.answers import check_offered
from annotation.services.flags import LONGEST_TEXT, checked_text
from feedback_platform.errors import BadInput, Conflict
from feedback_platform.models import User

DECIDED_MEANWHILE = (
    "Somebody has decided this comparison in the meantime. Their decision is shown below; what "
    "you wrote is kept. Decide again only if yours should replace it."
)
MAJORITY_MOVED = (
    "The majority is no longer what the page showed: judgments were added or left out meanwhile. "
    "Nothing was stored. Look again."
)


def accept_majority(
    *,
    comparison: Comparison,
    shown: Decision,
    person: User,
    reason: str = "",
    seen: int | None = None,
) -> Adjudication:
    """Make the majority's answer the decision; ``shown`` is the majority as the page had it.

    Raises:
        Conflict: the majority is another one now, or somebody else has decided meanwhile.
    """
    if majority_on(comparison) != shown:
        raise Conflict(MAJORITY_MOVED)
    decision = Adjudication(
        kind=Adjudication.Kind.ACCEPTED,
        outcome=shown.outcome,
        preference=shown.preference,
        reason=_optional(reason),
    )
    return _stored(decision, comparison=comparison, person=person, seen=seen)


def decide(
    *,
    comparison: Comparison,
    decision: Decision,
    reason: str,
    person: User,
    seen: int | None = None,
) -> Adjudication:
    """Store a reviewer's own answer, in own order; the project offers the same to annotators.

    ``seen`` is the decision that the reviewer saw as the one in force, None where there was none:
    of two reviewers at once, the second learns what the first has decided.

    Raises:
        BadInput: no reason was given, or the project does not offer this answer.
        Conflict: somebody else has decided meanwhile.
    """
    check_offered(
        comparison.project, outcome=decision.outcome, shown_preference=decision.preference
    )
    stored = Adjudication(
        kind=Adjudication.Kind.DECIDED,
        outcome=decision.outcome,
        preference=decision.preference,
        reason=checked_text(reason, what="the reason for your decision"),
    )
    return _stored(stored, comparison=comparison, person=person, seen=seen)


def mark_ambiguous(
    *, comparison: Comparison, reason: str, person: User, seen: int | None = None
) -> Adjudication:
    """Say that the prompt allows no decision; datasets leave the comparison out.

    Raises:
        BadInput: no reason was given.
        Conflict: somebody else has decided meanwhile.
    """
    stored = Adjudication(
        kind=Adjudication.Kind.AMBIGUOUS,
        reason=checked_text(reason, what="what is ambiguous"),
    )
    return _stored(stored, comparison=comparison, person=person, seen=seen)


def take_back(*, adjudication: Adjudication, person: User) -> Adjudication:
    """Withdraw a decision: the comparison is open for review again, and the row stays.

    Raises:
        Conflict: it is no longer the decision in force.
    """
    comparison = adjudication.comparison
    newest = newest_adjudication(comparison)
    if newest is None or newest.pk != adjudication.pk:
        if newest is not None and newest.kind == Adjudication.Kind.WITHDRAWN:
            return newest
        raise Conflict(DECIDED_MEANWHILE)
    withdrawn = Adjudication(kind=Adjudication.Kind.WITHDRAWN)
    return _stored(withdrawn, comparison=comparison, person=person, seen=newest.pk)


def _stored(
    decision: Adjudication, *, comparison: Comparison, person: User, seen: int | None
) -> Adjudication:
    """Add the row behind the newest one; a second click gets the row of the first."""
    newest = newest_adjudication(comparison)
    decision.project_id = comparison.project_id
    decision.comparison = comparison
    decision.person = person
    decision.supersedes = newest
    if newest is not None and newest.pk != seen:
        if _says_the_same(newest, decision):
            return newest
        # A decision that was taken back stands in nobody's way.
        if newest.kind != Adjudication.Kind.WITHDRAWN:
            raise Conflict(DECIDED_MEANWHILE)
    try:
        with transaction.atomic():
            decision.save(force_insert=True)
    except IntegrityError as error:
        winner = newest_adjudication(comparison)
        if winner is not None and _says_the_same(winner, decision):
            return winner
        raise Conflict(DECIDED_MEANWHILE) from error
    return decision


def _says_the_same(stored: Adjudication, sent: Adjudication) -> bool:
    body = ("person_id", "kind", "outcome", "preference", "reason")
    return all(getattr(stored, name) == getattr(sent, name) for name in body)


def _optional(text: str) -> str:
    text = text.replace("\r\n", "\n").strip()
    if len(text) > LONGEST_TEXT:
        raise BadInput(f"Write a reason of at most {LONGEST_TEXT:,} characters.")
    return text
