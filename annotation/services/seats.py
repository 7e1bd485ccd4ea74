"""Handing out seats: reserve, renew, skip, expire. The design is in the README, "Seats"."""

import time
from collections.abc import Collection
from datetime import timedelta
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from annotation.models import Assignment, Membership, Project
from annotation.selectors.caps import caps_left, caps_of
from annotation.selectors.checks import Due
from annotation.services import leases_sql
from annotation.services import seats_sql as sql
from annotation.services.checks import due_check, keeps_from_work, may_be_check
from annotation.services.given import given_assignment
from annotation.sides import swapped_at
from feedback_platform.errors import Conflict
from feedback_platform.prepared import as_one_statement, prepared_cursor

# Comparisons that one annotator may hold: the one on the screen and those fetched ahead.
MOST_HELD = 4
# Windows passed before the annotator is asked to try again, and tries against faster requests.
MAX_WINDOWS, MAX_ATTEMPTS, PAUSE_SECONDS = 4, 20, 0.005


class Why(StrEnum):
    """Why nothing was handed out; empty where something was."""

    GIVEN = ""
    # There may be a seat further on; ask again.
    BUSY = "busy"
    NOTHING_LEFT = "nothing_left"
    PROJECT_PAUSED = "project_paused"
    PROJECT_CLOSED = "project_closed"
    # The membership's ``pause_reason`` says more.
    PAUSED = "paused"
    CAP_REACHED = "cap_reached"
    CAP_TODAY = "cap_today"
    NOT_QUALIFIED = "not_qualified"
    # As much is held as may be: judge that first.
    ENOUGH_AHEAD = "enough_ahead"


class Handout(NamedTuple):
    """What came of asking for a seat: an assignment, or why there is none."""

    assignment: Assignment | None
    why: Why = Why.GIVEN


class _Request(NamedTuple):
    """An annotator's wish for a comparison."""

    membership: Membership
    # What the statements are given.
    values: dict[str, Any]
    # How many may be held; with why where that is less than usual.
    most_held: int = MOST_HELD
    why: Why = Why.ENOUGH_AHEAD


class _Busy(Exception):
    """Others were faster; try again."""


def reserve_comparison(*, membership: Membership, known: Collection[UUID] = ()) -> Handout:
    """Give the annotator what they hold and do not know of, or else the next comparison.

    ``known`` are the assignments that the page has already; up to ``MOST_HELD`` may be held, so
    that the next ones can be fetched ahead. The membership's row is locked for the moment, so
    that two tabs of one person get the same seat, and the side is drawn from its counter.
    """
    state = membership.project.state
    if state != Project.State.OPEN:
        is_closed = state == Project.State.CLOSED
        return Handout(None, Why.PROJECT_CLOSED if is_closed else Why.PROJECT_PAUSED)
    found = _at_once(membership, known)
    if found is not None:
        return found
    swept = False
    for attempt in range(MAX_ATTEMPTS):
        try:
            with transaction.atomic():
                found = _reserve(membership, known)
        except IntegrityError:
            # A late judgment closed this comparison for the annotator at the same moment.
            continue
        except _Busy:
            time.sleep(PAUSE_SECONDS * attempt)
            continue
        if found.why != Why.NOTHING_LEFT or swept:
            return found
        # Nothing free: seats whose lease has run out are free too, with or without the beat.
        swept = True
        if not expire_leases(project=membership.project):
            return found
    return Handout(None, Why.BUSY)


def renew_leases(*, membership: Membership) -> int:
    """Keep all that the annotator holds for another lease, and say how many; the heartbeat."""
    held = Assignment.objects.filter(annotator=membership, state=Assignment.State.HELD)
    lease = timedelta(seconds=membership.project.lease_seconds)
    return held.update(expires_at=timezone.now() + lease)


def skip_comparison(*, assignment: Assignment, reason: str = "", is_report: bool = False) -> None:
    """Free the seat; the comparison does not return to this annotator. A repeat does nothing.

    Raises:
        Conflict: it was judged in the meantime, or answered, and a reason is due.
    """
    if assignment.asked_answer and not is_report:
        # Or whoever is asked for a reason would skip what they may have missed.
        raise Conflict(_("You have answered this comparison. Write why, then send it again."))
    values: dict[str, Any] = {
        "assignment": assignment.pk,
        "reason": reason[:500],
        "now": timezone.now(),
    }
    with transaction.atomic(), connection.cursor() as cursor:
        # Twice: while it waits for the row, the lease may end, or somebody go on with it.
        for _attempt in range(2):
            cursor.execute(leases_sql.SKIP, values)
            (skipped,) = cursor.fetchone()
            if skipped:
                return
            cursor.execute(leases_sql.SKIP_EXPIRED, values)
            if cursor.rowcount:
                return
    this = Assignment.objects.filter(pk=assignment.pk)
    if this.filter(state=Assignment.State.DONE).exists():
        raise Conflict(_("You have already judged this comparison. Go on with the next one."))


def expire_leases(*, project: Project | None = None) -> int:
    """End the leases that have run out, of one project or of all; returns how many.

    Seats being judged at this moment are left to that judgment.
    """
    with connection.cursor() as cursor:
        parameters = {"project": project.pk if project else None, "now": timezone.now()}
        cursor.execute(leases_sql.EXPIRE, parameters)
        return int(cursor.fetchone()[0])


