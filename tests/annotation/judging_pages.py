"""The judging page over HTTP, as a browser without and with its script asks for it."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.test import Client
from django.utils import timezone

from annotation.models import Assignment, Membership
from annotation.services.seats import expire_leases, reserve_comparison
from feedback_platform.models import User

PAGE = "/projects/project/judge/"
# What the page's script says.
SCRIPT = {"headers": {"Accept": "application/json"}}
SECRETS = {
    "external_id": "secret-external",
    "model_a": "secret-alder",
    "model_b": "secret-birch",
    "group": "secret-group",
    "metadata": {"secret-key": "secret-value"},
}


def logged_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def held_by(annotator: Membership) -> Assignment:
    """The oldest one, which the page shows."""
    held = Assignment.objects.filter(annotator=annotator, state="held")
    return held.order_by("reserved_at")[0]


def answer(value: str = "-2", **fields: Any) -> dict[str, Any]:
    return {"answer": value, "active_ms": "1500", "idempotency_key": str(uuid4()), **fields}


def submit(client: Client, assignment: Assignment, data: dict[str, Any], **extra: Any) -> Any:
    return client.post(f"{PAGE}{assignment.pk}/", data, **extra)


def give_away(assignment: Assignment, other: User) -> None:
    """The lease runs out, and somebody else gets the seat."""
    past = timezone.now() - timedelta(seconds=1)
    Assignment.objects.filter(pk=assignment.pk).update(expires_at=past)
    expire_leases()
    taken = reserve_comparison(membership=Membership.objects.get(user=other)).assignment
    assert taken is not None and taken.seat_id == assignment.seat_id
