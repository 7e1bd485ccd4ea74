"""A pause hands nothing out any more; what somebody holds they may still judge."""

from collections.abc import Callable

import pytest

from annotation.models import Judgment, Membership, Project
from annotation.services.arranging import arrange_seats
from annotation.services.people import pause_member
from annotation.services.seats import reserve_comparison
from feedback_platform.models import User
from tests import factories
from tests.annotation.judges import judge, reserved


def pause_project(membership: Membership) -> None:
    Project.objects.filter(pk=membership.project_id).update(state=Project.State.PAUSED)


def pause_person(membership: Membership) -> None:
    pause_member(membership=membership, reason="Let us talk.")


@pytest.mark.parametrize("pause", [pause_project, pause_person])
def test_what_was_fetched_before_a_pause_is_judged_and_nothing_follows(
    project: Project, alice: User, pause: Callable[[Membership], None]
) -> None:
    for _ in range(4):
        factories.make_comparison(project)
    arrange_seats(project=project)
    membership = Membership.objects.get(user=alice)
    held = [reserved(membership)]
    ahead = reserve_comparison(membership=membership, known=[held[0].pk]).assignment
    assert ahead is not None
    held.append(ahead)

    pause(membership)
    for assignment in held:
        judge(assignment)

    fresh = Membership.objects.select_related("project").get(pk=membership.pk)
    assert reserve_comparison(membership=fresh).assignment is None
    assert Judgment.objects.count() == 2
