"""The random audit: a share of the work, foreseen by nobody."""

import pytest

from annotation.models import Audit, Membership, Project
from tests.annotation.known import judge_next, make_known, make_work
from tests.factories import make_membership, make_project

pytestmark = pytest.mark.django_db


def annotator_of(**fields: float) -> Membership:
    project = make_project(overlap=1, **fields)
    make_work(project, 25)
    make_known(project, 3)
    return make_membership(project, "alice")


def test_all_work_and_nothing_but_work_is_drawn_at_a_share_of_one() -> None:
    annotator = annotator_of(audit_share=1, gold_rate=0.5)

    judgments = judge_next(annotator, 6)

    drawn = set(Audit.objects.values_list("judgment", flat=True))
    assert drawn == {one.pk for one in judgments if one.purpose == "work"}
    assert len(drawn) == 3


def test_none_is_drawn_at_a_share_of_none() -> None:
    judge_next(annotator_of(audit_share=0), 6)

    assert not Audit.objects.exists()


def test_a_share_is_drawn_and_waits_for_a_reviewer() -> None:
    # All or none of 25 would be drawn once in 17 million times.
    judge_next(annotator_of(audit_share=0.5), 25)

    drawn = Audit.objects.all()
    assert 0 < len(drawn) < 25
    assert {one.verdict for one in drawn} == {""}
    assert {one.project for one in drawn} == {Project.objects.get()}
