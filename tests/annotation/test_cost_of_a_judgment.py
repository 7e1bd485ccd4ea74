"""What a judgment with the next comparison asks of the database, the login included."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from annotation.models import Audit, Comparison, Judgment, Membership, Project, Team, TeamMember
from annotation.services.arranging import arrange_seats
from annotation.services.rendering import render_ahead
from feedback_platform.models import User
from tests.annotation.judging_pages import PAGE, SCRIPT, answer, held_by, logged_in
from tests.api import api_of, body_of
from tests.factories import make_comparison, make_membership, make_project

MOST_QUERIES = 8
# PostgreSQL has nothing to plan or to look up for these.
CONTROL = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE SAVEPOINT")

# With actual transactions: within that of a test, the statements are not those of a request.
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def annotator() -> Membership:
    """Somebody whose every judgment is drawn for an audit."""
    project = make_project(overlap=1, audit_share=1)
    for _ in range(8):
        make_comparison(project)
    arrange_seats(project=project)
    render_ahead()
    return make_membership(project, "alice", user=User.objects.create(username="alice"))


@pytest.fixture(params=["page", "api"])
def judge_next(request: pytest.FixtureRequest, annotator: Membership) -> Callable[[], None]:
    """Judges what is held, as the page's script or a program does, and gets the next one."""
    return by_page(annotator) if request.param == "page" else by_api(annotator)


def by_page(annotator: Membership) -> Callable[[], None]:
    client = logged_in(annotator.user)
    client.get(PAGE)
    held = str(held_by(annotator).pk)

    def judge() -> None:
        nonlocal held
        sent = answer(wanted=1, known=[str(uuid4())], progress="")
        answered = client.post(f"{PAGE}{held}/", sent, **SCRIPT).json()
        assert answered["stored"] and answered["progress"]
        held = answered["works"][0]["assignment"]

    return judge


def by_api(annotator: Membership) -> Callable[[], None]:
    api = api_of(annotator.user, "judge")
    shown: dict[str, Any] = body_of(api.post("/projects/project/assignments/next"))

    def judge() -> None:
        nonlocal shown
        sent = {"outcome": "preference", "shown_preference": 1, "idempotency_key": str(uuid4())}
        shown = body_of(api.post(f"/assignments/{shown['id']}/judgment?next=1", sent))["next"]

    return judge


def n_queries(judge: Callable[[], None]) -> int:
    # The first one also reads what a process then remembers.
    judge()
    with CaptureQueriesContext(connection) as queries:
        judge()
    # A statement whose parameters travel apart is logged without its text.
    sent = [query["sql"] or "prepared" for query in queries]
    return sum(not sql.startswith(CONTROL) for sql in sent)


def test_a_judgment_with_the_next_comparison_costs_at_most_eight_queries(judge_next):
    assert n_queries(judge_next) <= MOST_QUERIES
    assert Audit.objects.count() == Judgment.objects.count() == 2


def test_no_more_under_a_cap(judge_next):
    Project.objects.update(cap_per_day=100)

    assert n_queries(judge_next) <= MOST_QUERIES


def test_no_more_where_a_team_has_comparisons_of_its_own(annotator, judge_next):
    team = Team.objects.create(project=annotator.project, name="team")
    TeamMember.objects.create(team=team, membership=annotator)
    Comparison.objects.update(team=team)
    arrange_seats(project=annotator.project)

    assert n_queries(judge_next) <= MOST_QUERIES


def test_no_more_for_members_of_a_team_that_has_none(annotator, judge_next):
    team = Team.objects.create(project=annotator.project, name="team")
    TeamMember.objects.create(team=team, membership=annotator)

    assert n_queries(judge_next) <= 6
