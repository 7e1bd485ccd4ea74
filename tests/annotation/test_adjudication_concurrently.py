"""Two reviewers decide one comparison in the same moment: one wins, the other one is told."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from annotation.majority import Decision
from annotation.models import Adjudication, Comparison, Membership, Project
from annotation.services.adjudication import decide
from feedback_platform.errors import Conflict
from feedback_platform.models import User
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)

LEFT, RIGHT = Decision("preference", -2), Decision("preference", 2)
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


@pytest.fixture
def comparison(project: Project) -> Comparison:
    return factories.make_comparison(project)


@pytest.fixture
def rita(project: Project) -> User:
    return factories.make_user("rita", project=project, role=Membership.Role.REVIEWER)


def in_another_connection(work: Callable[[], Adjudication]) -> Adjudication:
    try:
        return work()
    finally:
        connection.close()


def wait_until_somebody_waits() -> None:
    with connection.cursor() as cursor:
        for _ in range(500):
            cursor.execute(WAITING)
            if cursor.fetchone()[0]:
                return
            time.sleep(0.01)
    raise AssertionError("nobody waits for a lock")


def decided_at_once(
    first: Callable[[], Adjudication], second: Callable[[], Adjudication]
) -> "tuple[Adjudication, Future[Adjudication]]":
    """The second one starts, and finds no decision, while the first one is not committed."""
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            stored = first()
            other = pool.submit(in_another_connection, second)
            wait_until_somebody_waits()
        other.exception(timeout=10)
    return stored, other


def test_of_two_reviewers_at_once_the_second_is_told(
    comparison: Comparison, carol: User, rita: User
) -> None:
    stored, other = decided_at_once(
        lambda: decide(comparison=comparison, decision=LEFT, reason="Shorter.", person=carol),
        lambda: decide(comparison=comparison, decision=RIGHT, reason="Longer.", person=rita),
    )

    assert isinstance(other.exception(), Conflict)
    assert Adjudication.objects.get() == stored


def test_of_two_later_decisions_at_once_one_supersedes(
    comparison: Comparison, carol: User, rita: User
) -> None:
    seen = decide(comparison=comparison, decision=LEFT, reason="Shorter.", person=carol).pk
    stored, other = decided_at_once(
        lambda: decide(
            comparison=comparison, decision=RIGHT, reason="Right.", person=carol, seen=seen
        ),
        lambda: decide(
            comparison=comparison, decision=LEFT, reason="Still.", person=rita, seen=seen
        ),
    )

    assert isinstance(other.exception(), Conflict)
    assert list(Adjudication.objects.filter(supersedes=seen)) == [stored]


def test_two_clicks_of_one_reviewer_at_once_are_one_decision(
    comparison: Comparison, carol: User
) -> None:
    def click() -> Adjudication:
        return decide(comparison=comparison, decision=LEFT, reason="Shorter.", person=carol)

    stored, other = decided_at_once(click, click)

    assert other.result() == stored == Adjudication.objects.get()
