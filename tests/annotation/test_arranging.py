"""Seats follow what project, batches and comparisons ask for."""

from collections import Counter

import pytest
from django.db import connection

from annotation.models import (
    Batch,
    Comparison,
    Membership,
    Project,
    Seat,
)
from annotation.services import arranging
from annotation.services.arranging import (
    adapt_overlap,
    arrange_seats,
)
from annotation.services.seats import expire_leases, reserve_comparison, skip_comparison
from tests.annotation.judges import judge, judge_all, let_leases_run_out, reserved
from tests.factories import make_comparison, make_judgment, make_membership, make_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def project() -> Project:
    return make_project(overlap=2)


@pytest.fixture
def batch(project: Project) -> Batch:
    return Batch.objects.create(project=project, name="first", state="open")


@pytest.fixture
def ann(project: Project) -> Membership:
    return make_membership(project, "ann")


@pytest.fixture
def ben(project: Project) -> Membership:
    return make_membership(project, "ben")


def made(project: Project, count: int, **fields: object) -> list[Comparison]:
    comparisons = [make_comparison(project, **fields) for _ in range(count)]
    arrange_seats(project=project)
    return comparisons


def states(comparison: Comparison) -> Counter[str]:
    return Counter(Seat.objects.filter(comparison=comparison).values_list("state", flat=True))


def set_and_arrange(row: Project | Batch | Comparison, **fields: object) -> arranging.Arranged:
    type(row).objects.filter(pk=row.pk).update(**fields)
    project = row if isinstance(row, Project) else row.project
    return arrange_seats(project=project)


def test_a_second_arrangement_changes_nothing(project, batch, ann):
    made(project, 3, batch=batch)
    judge(reserved(ann))
    skip_comparison(assignment=reserved(ann))
    reserved(ann)
    before = list(Seat.objects.order_by("pk").values())

    assert arrange_seats(project=project) == (0, 0, 0)
    assert list(Seat.objects.order_by("pk").values()) == before


@pytest.mark.parametrize("level", ["project", "batch", "comparison"])
def test_overlap_follows_the_innermost_that_sets_it(project, batch, level):
    (comparison,) = made(project, 1, batch=batch)
    rows = {"project": project, "batch": batch, "comparison": comparison}

    assert set_and_arrange(rows[level], overlap=4) == (2, 0, 0)
    assert set_and_arrange(rows[level], overlap=1) == (0, 3, 0)
    assert states(comparison) == {"free": 1, "withdrawn": 3}


def test_withdrawn_seats_are_used_again_before_new_ones_are_made(project):
    (comparison,) = made(project, 1)
    set_and_arrange(project, overlap=1)

    assert set_and_arrange(project, overlap=3) == (2, 0, 0)
    assert states(comparison) == {"free": 3}


def test_seats_that_are_held_or_filled_are_never_withdrawn(project, ann, ben):
    (comparison,) = made(project, 1)
    judge(reserved(ann))
    held = reserved(ben)

    set_and_arrange(project, overlap=1)

    assert states(comparison) == {"filled": 1, "held": 1}
    judge(held)
    assert states(comparison) == {"filled": 2}


def test_a_held_seat_over_the_overlap_is_withdrawn_when_it_comes_back(project, ann, ben):
    (comparison,) = made(project, 1)
    judge(reserved(ann))
    held = reserved(ben)
    set_and_arrange(project, overlap=1)

    skip_comparison(assignment=held)

    assert states(comparison) == {"filled": 1, "withdrawn": 1}


def test_only_as_many_returning_seats_are_withdrawn_as_are_too_many(project, ann, ben):
    project.overlap = 3
    project.save()
    (comparison,) = made(project, 1)
    reserved(ann)
    reserved(ben)
    set_and_arrange(project, overlap=2)
    reserve_comparison(membership=make_membership(project, "cid"))
    set_and_arrange(project, overlap=1)
    let_leases_run_out()

    assert expire_leases() == 2

    assert states(comparison) == {"free": 1, "withdrawn": 2}


def test_the_filled_seats_of_a_lowered_overlap_count_when_it_rises_again(project, ann):
    (comparison,) = made(project, 1)
    judge(reserved(ann))
    set_and_arrange(project, overlap=1)

    set_and_arrange(project, overlap=2)

    assert states(comparison) == {"filled": 1, "free": 1}


