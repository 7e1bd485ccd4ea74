"""Two reviewers decide one comparison in the same moment: one wins, the other one is told."""

import pytest

from annotation.majority import Decision
from annotation.models import Adjudication, Comparison, Membership, Project
from annotation.services.adjudication import decide
from feedback_platform.errors import Conflict
from feedback_platform.models import User
from tests import factories
from tests.annotation.at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)

LEFT, RIGHT = Decision("preference", -2), Decision("preference", 2)


@pytest.fixture
def comparison(project: Project) -> Comparison:
    return factories.make_comparison(project)


@pytest.fixture
def rita(project: Project) -> User:
    return factories.make_user("rita", project=project, role=Membership.Role.REVIEWER)


def test_of_two_reviewers_at_once_the_second_is_told(
    comparison: Comparison, carol: User, rita: User
) -> None:
    stored, other = at_once(
        lambda: decide(comparison=comparison, decision=LEFT, reason="Shorter.", person=carol),
        lambda: decide(comparison=comparison, decision=RIGHT, reason="Longer.", person=rita),
    )

    assert isinstance(other.exception(), Conflict)
    assert Adjudication.objects.get() == stored


def test_of_two_later_decisions_at_once_one_supersedes(
    comparison: Comparison, carol: User, rita: User
) -> None:
    seen = decide(comparison=comparison, decision=LEFT, reason="Shorter.", person=carol).pk
    stored, other = at_once(
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

    stored, other = at_once(click, click)

    assert other.result() == stored == Adjudication.objects.get()
