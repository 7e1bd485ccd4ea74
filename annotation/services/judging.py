"""Recording judgments in the ledger, revising them, and excluding them from analysis."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext, gettext_lazy

from annotation.models import (
    Assignment,
    CriterionPreference,
    Exclusion,
    Judgment,
    Membership,
    Project,
    Purpose,
    Rating,
)
from annotation.models.checks import answer_of
from annotation.selectors.criteria import asked_criteria
from annotation.services.answers import ShownAnswer, ShownRatings, check_answer
from annotation.services.checks import asks_why, begin_check, judge_check
from annotation.services.ledger import store_judgment
from annotation.services.reviews import answer_sent_back
from annotation.sides import in_own_order
from feedback_platform.errors import BadInput, Conflict, Gone
from feedback_platform.models import User
from feedback_platform.prepared import as_one_statement

OTHER_ANSWER = gettext_lazy(
    "This judgment was already sent with another answer. The first one is stored; "
    "to change it, take back your last judgment."
)
ALREADY_JUDGED = gettext_lazy(
    "You have already judged this comparison, perhaps in another tab. The first judgment is "
    "stored; to change it, take back your last judgment."
)
SKIPPED = gettext_lazy(
    "You skipped this comparison, perhaps in another tab, so your judgment was not stored. "
    "Go on with the next comparison."
)
GIVEN_AWAY = gettext_lazy(
    "The time for this comparison ran out and another annotator has it now. Your judgment was "
    "not stored. Go on with the next comparison."
)
LEFT_OUT = gettext_lazy(
    "This judgment is left out of the analysis, so it cannot be changed. The reason is on your own "
    "page, where you can appeal."
)
ANSWER_KNOWN = gettext_lazy(
    "An answer of the qualification cannot be changed: the right one was shown after it."
)
RATIONALE_WANTED = gettext_lazy("Please write why you chose this answer, then send it again.")


def record_judgment(
    *,
    assignment: Assignment,
    idempotency_key: UUID,
    outcome: str,
    shown_preference: int | None,
    active_ms: int | None = None,
    rationale: str = "",
    tags: Sequence[str] = (),
    shown_ratings: ShownRatings | None = None,
    shown_criterion_preferences: Mapping[str, int | None] | None = None,
) -> Judgment:
    """Store an annotator's decision on the comparison assigned to them.

    What is called shown follows the screen: negative when the left response is better, ratings
    by side. It is stored in the comparison's own order, so nothing downstream has to know which
    side was which. A repeated submission returns the judgment already stored. An expired seat
    is still the annotator's until somebody else has it.

    Raises:
        BadInput: the project does not offer this answer, or asks for more.
        Conflict: the key came with another answer, or the comparison is judged already.
        Gone: the seat has passed to another annotator.
    """
    answer = ShownAnswer(
        outcome, shown_preference, rationale, tags, shown_ratings, shown_criterion_preferences
    )
    judgment = _judgment(assignment.annotator, answer, bool(assignment.swapped))
    judgment.comparison_id = assignment.comparison_id
    judgment.seat_id = assignment.seat_id
    judgment.assignment = assignment
    judgment.purpose = assignment.purpose
    judgment.active_ms = active_ms
    judgment.idempotency_key = idempotency_key
    try:
        check_answer(judgment.project, answer)
        _check_why(judgment, assignment)
    except BadInput:
        # What is asked for may have changed since this very judgment was stored.
        stored = _stored_under(idempotency_key)
        if stored is None:
            raise
        return _same_or_conflict(stored, judgment, answer)
    is_check = judgment.purpose != Purpose.WORK
    is_plain = not (is_check or answer.ratings() or answer.criterion_preferences())
    try:
        with as_one_statement() if is_plain else transaction.atomic():
            if is_check:
                begin_check(membership=assignment.annotator)
                judgment.occasion = _occasion(judgment)
            if not store_judgment(judgment=judgment):
                return _stored_before(judgment, answer, assignment)
            _store_ratings(judgment, answer)
            if is_check:
                judge_check(judgment=judgment)
    except IntegrityError as error:
        # The key belongs to another comparison's judgment; the seat stays as it was.
        raise Conflict(str(OTHER_ANSWER)) from error
    return judgment


def revise_judgment(
    *,
    judgment: Judgment,
    idempotency_key: UUID,
    outcome: str,
    shown_preference: int | None,
    active_ms: int | None = None,
    rationale: str = "",
    tags: Sequence[str] = (),
    shown_ratings: ShownRatings | None = None,
    shown_criterion_preferences: Mapping[str, int | None] | None = None,
) -> Judgment:
    """Add a row that supersedes the annotator's judgment; the sides are those first shown.

    Raises:
        BadInput: the project does not offer this answer, or asks for more.
        Conflict: the judgment was revised already, is left out of the analysis, the key came
            with another answer, or the right answer was shown after it.
    """
    if judgment.purpose == Purpose.QUALIFICATION:
        raise Conflict(str(ANSWER_KNOWN))
    answer = ShownAnswer(
        outcome, shown_preference, rationale, tags, shown_ratings, shown_criterion_preferences
    )
    revision = _judgment(judgment.annotator, answer, bool(judgment.swapped))
    for name in ("comparison_id", "seat_id", "assignment_id", "occasion", "purpose", "swapped"):
        setattr(revision, name, getattr(judgment, name))
    revision.supersedes = judgment
    revision.active_ms = active_ms
    revision.idempotency_key = idempotency_key
    stored = _stored_under(idempotency_key)
    if stored is not None:
        return _same_or_conflict(stored, revision, answer)
    if Exclusion.objects.filter(judgment=judgment, reinstatement=None).exists():
        raise Conflict(str(LEFT_OUT))
    check_answer(revision.project, answer)
    if _is_unexplained(revision) and judgment.assignment and judgment.assignment.asked_answer:
        raise BadInput(str(RATIONALE_WANTED))
    try:
        with transaction.atomic():
            revision.save(force_insert=True)
            _store_ratings(revision, answer)
            answer_sent_back(judgment=judgment)
    except IntegrityError as error:
        raise Conflict(gettext("This judgment was changed already. Reload the page.")) from error
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


def _judgment(annotator: Membership, answer: ShownAnswer, swapped: bool) -> Judgment:
    """The row of an answer, without what says which comparison it is about."""
    project, shown = annotator.project, answer.shown_preference
    asks_strength = project.scale == Project.Scale.SEVEN_POINT
    return Judgment(
        project=project,
        annotator=annotator,
        outcome=answer.outcome,
        preference=None if shown is None else in_own_order(shown, swapped=swapped),
        raw_strength=None if shown is None or not asks_strength else abs(shown),
        swapped=swapped,
        rationale=answer.rationale,
        tags=list(answer.tags),
        guidelines_number=annotator.guidelines_number,
    )


def _check_why(judgment: Judgment, assignment: Assignment) -> None:
    """Send an answer back for a reason, once and for all: no other one is taken without.

    The answer stays with the assignment as the first one. What has ended asks nothing: an answer
    that comes too late would else tell gold from work.

    Raises:
        BadInput: a reason is due.
    """
    if assignment.state not in {Assignment.State.HELD, Assignment.State.EXPIRED}:
        return
    if not _is_unexplained(judgment):
        return
    if not assignment.asked_answer:
        if assignment.state != Assignment.State.HELD or not asks_why(judgment=judgment):
            return
        answer = answer_of(judgment.outcome, judgment.preference)
        unasked = Assignment.objects.filter(pk=assignment.pk, asked_answer="")
        unasked.update(asked_answer=answer)
    raise BadInput(str(RATIONALE_WANTED))


def _is_unexplained(judgment: Judgment) -> bool:
    """Whether it comes without a reason where one may be asked for."""
    rule = judgment.project.rationale_rule
    return rule == Project.RationaleRule.STRONG and not judgment.rationale.strip()


def _occasion(judgment: Judgment) -> int:
    """Only what may be shown again has more than one; no query for the rest."""
    if judgment.purpose not in {Purpose.RESHOW, Purpose.QUALIFICATION}:
        return 1
    earlier = Judgment.objects.filter(
        annotator=judgment.annotator, comparison=judgment.comparison_id
    )
    highest: int | None = earlier.aggregate(highest=Max("occasion"))["highest"]
    return (highest or 0) + 1


def _store_ratings(judgment: Judgment, answer: ShownAnswer) -> None:
    """Insert what was rated, where anything was: one statement for each kind."""
    swapped = bool(judgment.swapped)
    ratings = answer.own_ratings(swapped=swapped)
    preferences = answer.own_criterion_preferences(swapped=swapped)
    if not ratings and not preferences:
        return
    ids = {one.key: one.pk for one in asked_criteria(judgment.project)}
    Rating.objects.bulk_create(
        Rating(judgment=judgment, criterion_id=ids[key], response=response, value=value)
        for (key, response), value in ratings.items()
    )
    CriterionPreference.objects.bulk_create(
        CriterionPreference(judgment=judgment, criterion_id=ids[key], preference=preference)
        for key, preference in preferences.items()
    )


def _stored_under(idempotency_key: UUID | None) -> Judgment | None:
    return Judgment.objects.filter(idempotency_key=idempotency_key).first()


def _stored_before(sent: Judgment, answer: ShownAnswer, assignment: Assignment) -> Judgment:
    """The judgment that an ended assignment has, when it says the same."""
    stored = _stored_under(sent.idempotency_key)
    if stored is not None:
        return _same_or_conflict(stored, sent, answer)
    state = Assignment.objects.values_list("state", flat=True).get(pk=assignment.pk)
    if state == Assignment.State.DONE:
        raise Conflict(str(ALREADY_JUDGED))
    raise Gone(str(SKIPPED if state == Assignment.State.SKIPPED else GIVEN_AWAY))


def _same_or_conflict(stored: Judgment, sent: Judgment, answer: ShownAnswer) -> Judgment:
    body = ("assignment_id", "supersedes_id", "outcome", "preference", "rationale", "tags")
    swapped = bool(sent.swapped)
    ratings = {(one.criterion.key, one.response): one.value for one in _with_keys(stored.ratings)}
    preferences = {
        one.criterion.key: one.preference for one in _with_keys(stored.criterion_preferences)
    }
    if (
        any(getattr(stored, name) != getattr(sent, name) for name in body)
        or ratings != answer.own_ratings(swapped=swapped)
        or preferences != answer.own_criterion_preferences(swapped=swapped)
    ):
        raise Conflict(str(OTHER_ANSWER))
    stored.was_there = True
    return stored


def _with_keys(rows: Any) -> Any:
    return rows.select_related("criterion")
