"""Recording judgments in the ledger, revising them, and excluding them from analysis."""

from uuid import UUID

from django.db import IntegrityError, transaction

from annotation.models import Assignment, Exclusion, Judgment, Outcome, Project
from annotation.services.seats import fill_seat
from annotation.sides import in_own_order
from feedback_platform.errors import BadInput, Conflict, Gone
from feedback_platform.models import User

OTHER_ANSWER = (
    "This judgment was already sent with another answer. The first one is stored; "
    "to change it, take back your last judgment."
)
ALREADY_JUDGED = (
    "You have already judged this comparison, perhaps in another tab. The first judgment is "
    "stored; to change it, take back your last judgment."
)
SKIPPED = (
    "You skipped this comparison, perhaps in another tab, so your judgment was not stored. "
    "Go on with the next comparison."
)
GIVEN_AWAY = (
    "The time for this comparison ran out and another annotator has it now. Your judgment was "
    "not stored. Go on with the next comparison."
)


def record_judgment(
    *,
    assignment: Assignment,
    idempotency_key: UUID,
    outcome: str,
    shown_preference: int | None,
    active_ms: int | None = None,
    rationale: str = "",
) -> Judgment:
    """Store an annotator's decision on the comparison assigned to them.

    ``shown_preference`` follows the screen: negative when the left response is better. It is
    stored in the comparison's own order, so nothing downstream has to know which side was
    which. A repeated submission returns the judgment already stored. An expired seat is still
    the annotator's until somebody else has it.

    Raises:
        BadInput: the project does not offer this answer.
        Conflict: the key came with another answer, or the comparison is judged already.
        Gone: the seat has passed to another annotator.
    """
    project = assignment.annotator.project
    check_offered(project, outcome=outcome, shown_preference=shown_preference)
    judgment = Judgment(
        project=project,
        comparison_id=assignment.comparison_id,
        annotator=assignment.annotator,
        seat_id=assignment.seat_id,
        assignment=assignment,
        outcome=outcome,
        preference=_own(shown_preference, assignment.swapped),
        raw_strength=_strength(project, shown_preference),
        swapped=assignment.swapped,
        active_ms=active_ms,
        rationale=rationale,
        idempotency_key=idempotency_key,
    )
    try:
        with transaction.atomic():
            if not fill_seat(assignment=assignment):
                return _stored_before(judgment, assignment)
            judgment.save(force_insert=True)
    except IntegrityError as error:
        # The key belongs to another comparison's judgment; the seat stays as it was.
        raise Conflict(OTHER_ANSWER) from error
    return judgment


def revise_judgment(
    *,
    judgment: Judgment,
    idempotency_key: UUID,
    outcome: str,
    shown_preference: int | None,
    active_ms: int | None = None,
    rationale: str = "",
) -> Judgment:
    """Add a row that supersedes the annotator's judgment; the sides are those first shown.

    Raises:
        BadInput: the project does not offer this answer.
        Conflict: the judgment was revised already, or the key came with another answer.
    """
    project = judgment.annotator.project
    check_offered(project, outcome=outcome, shown_preference=shown_preference)
    revision = Judgment(
        project=project,
        comparison_id=judgment.comparison_id,
        annotator=judgment.annotator,
        seat_id=judgment.seat_id,
        assignment_id=judgment.assignment_id,
        occasion=judgment.occasion,
        outcome=outcome,
        preference=_own(shown_preference, bool(judgment.swapped)),
        raw_strength=_strength(project, shown_preference),
        swapped=judgment.swapped,
        active_ms=active_ms,
        rationale=rationale,
        idempotency_key=idempotency_key,
        supersedes=judgment,
    )
    stored = Judgment.objects.filter(idempotency_key=idempotency_key).first()
    if stored is not None:
        return _same_or_conflict(stored, revision)
    try:
        with transaction.atomic():
            revision.save(force_insert=True)
    except IntegrityError as error:
        raise Conflict("This judgment was changed already. Reload the page.") from error
    return revision


def exclude_judgment(*, judgment: Judgment, reason: str, person: User) -> Exclusion:
    """Leave a judgment out of every analysis from now on; the judgment itself stays.

    Raises:
        BadInput: no reason was given.
        Conflict: it is excluded already.
    """
    reason = reason.strip()
    if not reason:
        raise BadInput("Say why this judgment is left out.")
    try:
        with transaction.atomic():
            return Exclusion.objects.create(judgment=judgment, reason=reason[:500], person=person)
    except IntegrityError as error:
        raise Conflict("This judgment is left out already.") from error


def check_offered(project: Project, *, outcome: str, shown_preference: int | None) -> None:
    """Refuse an answer that the project does not offer.

    Raises:
        BadInput: names what is offered.
    """
    if outcome == Outcome.PREFERENCE:
        if shown_preference not in project.offered_preferences:
            offered = ", ".join(
                f"{value:+d}" if value else "0" for value in project.offered_preferences
            )
            raise BadInput(f"This project offers the preferences {offered}.")
        return
    if outcome not in project.offered_outcomes:
        offered = ", ".join(project.offered_outcomes)
        raise BadInput(f"This project offers the outcomes {offered}.")
    if shown_preference is not None:
        raise BadInput("Only the outcome preference comes with a preference.")


def _own(shown_preference: int | None, swapped: bool) -> int | None:
    if shown_preference is None:
        return None
    return in_own_order(shown_preference, swapped=swapped)


def _strength(project: Project, shown_preference: int | None) -> int | None:
    """What the scale asked for: the two-way scale asks for no strength."""
    if shown_preference is None or project.scale == Project.Scale.TWO_WAY:
        return None
    return abs(shown_preference)


def _stored_before(judgment: Judgment, assignment: Assignment) -> Judgment:
    """The judgment that an ended assignment has, when it says the same."""
    stored = Judgment.objects.filter(idempotency_key=judgment.idempotency_key).first()
    if stored is not None:
        return _same_or_conflict(stored, judgment)
    state = Assignment.objects.values_list("state", flat=True).get(pk=assignment.pk)
    if state == Assignment.State.DONE:
        raise Conflict(ALREADY_JUDGED)
    raise Gone(SKIPPED if state == Assignment.State.SKIPPED else GIVEN_AWAY)


def _same_or_conflict(stored: Judgment, sent: Judgment) -> Judgment:
    body = ("assignment_id", "supersedes_id", "outcome", "preference", "rationale")
    if any(getattr(stored, name) != getattr(sent, name) for name in body):
        raise Conflict(OTHER_ANSWER)
    return stored
