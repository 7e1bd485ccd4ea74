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

# How often somebody vanishes with a comparison in hand, and how often a lease ends too early.
VANISH, LATE, TWICE = 0.10, 0.05, 0.05


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("n_annotators", "n_comparisons", "overlap"),
    [(8, 12, 5), pytest.param(32, 500, 5, marks=pytest.mark.slow)],
)
def test_annotators_who_vanish_end_at_exactly_the_overlap(n_annotators, n_comparisons, overlap):
    project = make_project(overlap=overlap, audit_share=0)
    for _ in range(n_comparisons):
        make_comparison(project)
    arrange_seats(project=project)
    people = [make_membership(project, f"annotator {number}") for number in range(n_annotators)]
    stop = threading.Event()

    with ThreadPoolExecutor(n_annotators + 1) as pool:
        clock = pool.submit(in_own_connection, lose_some_leases, stop)
        workers = [
            pool.submit(in_own_connection, judge_with_accidents, person, number, n_annotators)
            for number, person in enumerate(people)
        ]
        try:
            backends = {worker.result(timeout=300) for worker in workers}
        finally:
            stop.set()
        clock.result(timeout=30)

    assert len(backends) == n_annotators
    judgments = list(Judgment.objects.values_list("comparison_id", "annotator_id", "seat_id"))
    wanted = n_comparisons * overlap
    assert len(judgments) == wanted
    assert len({(comparison, annotator) for comparison, annotator, _ in judgments}) == wanted
    assert len({seat for _, _, seat in judgments}) == wanted
    assert set(Counter(comparison for comparison, _, _ in judgments).values()) == {overlap}
    assert set(Seat.objects.values_list("state", flat=True)) == {"filled"}
    assert not Assignment.objects.filter(state=Assignment.State.HELD).exists()
    assert Assignment.objects.filter(state=Assignment.State.EXPIRED).exists()


def in_own_connection(work, *arguments):
    """Run in a connection beside the pool, which has fewer than there are annotators."""
    options = {name: v for name, v in connection.settings_dict["OPTIONS"].items() if name != "pool"}
    connection.settings_dict = {**connection.settings_dict, "OPTIONS": options}
    try:
        return work(*arguments)
    finally:
        connection.close()


def judge_with_accidents(person: Membership, number: int, n_annotators: int) -> int:
    """Judge until nothing is left; now and then vanish, send twice or send late.

    Returns the process of the server behind this connection.
    """
    chance = random.Random(number)
    # Some vanish for good as soon as the others can do without them.
    vanishes_for_good = number >= n_annotators * 3 // 4
    while Seat.objects.exclude(state=Seat.State.FILLED).exists():
        assignment = reserve_comparison(membership=person).assignment
        if assignment is None:
            # Seats that others walked away from come back a moment later.
            threading.Event().wait(0.05)
            continue
        fate = chance.random()
        if fate < VANISH:
            # What they hold ends by itself; the page of somebody who returns would renew it.
            expire(assignment)
            if vanishes_for_good:
                break
            continue
        judge_badly(assignment, chance, fate)
    connection.ensure_connection()
    return int(connection.connection.info.backend_pid)


def judge_badly(assignment: Assignment, chance: random.Random, fate: float) -> None:
    key = uuid4()
    with suppress(DomainError):
        if fate < VANISH + LATE:
            expire(assignment)
            expire_leases()
        judge(assignment, chance.choice([-2, 0, 3]), idempotency_key=key)
        if fate > 1 - TWICE:
            judge(assignment, 1, idempotency_key=key)


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
