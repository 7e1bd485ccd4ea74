"""Reserving and judging in one line, as the tests of the hand-out need it."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from annotation.models import Assignment, Judgment, Membership
from annotation.services.judging import record_judgment
from annotation.services.seats import reserve_comparison


def reserved(membership: Membership) -> Assignment:
    """What the annotator is given to judge; there must be something."""
    assignment = reserve_comparison(membership=membership).assignment
    assert assignment is not None, "nothing was handed out"
    return assignment


def judge(assignment: Assignment, shown_preference: int | None = -1, **fields: Any) -> Judgment:
    """Record a judgment as the page would send it."""
    fields.setdefault("idempotency_key", uuid4())
    fields.setdefault("outcome", "preference")
    return record_judgment(assignment=assignment, shown_preference=shown_preference, **fields)


def judge_all(membership: Membership) -> list[int]:
    """Judge until nothing is left; the comparisons in the order they came."""
    judged = []
    while (assignment := reserve_comparison(membership=membership).assignment) is not None:
        judge(assignment)
        judged.append(assignment.comparison_id)
    return judged


def let_leases_run_out() -> None:
    past = timezone.now() - timedelta(seconds=1)
    Assignment.objects.filter(state=Assignment.State.HELD).update(expires_at=past)
