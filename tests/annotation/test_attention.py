"""Attention checks: a warning at first, then a pause."""

import pytest

from annotation.models import Membership, Project
from annotation.selectors.checks import warning_for
from annotation.services.seats import Why, reserve_comparison
from tests.annotation.known import judge_next, make_known, make_work
from tests.factories import make_membership, make_project

pytestmark = pytest.mark.django_db


@pytest.fixture
def project() -> Project:
    project = make_project(overlap=1, attention_rate=0.5, pause_after_attention=2)
    make_work(project, 6)
    make_known(project, 3, use="attention")
    return project


@pytest.fixture
def annotator(project: Project) -> Membership:
    return make_membership(project, "alice")


def test_a_missed_attention_check_brings_a_warning(annotator: Membership) -> None:
    judge_next(annotator, 2, known=1)

    assert "when you miss one more, nothing is handed out" in warning_for(annotator)
    assert annotator.paused_at is None


def test_the_warning_ends_with_the_next_one_that_is_right(annotator: Membership) -> None:
    judge_next(annotator, 2, known=1)
    judge_next(annotator, 2, known=-1)

    assert warning_for(annotator) == ""


def test_the_second_miss_pauses(annotator: Membership) -> None:
    for _ in range(4):
        if reserve_comparison(membership=annotator).assignment is None:
            break
        judge_next(annotator, 1, known=1)

    stored = Membership.objects.get(pk=annotator.pk)
    assert stored.pause_reason == (
        "You missed 2 comparisons whose text says how to answer them. "
        "Ask whoever runs this project."
    )
    assert reserve_comparison(membership=annotator).why == Why.PAUSED
    assert warning_for(stored) == ""


def test_who_reads_is_neither_warned_nor_paused(annotator: Membership) -> None:
    judge_next(annotator, 6, known=-1)

    assert warning_for(annotator) == ""
    assert annotator.paused_at is None
