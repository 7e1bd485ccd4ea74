"""Deciding comparisons through the API."""

import pytest

from annotation.models import Comparison, Membership, Project
from quality.services.states import refresh_states
from tests import factories
from tests.api import Api, api_of, body_of

PROJECT = "/projects/project"


@pytest.fixture
def comparison(project: Project) -> Comparison:
    """Two annotators differ on it, and its snapshot says so."""
    comparison = factories.make_comparison(project)
    for name, preference in (("alice", -2), ("bob", 1)):
        annotator = factories.make_membership(project, name)
        factories.make_judgment(comparison, annotator, preference)
    refresh_states(comparisons=[comparison.pk])
    return comparison


@pytest.fixture
def reviewer(project: Project) -> Api:
    return api_of(factories.make_user("rita", project=project, role=Membership.Role.REVIEWER))


def queue(reviewer: Api) -> list[int]:
    return [one["id"] for one in body_of(reviewer.get(f"{PROJECT}/review"))["results"]]


def test_a_decision_leaves_the_queue_and_one_taken_back_returns_at_once(
    reviewer: Api, comparison: Comparison
) -> None:
    path = f"{PROJECT}/comparisons/{comparison.pk}/decide"
    sent = {"kind": "decided", "outcome": "preference", "preference": -1, "reason": "A is right."}
    waiting = queue(reviewer)

    made = body_of(reviewer.post(path, sent))
    # The worker has seen the decision by the time it is taken back.
    refresh_states(comparisons=[comparison.pk])
    unseen = reviewer.post(path, {**sent, "preference": 1, "reason": "B."})
    decided = queue(reviewer)
    taken_back = reviewer.post(f"{PROJECT}/decisions/{made['id']}/take-back")

    assert (made["kind"], made["preference"]) == ("decided", -1)
    assert unseen.status_code == 409
    assert body_of(taken_back)["kind"] == "withdrawn"
    assert (waiting, decided, queue(reviewer)) == ([comparison.pk], [], [comparison.pk])


def test_an_ambiguous_prompt_has_no_outcome(reviewer: Api, comparison: Comparison) -> None:
    path = f"{PROJECT}/comparisons/{comparison.pk}/decide"

    wrong = reviewer.post(path, {"kind": "ambiguous", "outcome": "both_bad", "reason": "?"})
    made = reviewer.post(path, {"kind": "ambiguous", "reason": "Which year?"})

    assert (wrong.status_code, made.status_code) == (422, 201)
    assert body_of(made)["outcome"] == ""


def test_the_majority_is_accepted_as_it_was_read(
    reviewer: Api, comparison: Comparison, project: Project
) -> None:
    path = f"{PROJECT}/comparisons/{comparison.pk}"
    undecided = body_of(reviewer.get(path))["majority"]
    factories.make_judgment(comparison, factories.make_membership(project, "zoe"), -3)
    majority = body_of(reviewer.get(path))["majority"]

    made = reviewer.post(f"{path}/decide", {"kind": "accepted", **majority})

    assert undecided is None
    assert majority == {"outcome": "preference", "preference": -2}
    assert made.status_code == 201
    assert {**body_of(made), **majority, "kind": "accepted", "reason": ""} == body_of(made)


def test_a_majority_that_moved_is_not_accepted(
    reviewer: Api, comparison: Comparison, project: Project
) -> None:
    path = f"{PROJECT}/comparisons/{comparison.pk}/decide"
    sent = {"kind": "accepted", "outcome": "preference", "preference": -2}

    answer = reviewer.post(path, sent)
    unnamed = reviewer.post(path, {"kind": "accepted"})
    unreasoned = reviewer.post(path, {**sent, "kind": "decided"})

    assert answer.status_code == 409
    assert "majority" in body_of(answer)["detail"]
    assert [one.status_code for one in (unnamed, unreasoned)] == [422, 422]
    assert list(body_of(unreasoned)["problems"]) == ["reason"]
