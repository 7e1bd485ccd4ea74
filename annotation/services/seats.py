"""Handing out seats: release, reserve, skip, expire. The design is in the README, "Seats"."""

from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from annotation.models import Assignment, Import, Membership, Project, Seat
from annotation.services.seats_sql import ADVANCE, EXPIRE, RELEASE, RESERVE, RETREAT
from annotation.sides import swapped_at
from feedback_platform.errors import Conflict

# Keys looked at in one go, and goes before the annotator is asked to try again.
WINDOW = 5_000
MAX_WINDOWS = 4
MAX_ATTEMPTS = 20
# Candidates of one statement: more than the requests that may hold a lock at one moment.
CANDIDATES = 32


class Handout(NamedTuple):
    """What came of asking for a seat: an assignment, or why there is none."""

    assignment: Assignment | None
    # There may be a seat further on; ask again.
    busy: bool = False


@transaction.atomic
def release_comparisons(*, project: Project, imported_from: Import | None = None) -> int:
    """Create ``overlap`` free seats for each comparison that has none; returns how many seats.

    Comparisons that were judged elsewhere have their filled seats and are left as they are.
    """
    with connection.cursor() as cursor:
        parameters = {
            "project": project.pk,
            "overlap": project.overlap,
            "import": imported_from.pk if imported_from else None,
        }
        cursor.execute(RELEASE, parameters)
        released = int(cursor.rowcount)
        if released:
            # Seats behind a cursor would never be found: all cursors come back to the lowest
            # one. Last, because hand-outs wait from here until the commit, and then see both.
            cursor.execute(RETREAT, parameters)
    return released


def reserve_comparison(*, membership: Membership) -> Handout:
    """Give the annotator the seat they hold, or the next free one of a comparison new to them.

    The membership's row is locked for the moment, so that two tabs of one person get the same
    seat, and the side is drawn from its counter. Nothing is handed out while the project is
    not open.
    """
    if membership.project.state != Project.State.OPEN:
        return Handout(None)
    swept = False
    for _ in range(MAX_ATTEMPTS):
        try:
            with transaction.atomic():
                found = _reserve(membership)
        except IntegrityError:
            # A late judgment closed this comparison for the annotator at the same moment.
            continue
        if found is None:
            continue
        if found.assignment or found.busy or swept:
            return found
        # Nothing free: seats whose lease has run out are free too, with or without the beat.
        swept = True
        if not expire_leases(project=membership.project):
            return found
    return Handout(None, busy=True)


def _reserve(membership: Membership) -> Handout | None:
    """One attempt, inside the caller's transaction; None: others were faster, try again."""
    parameters = _parameters(membership)
    with connection.cursor() as cursor:
        for _ in range(MAX_WINDOWS):
            cursor.execute(RESERVE, parameters)
            given, is_contested = cursor.fetchone()
            if given is not None:
                return Handout(_assignment(given))
            if is_contested:
                return None
            cursor.execute(ADVANCE, parameters)
            *key, n_keys = cursor.fetchone()
            if n_keys < WINDOW:
                return Handout(None)
            parameters |= zip(("turn", "priority", "position"), key, strict=True)
    return Handout(None, busy=True)


def _parameters(membership: Membership) -> dict[str, Any]:
    """Lock the membership; what the statement needs of it."""
    locked = (
        Membership.objects.select_for_update(no_key=True)
        .only("side_seed", "handed_out", "cursor_turn", "cursor_priority", "cursor_position")
        .get(pk=membership.pk)
    )
    now = timezone.now()
    return {
        "project": membership.project_id,
        "membership": locked.pk,
        "turn": locked.cursor_turn,
        "priority": locked.cursor_priority,
        "position": locked.cursor_position,
        "window": WINDOW,
        "candidates": CANDIDATES,
        "assignment": uuid4(),
        "swapped": swapped_at(bytes(locked.side_seed), locked.handed_out),
        "now": now,
        "expires_at": now + timedelta(seconds=membership.project.lease_seconds),
    }


def _assignment(assignment_id: UUID) -> Assignment:
    return Assignment.objects.select_related("comparison__rendered").get(pk=assignment_id)


@transaction.atomic
def skip_comparison(*, assignment: Assignment, reason: str = "") -> None:
    """Free the seat; the comparison does not return to this annotator. A repeat does nothing.

    Raises:
        Conflict: it was judged in the meantime.
    """
    skipped = {
        "state": Assignment.State.SKIPPED,
        "skip_reason": reason[:500],
        "ended_at": timezone.now(),
    }
    this = Assignment.objects.filter(pk=assignment.pk)
    if this.filter(state=Assignment.State.HELD).update(**skipped):
        Seat.objects.filter(pk=assignment.seat_id).update(state=Seat.State.FREE, returned=True)
        return
    if not _is_closed_to(assignment) and this.filter(state=Assignment.State.EXPIRED).update(
        **skipped
    ):
        return
    if this.filter(state=Assignment.State.DONE).exists():
        raise Conflict("You have already judged this comparison. Go on with the next one.")


def expire_leases(*, project: Project | None = None) -> int:
    """Free the seats whose lease has run out, of one project or of all; returns how many.

    Seats being judged at this moment are left to that judgment.
    """
    with connection.cursor() as cursor:
        parameters = {"project": project.pk if project else None, "now": timezone.now()}
        cursor.execute(EXPIRE, parameters)
        return int(cursor.rowcount)


def fill_seat(*, assignment: Assignment) -> bool:
    """End the assignment and fill its seat; False when the seat is no longer the annotator's.

    An expired assignment keeps its claim until somebody else has the seat. To be called inside
    the transaction that stores the judgment.
    """
    done = {"state": Assignment.State.DONE, "ended_at": timezone.now()}
    this = Assignment.objects.filter(pk=assignment.pk)
    if this.filter(state=Assignment.State.HELD).update(**done):
        Seat.objects.filter(pk=assignment.seat_id).update(state=Seat.State.FILLED)
        return True
    if _is_closed_to(assignment) or not this.filter(state=Assignment.State.EXPIRED).exists():
        return False
    free = Seat.objects.filter(pk=assignment.seat_id, state=Seat.State.FREE)
    if not free.update(state=Seat.State.FILLED, returned=False):
        return False
    this.update(**done)
    return True


def _is_closed_to(assignment: Assignment) -> bool:
    """Whether the annotator has this comparison in another, newer assignment; locks them."""
    Membership.objects.select_for_update(no_key=True).get(pk=assignment.annotator_id)
    newer = Assignment.objects.filter(
        annotator_id=assignment.annotator_id, comparison_id=assignment.comparison_id
    )
    newer = newer.exclude(pk=assignment.pk).exclude(state=Assignment.State.EXPIRED)
    return newer.exists()
