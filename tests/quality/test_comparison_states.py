"""Snapshots of comparisons follow the ledger, and can be built anew from it."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotation.models import (
    Adjudication,
    Comparison,
    Judgment,
    Project,
    Reinstatement,
    Seat,
)
from annotation.services.judging import exclude_judgment
from feedback_platform.models import User
from quality.models import ComparisonState, ComparisonText
from quality.services.states import rebuild_states, refresh_changed, refresh_states
from quality.services.texts import index_texts
from tests.factories import make_comparison, make_judgment, make_membership, make_project

pytestmark = pytest.mark.django_db


def state_of(comparison: Comparison) -> ComparisonState:
    """The snapshot after a refresh of this comparison."""
    refresh_states(comparisons=[comparison.pk])
    return ComparisonState.objects.get(pk=comparison.pk)


def judged(project: Project, *preferences: int | None, **fields: Any) -> Comparison:
    """A comparison with one judgment of each annotator; None: both bad."""
    comparison = make_comparison(project, **fields)
    for preference in preferences:
        person = make_membership(project, f"p{project.memberships.count()}")
        outcome = "both_bad" if preference is None else "preference"
        make_judgment(comparison, person, preference, outcome=outcome)
    return comparison


def open_seats(comparison: Comparison, n: int, state: str = Seat.State.FREE) -> None:
    for turn in range(n):
        Seat.objects.create(
            project=comparison.project,
            comparison=comparison,
            turn=turn,
            position=comparison.pk,
            state=state,
        )


def test_votes_are_counted_by_direction(project: Project) -> None:
    found = state_of(judged(project, -3, -1, 2, 0, None))

    assert (found.n_a, found.n_tie, found.n_b) == (2, 1, 1)
    assert (found.n_usable, found.n_unusable, found.n_filled) == (4, 1, 5)
    assert (found.winner, found.confidence) == ("a", 0.5)
    # One agreeing pair of six.
    assert found.disagreement == pytest.approx(5 / 6)


def test_three_of_five_reach_exactly_the_threshold(project: Project) -> None:
    assert state_of(judged(project, 1, 1, 1, -1, -1)).confidence == 0.6


def test_without_a_single_winner_there_is_none(project: Project) -> None:
    found = state_of(judged(project, 1, -1))

    assert (found.winner, found.confidence, found.disagreement) == ("", 0.5, 1.0)


def test_both_good_is_a_tie(project: Project) -> None:
    comparison = judged(project)
    make_judgment(comparison, make_membership(project, "p"), outcome="both_good")

    assert state_of(comparison).winner == "tie"


def test_what_cannot_be_measured_is_null(project: Project) -> None:
    nobody, one = state_of(judged(project, None)), state_of(judged(project, 1))

    assert (nobody.confidence, nobody.disagreement) == (None, None)
    assert (one.confidence, one.disagreement) == (1.0, None)


def test_only_counted_first_judgments_of_work_count(project: Project, carol: User) -> None:
    comparison = judged(project, 1, 1, 1)
    first, second, third = Judgment.objects.order_by("pk")
    make_judgment(
        comparison, first.annotator, -1, supersedes=first, submitted_at=first.submitted_at
    )
    exclude_judgment(judgment=second, reason="guessed", person=carol)
    excluded = exclude_judgment(judgment=third, reason="mistaken", person=carol)
    Reinstatement.objects.create(exclusion=excluded, reason="it was right", person=carol)
    make_judgment(comparison, first.annotator, 1, occasion=2, purpose="reshow")
    make_judgment(comparison, make_membership(project, "gold"), 1, purpose="gold")

    found = state_of(comparison)

    assert (found.n_a, found.n_b) == (1, 1)


def test_the_state_follows_seats_judgments_and_decisions(project: Project, carol: User) -> None:
    waiting, begun, complete = judged(project), judged(project, 1), judged(project, 1)
    decided, ambiguous, reopened = (judged(project, 1) for _ in range(3))
    open_seats(begun, 1, Seat.State.WITHHELD)
    open_seats(complete, 1, Seat.State.WITHDRAWN)
    for comparison, kind in (
        (decided, "accepted"),
        (ambiguous, "ambiguous"),
        (reopened, "decided"),
    ):
        first = Adjudication.objects.create(
            project=project, comparison=comparison, kind=kind, reason="r", person=carol
        )
    Adjudication.objects.create(
        project=project,
        comparison=reopened,
        kind="withdrawn",
        reason="r",
        person=carol,
        supersedes=first,
    )

    made = (waiting, begun, complete, decided, ambiguous, reopened)

    assert [state_of(one).state for one in made] == [
        "waiting",
        "open",
        "complete",
        "decided",
        "ambiguous",
        "complete",
    ]


def test_either_order_of_two_models_is_one_pair(project: Project) -> None:
    first = judged(project, model_a="birch", model_b="alder")
    second = judged(project, model_a="alder", model_b="birch")
    unknown = judged(project, model_a="alder")

    pairs = [state_of(one).model_pair for one in (first, second, unknown)]

    assert pairs == ["alder vs birch", "alder vs birch", ""]


def test_a_comparison_that_only_checks_annotators_has_no_row(project: Project) -> None:
    comparison = judged(project, 1)
    refresh_states(comparisons=[comparison.pk])

    Comparison.objects.update(is_check=True)
    refresh_states(comparisons=[comparison.pk])

    assert not ComparisonState.objects.exists()


def test_what_has_not_changed_is_not_written_again(project: Project) -> None:
    comparison = judged(project, 1, -1)
    before = state_of(comparison)

    assert refresh_states(comparisons=[comparison.pk]) == 0
    assert ComparisonState.objects.get().as_of == before.as_of


def test_rebuilding_repairs_a_project_and_leaves_others_alone(project: Project) -> None:
    comparison, other = judged(project, 1), judged(make_project(slug="other"), 1)
    refresh_states(comparisons=[comparison.pk, other.pk])
    ComparisonState.objects.update(n_b=7)

    n_changed = rebuild_states(project=project)

    assert n_changed == 1
    assert ComparisonState.objects.get(pk=comparison.pk).n_b == 1
    assert ComparisonState.objects.get(pk=other.pk).n_b == 7


@pytest.mark.django_db(transaction=True)
def test_news_are_noticed_and_nothing_new_costs_two_queries() -> None:
    project = make_project()
    comparison = judged(project, 1)
    refresh_changed()
    person = make_membership(project, "late")
    make_judgment(comparison, person, 1)

    looked_at = refresh_changed()
    refresh_changed()
    with CaptureQueriesContext(connection) as idle:
        again = refresh_changed()

    assert (looked_at, again) == (1, 0)
    assert ComparisonState.objects.get().n_b == 2
    # Beside the begin and the end of the transaction.
    assert len(idle) - 2 == 2


@pytest.mark.django_db(transaction=True)
def test_words_are_indexed_once_and_nothing_new_costs_two_queries() -> None:
    project = make_project()
    first = judged(project)

    n_indexed = [index_texts(), index_texts()]
    index_texts()
    with CaptureQueriesContext(connection) as idle:
        n_indexed.append(index_texts())
    second = judged(project)
    n_indexed.append(index_texts())

    assert n_indexed == [1, 0, 0, 1]
    assert len(idle) - 2 == 2
    assert set(ComparisonText.objects.values_list("pk", flat=True)) == {first.pk, second.pk}


@pytest.mark.django_db(transaction=True)
def test_a_judgment_committed_after_a_later_one_is_not_missed() -> None:
    project = make_project()
    early, late = judged(project), judged(project)
    refresh_changed()
    slow = connection.copy()
    try:
        with slow.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute(_INSERT_SEAT, [project.pk, early.pk])
            open_seats(late, 1)
            refresh_changed()
            refresh_changed()
            cursor.execute("COMMIT")
    finally:
        slow.close()

    refresh_changed()

    assert ComparisonState.objects.get(pk=early.pk).state == "open"


_INSERT_SEAT = """
INSERT INTO annotation_seat
    (project_id, comparison_id, turn, priority, position, state, returned)
VALUES (%s, %s, 0, 0, 0, 'free', false)
"""


@pytest.mark.django_db(transaction=True)
def test_one_worker_works_and_another_leaves_at_once() -> None:
    judged(make_project(), 1)
    refresh_changed()
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT 1 FROM quality_watermark FOR UPDATE")
            judged(Project.objects.get(), 1)
            assert refresh_changed() == 0
            cursor.execute("ROLLBACK")
    finally:
        other.close()

    assert refresh_changed()
    assert ComparisonState.objects.count() == 2
