"""One annotator in several tabs, with checks in the hand-out: no deadlock, nothing twice."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from django.db import connection

from annotation.models import Judgment, Membership, QualificationAttempt
from annotation.services.seats import reserve_comparison
from feedback_platform.errors import DomainError
from tests.annotation.judges import judge
from tests.annotation.known import make_known, make_work
from tests.factories import make_membership, make_project

TABS = 4


@pytest.mark.django_db(transaction=True)
def test_tabs_of_one_annotator_pass_one_qualification_and_get_each_check_once() -> None:
    rates = {"gold_rate": 0.3, "attention_rate": 0.2, "reshow_rate": 0.2, "pause_below": 0.1}
    project = make_project(overlap=1, requires_qualification=True, **rates)
    make_work(project, 40)
    for use in ("gold", "attention", "qualification"):
        make_known(project, 5, use=use, accepted=["a", "b"])
    member = make_membership(project, "alice")

    with ThreadPoolExecutor(TABS) as pool:
        for tab in [pool.submit(judge_all, member.pk) for _ in range(TABS)]:
            tab.result(timeout=60)

    purposes = list(Judgment.objects.values_list("purpose", flat=True))
    assert [one.has_passed for one in QualificationAttempt.objects.all()] == [True]
    counts = {kind: purposes.count(kind) for kind in set(purposes)}
    assert (counts["work"], counts["gold"], counts["qualification"]) == (40, 5, 5)
    again = Judgment.objects.filter(purpose="reshow").values_list("comparison", flat=True)
    assert len(set(again)) == len(again)
    assert Membership.objects.get().paused_at is None


def judge_all(membership_id: int) -> None:
    """Judge what is handed out until nothing is, like a tab that knows of no other."""
    try:
        project_of = Membership.objects.select_related("project")
        while assignment := reserve_comparison(
            membership=project_of.get(pk=membership_id)
        ).assignment:
            # Another tab may have sent the same one.
            with suppress(DomainError):
                judge(assignment)
    finally:
        connection.close()
