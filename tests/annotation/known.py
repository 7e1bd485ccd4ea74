"""Comparisons whose answer is known, and answering them."""

from collections.abc import Sequence
from typing import Any

from annotation.models import Assignment, Comparison, Gold, Judgment, Membership, Project, Purpose
from annotation.services.arranging import arrange_seats
from annotation.sides import in_own_order
from feedback_platform.models import User
from tests.annotation.judges import judge, reserved
from tests.factories import make_comparison, make_membership


def make_manager(project: Project) -> User:
    """carol, without a password: hashing one takes longer than a test."""
    carol = User.objects.create(username="carol")
    make_membership(project, "carol", role="manager", user=carol)
    return carol


def make_work(project: Project, n: int) -> list[Comparison]:
    """Comparisons with their seats."""
    comparisons = [make_comparison(project) for _ in range(n)]
    arrange_seats(project=project)
    return comparisons


def make_known(
    project: Project, n: int = 1, *, use: str = "gold", accepted: Sequence[str] = ("a",)
) -> list[Comparison]:
    """Comparisons that are there to check annotators alone."""
    comparisons = [make_comparison(project, is_check=True) for _ in range(n)]
    for comparison in comparisons:
        Gold.objects.create(
            comparison=comparison, use=use, accepted=list(accepted), explanation="It is so."
        )
    return comparisons


def answer(assignment: Assignment, own_preference: int, **fields: Any) -> Judgment:
    """Judge in the comparison's own order, whatever the sides are: -1 is for response A."""
    return judge(assignment, in_own_order(own_preference, swapped=assignment.swapped), **fields)


def judge_next(membership: Membership, n: int, *, known: int = -1) -> list[Judgment]:
    """Judge the next ``n`` comparisons; those that are checks get the preference ``known``."""
    judgments = []
    for _ in range(n):
        assignment = reserved(membership)
        is_known = assignment.purpose not in {Purpose.WORK, Purpose.RESHOW}
        judgments.append(answer(assignment, known if is_known else -1))
    return judgments
