"""Many annotators at once, some of whom vanish: exactly the overlap, nothing twice."""

import random
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from annotation.models import Assignment, Judgment, Membership, Seat
from annotation.services.arranging import arrange_seats
from annotation.services.seats import (
    expire_leases,
    reserve_comparison,
    skip_comparison,
)
from feedback_platform.errors import DomainError
from tests.annotation.judges import judge
from tests.factories import make_comparison, make_membership, make_project

COMPARISONS, OVERLAP, THREADS = 100, 5, 16


@pytest.mark.django_db(transaction=True)
def test_sixteen_annotators_end_at_exactly_the_overlap():
    project = make_project(overlap=OVERLAP)
    for _ in range(COMPARISONS):
        make_comparison(project)
    arrange_seats(project=project)
    people = [make_membership(project, f"annotator {number}") for number in range(THREADS)]
    stop = threading.Event()

    with ThreadPoolExecutor(THREADS + 1) as pool:
        clock = pool.submit(in_own_connection, lose_some_leases, stop)
        workers = [
            pool.submit(in_own_connection, judge_with_accidents, person, number)
            for number, person in enumerate(people)
        ]
        try:
            for worker in workers:
                worker.result(timeout=120)
        finally:
            stop.set()
        clock.result(timeout=30)

    judgments = list(Judgment.objects.values_list("comparison_id", "annotator_id", "seat_id"))
    assert len(judgments) == COMPARISONS * OVERLAP
    assert len({(comparison, annotator) for comparison, annotator, _ in judgments}) == 500
    assert len({seat for _, _, seat in judgments}) == 500
    assert set(Counter(comparison for comparison, _, _ in judgments).values()) == {OVERLAP}
    assert set(Seat.objects.values_list("state", flat=True)) == {"filled"}
    assert not Assignment.objects.filter(state=Assignment.State.HELD).exists()


def in_own_connection(work, *arguments) -> None:
    try:
        work(*arguments)
    finally:
        connection.close()


def judge_with_accidents(person: Membership, number: int) -> None:
    """Judge until nothing is left; now and then walk away, send twice or send late."""
    chance = random.Random(number)
    while Seat.objects.exclude(state=Seat.State.FILLED).exists():
        assignment = reserve_comparison(membership=person).assignment
        if assignment is None:
            # Seats that others walked away from come back a moment later.
            threading.Event().wait(0.05)
            continue
        fate = chance.random()
        if fate < 0.10:
            expire(assignment)
            continue
        key = uuid4()
        try:
            if fate < 0.15:
                expire(assignment)
                expire_leases()
            judge(assignment, chance.choice([-2, 0, 3]), idempotency_key=key)
            if fate > 0.95:
                judge(assignment, 1, idempotency_key=key)
        except DomainError:
            pass


def expire(assignment: Assignment) -> None:
    past = timezone.now() - timedelta(seconds=1)
    Assignment.objects.filter(pk=assignment.pk, state=Assignment.State.HELD).update(expires_at=past)


def lose_some_leases(stop: threading.Event) -> None:
    while not stop.wait(0.05):
        expire_leases()


@pytest.mark.django_db(transaction=True)
def test_two_tabs_of_one_annotator_get_one_seat():
    project = make_project(overlap=2)
    make_comparison(project)
    make_comparison(project)
    arrange_seats(project=project)
    person = make_membership(project, "ann")
    given: list[object] = []

    def ask() -> None:
        given.append(reserve_comparison(membership=person).assignment)

    with ThreadPoolExecutor(8) as pool:
        for future in [pool.submit(in_own_connection, ask) for _ in range(8)]:
            future.result(timeout=30)

    assert len(set(given)) == 1
    assert Assignment.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_store_one_judgment():
    project = make_project(overlap=1)
    make_comparison(project)
    arrange_seats(project=project)
    assignment = reserve_comparison(membership=make_membership(project, "ann")).assignment
    key = uuid4()
    stored: list[int] = []

    def click() -> None:
        stored.append(judge(assignment, 1, idempotency_key=key).pk)

    with ThreadPoolExecutor(6) as pool:
        for future in [pool.submit(in_own_connection, click) for _ in range(6)]:
            future.result(timeout=30)

    assert set(stored) == {Judgment.objects.get().pk}


@pytest.mark.django_db(transaction=True)
def test_a_skip_and_a_judgment_at_once_leave_one_of_them():
    for number in range(10):
        project = make_project(f"project-{number}", overlap=1)
        make_comparison(project)
        arrange_seats(project=project)
        assignment = reserve_comparison(membership=make_membership(project, "ann")).assignment

        with ThreadPoolExecutor(2) as pool:
            outcomes = [
                pool.submit(in_own_connection, skip_quietly, assignment),
                pool.submit(in_own_connection, judge_quietly, assignment),
            ]
            for outcome in outcomes:
                outcome.result(timeout=30)

        is_judged = Judgment.objects.filter(assignment=assignment).exists()
        assignment.refresh_from_db()
        assert assignment.state == ("done" if is_judged else "skipped")
        assert Seat.objects.get(pk=assignment.seat_id).state == ("filled" if is_judged else "free")


def skip_quietly(assignment: Assignment) -> None:
    with suppress(DomainError):
        skip_comparison(assignment=assignment)


def judge_quietly(assignment: Assignment) -> None:
    with suppress(DomainError):
        judge(assignment, 1)