def _at_once(membership: Membership, known: Collection[UUID]) -> Handout | None:
    """What one statement can give, without a look at teams, caps and checks; mostly all it takes.

    None where the annotator has any of these to reckon with, left something off, or where the
    membership was changed since it was read: it is locked then, and everything is looked at.
    """
    if not caps_of(membership).is_unlimited or may_be_check(membership=membership):
        return None
    try:
        with as_one_statement():
            found = _run(_request(membership, known), sql.RESERVE, rest_is_done=False)
    except (IntegrityError, _Busy):
        return None
    return found if found is not None and found.assignment is not None else None


def _locked(membership: Membership) -> tuple[bool, bool]:
    """Lock the membership and read what may have changed.

    Returns:
        Whether a team has work, and whether there is something to go on with.
    """
    with prepared_cursor() as cursor:
        cursor.execute(sql.LOCK, {"membership": membership.pk})
        membership.handed_out, *fresh, teams_have_work, left_off = cursor.fetchone()
    membership.paused_at, membership.pause_reason, membership.qualified_at = fresh
    return bool(teams_have_work), bool(left_off)


def _request(membership: Membership, known: Collection[UUID]) -> _Request:
    """What the annotator asks for now, with the side drawn."""
    now = timezone.now()
    values = {
        "project": membership.project_id,
        "membership": membership.pk,
        "handed_out": membership.handed_out,
        "known": list(known),
        "assignment": uuid4(),
        "swapped": swapped_at(bytes(membership.side_seed), membership.handed_out),
        "now": now,
        "expires_at": now + timedelta(seconds=membership.project.lease_seconds),
    }
    return _Request(membership, values)


def _reserve(membership: Membership, known: Collection[UUID]) -> Handout:
    """One attempt, inside the caller's transaction.

    Raises:
        _Busy: others were faster.
    """
    teams_have_work, left_off = _locked(membership)
    if membership.paused_at is not None:
        return Handout(None, Why.PAUSED)
    request = _under_caps(_request(membership, known))
    due = None
    if request.most_held:
        due = due_check(membership=membership, n_handed_out=membership.handed_out)
        if left_off and not keeps_from_work(due):
            _go_on(request)
    if isinstance(due, Due):
        found = _check(request, due)
        if found is not None:
            return found
    elif due is not None:
        request = request._replace(most_held=0, why=Why(due.value))
    if teams_have_work:
        found = _from_lane(request, sql.RESERVE_FOR_TEAMS, sql.ADVANCE_FOR_TEAMS)
        if found.why != Why.NOTHING_LEFT:
            return found
    return _from_lane(request, sql.RESERVE, sql.ADVANCE)


def _go_on(request: _Request) -> None:
    """Hold again what the annotator's leases ran out on and nobody else has got since.

    It is no hand-out: rows, sides and drafts are those of then. What comes next is what the page
    does not know of these.
    """
    with connection.cursor() as cursor:
        cursor.execute(leases_sql.GO_ON, {**request.values, "most_held": request.most_held})


def _under_caps(request: _Request) -> _Request:
    """What caps leave to this annotator; no query where none is set, else one of bounded cost."""
    caps = caps_of(request.membership)
    if caps.is_unlimited:
        return request
    left, is_for_today = caps_left(request.membership, caps)
    if left >= MOST_HELD:
        return request
    if left:
        return request._replace(most_held=left)
    return request._replace(most_held=0, why=Why.CAP_TODAY if is_for_today else Why.CAP_REACHED)


def _check(request: _Request, due: Due) -> Handout | None:
    """Hand out a check, unless the annotator holds enough; None where it is theirs already."""
    values = {"comparison": due.comparison_id, "purpose": due.purpose}
    if due.swapped is not None:
        values["swapped"] = due.swapped
    try:
        with transaction.atomic():
            return _run(request, sql.GIVE_CHECK, **values)
    except IntegrityError:
        # They hold this comparison as work: then work it is.
        return None


def _from_lane(request: _Request, reserve: str, advance: str) -> Handout:
    """The next free seat of an audience, looked for in windows from the annotator's cursor.

    Raises:
        _Busy: others were faster.
    """
    for _window in range(MAX_WINDOWS):
        found = _run(request, reserve)
        if found is not None:
            return found
        with prepared_cursor() as cursor:
            cursor.execute(_with_window(advance), request.values)
            (n_keys,) = cursor.fetchone()
        if n_keys < sql.WINDOW:
            return Handout(None, Why.NOTHING_LEFT)
    return Handout(None, Why.BUSY)


def _run(request: _Request, statement: str, **more: Any) -> Handout | None:
    """What the statement gives, or why it may give nothing; None where it found nothing.

    Raises:
        _Busy: what it saw was locked, or changed meanwhile.
    """
    values = {"rest_is_done": True, **request.values, "most_held": request.most_held, **more}
    with prepared_cursor() as cursor:
        cursor.execute(_with_window(statement), values)
        n_held, is_contested, *row = cursor.fetchone()
    if row[0] is not None:
        assignment = given_assignment(row, membership=request.membership)
        if assignment.pk == values["assignment"]:
            request.membership.handed_out += 1
        return Handout(assignment)
    if is_contested:
        raise _Busy
    return Handout(None, request.why) if n_held >= request.most_held else None


def _with_window(statement: str) -> str:
    return statement.replace(":window", str(sql.WINDOW))