def test_comparisons_judged_elsewhere_get_seats_only_where_an_overlap_is_set(project, ann, batch):
    comparison = make_comparison(project, batch=batch)
    make_judgment(comparison, ann, 2)

    assert arrange_seats(project=project) == (0, 0, 0)
    assert set_and_arrange(batch, overlap=3) == (2, 0, 0)


def test_comparisons_that_only_check_annotators_get_no_seats(project):
    made(project, 1, is_check=True)

    assert not Seat.objects.exists()


def test_the_policy_decides_the_order(project, ann):
    comparisons = [c.pk for c in made(project, 2)]
    Comparison.objects.filter(pk=comparisons[1]).update(priority=1)
    orders = {}

    for policy in Project.Policy.values:
        set_and_arrange(project, policy=policy)
        seats = Seat.objects.order_by("turn", "priority", "position")
        orders[policy] = [
            comparisons.index(pk) for pk in seats.values_list("comparison", flat=True)
        ]

    assert orders == {"breadth": [1, 0, 1, 0], "depth": [1, 1, 0, 0], "priority": [1, 1, 0, 0]}


def test_the_policy_priority_goes_through_the_rounds_of_one_priority(project, batch):
    project.policy = "priority"
    project.save()
    made(project, 2, batch=batch)
    urgent = Batch.objects.create(project=project, name="urgent", state="open", priority=5)
    made(project, 2, batch=urgent)

    seats = Seat.objects.order_by("turn", "priority", "position").values_list(
        "comparison__batch__name", "comparison__external_id"
    )

    names = [name for name, _ in seats]
    assert names == ["urgent"] * 4 + ["first"] * 4
    assert [one for _, one in seats][:2] == [one for _, one in seats][2:4]


@pytest.mark.parametrize("policy", Project.Policy.values)
def test_each_policy_ends_at_the_overlap(project, ann, ben, policy):
    project.policy = policy
    project.save()
    comparisons = [comparison.pk for comparison in made(project, 4)]
    cid = make_membership(project, "cid")

    assert sorted(judge_all(ann)) == comparisons
    assert sorted(judge_all(ben)) == comparisons
    assert judge_all(cid) == []


def test_depth_first_finishes_a_comparison_before_the_next(project, ann, ben):
    project.policy = "depth"
    project.save()
    first, second = (comparison.pk for comparison in made(project, 2))
    judge(reserved(ann))

    assert reserved(ben).comparison_id == first
    assert reserved(ann).comparison_id == second


def test_what_a_new_policy_puts_behind_a_cursor_is_found(project, ann):
    comparisons = [comparison.pk for comparison in made(project, 4)]
    judge(reserved(ann))
    judge(reserved(ann))
    Comparison.objects.filter(pk=comparisons[3]).update(priority=7)

    set_and_arrange(project, policy="priority")

    assert judge_all(ann) == [comparisons[3], comparisons[2]]


def test_adapted_overlap_adds_and_withdraws_seats_of_single_comparisons(project, ann):
    more, less, other = made(project, 3)
    judge(reserved(ann))

    arranged = adapt_overlap(project=project, overlaps={more.pk: 4, less.pk: 1})

    assert arranged == (2, 1, 0)
    assert [states(one) for one in (more, less, other)] == [
        {"filled": 1, "free": 3},
        {"free": 1, "withdrawn": 1},
        {"free": 2},
    ]
    assert adapt_overlap(project=project, overlaps={more.pk: None}) == (0, 2, 0)


def test_a_seat_added_behind_the_cursors_is_found(project, ann, ben):
    first, second = made(project, 2)
    judge_all(ann)
    judge_all(ben)
    cid = make_membership(project, "cid")
    assert reserve_comparison(membership=cid).why == "nothing_left"
    Membership.objects.update(cursor_turn=30)

    adapt_overlap(project=project, overlaps={first.pk: 3})

    assert judge_all(cid) == [first.pk]


def test_comparisons_of_another_project_are_left_alone(project):
    (foreign,) = made(make_project("elsewhere"), 1)

    assert adapt_overlap(project=project, overlaps={foreign.pk: 9}) == (0, 0, 0)
    assert arrange_seats(project=project, comparisons=[foreign.pk]) == (0, 0, 0)


def test_the_database_looks_at_the_sizes_again_after_much_was_arranged(project, monkeypatch):
    monkeypatch.setattr(arranging, "CHUNK", 10)
    # Otherwise kept plans of a small project would read a large one whole.
    made(project, 11)

    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = 'annotation_seat'")
        (n_seats,) = cursor.fetchone()
    assert n_seats == 22
