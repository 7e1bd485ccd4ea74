"""Adaptive overlap: stop where the votes agree, ask one more where they do not."""

from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

from annotation.models import Assignment, Comparison, Membership, Project, Seat
from annotation.services.arranging import arrange_seats, run_arrangement
from quality.metrics.overlap import AS_ASKED, OverlapRule, wanted_overlap
from quality.metrics.posteriors import accuracy_from, posteriors
from quality.services.states import rebuild_states, refresh_changed
from tests.annotation.judges import judge, reserved
from tests.api import api_of, body_of
from tests.factories import (
    make_comparison,
    make_judgment,
    make_membership,
    make_project,
    make_user,
)

NO_TIE = np.array([True, False, True])


def wanted(
    *votes: int, judged: int | None = None, asked: int = 5, certainty: float = 0.5, cap: int = 7
) -> int:
    """What the rule wants for votes for A, tie and B."""
    found = wanted_overlap(
        np.array([votes]),
        n_judged=np.array([sum(votes) if judged is None else judged]),
        asked=np.array([asked]),
        certainty=np.array([certainty]),
        rule=OverlapRule(minimum=3, cap=cap, certain_at=0.95, doubtful_below=0.6),
    )
    return int(found[0])


@pytest.mark.parametrize(
    ("votes", "more", "expected"),
    [
        pytest.param((3, 0, 0), {"certainty": 0.95}, 3, id="certain: what there is, is enough"),
        pytest.param((2, 0, 0), {"certainty": 0.99}, AS_ASKED, id="not before the minimum"),
        pytest.param((3, 0, 0), {"certainty": 0.94}, AS_ASKED, id="not quite certain"),
        pytest.param((3, 0, 0), {"certainty": 0.99, "judged": 4}, 4, id="unusable ones fill seats"),
        pytest.param((5, 0, 0), {"certainty": 0.99}, AS_ASKED, id="nothing is left to withdraw"),
        pytest.param((2, 1, 2), {}, 6, id="doubtful: one more"),
        pytest.param((2, 0, 2), {}, AS_ASKED, id="doubtful, but more were asked for anyway"),
        pytest.param((3, 1, 3), {}, 7, id="the cap is reached"),
        pytest.param((2, 1, 2), {"cap": 4}, 5, id="a cap below what was asked for"),
        pytest.param((3, 0, 2), {}, AS_ASKED, id="three of five are not under 0.6"),
    ],
)
def test_the_rule(votes: tuple[int, int, int], more: dict[str, float], expected: int) -> None:
    assert wanted(*votes, **more) == expected  # type: ignore[arg-type]


@dataclass
class Collected:
    """What a simulated collection cost, and how often its majority is the truth."""

    n_judgments: int
    accuracy: float


def draw(
    rng: np.random.Generator, truth: NDArray[np.int64], skill: NDArray[np.float64]
) -> NDArray[np.int64]:
    """One vote on each comparison by an annotator of another skill each time: 0 for A, 2 for B."""
    is_right = rng.random(truth.size) < rng.choice(skill, truth.size)
    return np.where(is_right, truth, 2 - truth)


def collect(rng: np.random.Generator, *, rule: OverlapRule | None, asked: int) -> Collected:
    """4,000 comparisons judged by annotators who are right in 60 to 95 % of cases."""
    n = 4_000
    truth = 2 * rng.integers(0, 2, n)
    skill = np.linspace(0.6, 0.95, 8)
    votes = np.zeros((n, 3), dtype=np.int64)
    overlap = np.full(n, asked)
    while (is_open := votes.sum(axis=1) < overlap).any():
        given = draw(rng, truth, skill)
        np.add.at(votes, (np.flatnonzero(is_open), given[is_open]), 1)
        if rule is None:
            continue
        n_judged = votes.sum(axis=1)
        agreeing = (votes * (votes - 1)).sum(axis=1) / np.maximum(n_judged * (n_judged - 1), 1)
        accuracy = accuracy_from(
            mean_agreement=float(agreeing.mean()) if n_judged.min() > 1 else 0,
            n_comparisons=n if n_judged.min() > 1 else 0,
            n_values=2,
        )
        certainty = posteriors(votes, accuracy=accuracy.value, offered=NO_TIE).max(axis=1)
        found = wanted_overlap(
            votes,
            n_judged=n_judged,
            asked=np.full(n, asked),
            certainty=certainty,
            rule=rule,
        )
        overlap = np.where(found == AS_ASKED, asked, found)
    is_tied = votes[:, 0] == votes[:, 2]
    majority = np.where(is_tied, 2 * rng.integers(0, 2, n), votes.argmax(axis=1))
    return Collected(int(votes.sum()), float((majority == truth).mean()))


def test_fewer_judgments_buy_the_same_accuracy() -> None:
    fixed = collect(np.random.default_rng(1), rule=None, asked=5)
    adaptive = collect(
        np.random.default_rng(2),
        rule=OverlapRule(minimum=3, cap=7, certain_at=0.95, doubtful_below=0.7),
        asked=5,
    )

    assert adaptive.accuracy >= fixed.accuracy - 0.01
    assert adaptive.n_judgments <= 0.85 * fixed.n_judgments


@pytest.fixture
def adaptive(db: None) -> Project:
    """A project whose annotators always agreed so far, with an overlap of five."""
    project = make_project(
        slug="adaptive", overlap=5, adapts_overlap=True, overlap_minimum=3, offers_tie=False
    )
    Project.objects.filter(pk=project.pk).update(offers_both_good=False, certain_at=0.9)
    project.refresh_from_db()
    return project


def judged_by_all(comparison: Comparison, own_preferences: list[int]) -> None:
    """New annotators judge what they are given, which must be this comparison."""
    for preference in own_preferences:
        number = Membership.objects.count()
        assignment = reserved(make_membership(comparison.project, f"judge-{number}"))
        assert assignment.comparison_id == comparison.pk
        judge_own(assignment, preference)


def judge_own(assignment: Assignment, preference: int) -> None:
    """A judgment in own order, whichever sides were shown."""
    judge(assignment, shown_preference=-preference if assignment.swapped else preference)


def seats_of(comparison: Comparison) -> dict[str, int]:
    states = list(Seat.objects.filter(comparison=comparison).values_list("state", flat=True))
    return {state: states.count(state) for state in sorted(set(states) - {"withdrawn"})}


def test_a_certain_comparison_gives_up_its_free_seats(adaptive: Project) -> None:
    comparison = make_comparison(adaptive)
    arrange_seats(project=adaptive)
    judged_by_all(comparison, [1, 1, 1])

    refresh_changed()
    refresh_changed()

    comparison.refresh_from_db()
    assert (seats_of(comparison), comparison.adapted_overlap) == ({"filled": 3}, 3)


def test_a_doubtful_comparison_gets_one_more_up_to_the_cap(adaptive: Project) -> None:
    Project.objects.update(overlap=4, overlap_cap=6, certain_at=1.0, doubtful_below=0.7)
    adaptive.refresh_from_db()
    comparison = make_comparison(adaptive)
    arrange_seats(project=adaptive)
    found = []
    for pair in ([1, -1, 1, -1], [1], [-1]):
        judged_by_all(comparison, pair)
        refresh_changed()
        refresh_changed()
        found.append(seats_of(comparison))

    assert found == [{"filled": 4, "free": 1}, {"filled": 5, "free": 1}, {"filled": 6}]


def test_a_seat_that_is_held_stays_with_its_annotator(adaptive: Project) -> None:
    comparison = make_comparison(adaptive)
    arrange_seats(project=adaptive)
    held = reserved(make_membership(adaptive, "slow"))
    judged_by_all(comparison, [1, 1, 1])

    refresh_changed()
    assert seats_of(comparison) == {"filled": 3, "held": 1}
    judge_own(held, 1)
    refresh_changed()

    assert seats_of(comparison) == {"filled": 4}


def test_votes_that_are_no_longer_certain_bring_the_overlap_back(adaptive: Project) -> None:
    comparison = make_comparison(adaptive)
    arrange_seats(project=adaptive)
    judged_by_all(comparison, [1, 1, 1])
    refresh_changed()

    Project.objects.update(certain_at=0.999)
    adaptive.refresh_from_db()
    rebuild_states(project=adaptive)

    comparison.refresh_from_db()
    assert seats_of(comparison) == {"filled": 3, "free": 2}
    assert comparison.adapted_overlap is None


def test_a_project_that_stops_adapting_asks_for_what_it_asked_before(adaptive: Project) -> None:
    comparison = make_comparison(adaptive)
    arrange_seats(project=adaptive)
    judged_by_all(comparison, [1, 1, 1])
    refresh_changed()

    Project.objects.update(adapts_overlap=False)
    adaptive.refresh_from_db()
    rebuild_states(project=adaptive)

    assert seats_of(comparison) == {"filled": 3, "free": 2}


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        pytest.param({"adapts_overlap": False}, {"filled": 3, "free": 2}, id="off"),
        pytest.param({"certain_at": 0.999}, {"filled": 3, "free": 2}, id="stricter"),
    ],
)
def test_new_rules_reach_comparisons_that_nothing_else_happens_to(
    adaptive: Project, rules: dict[str, float], expected: dict[str, int]
) -> None:
    comparison = make_comparison(adaptive)
    arrange_seats(project=adaptive)
    judged_by_all(comparison, [1, 1, 1])
    refresh_changed()
    refresh_changed()
    assert seats_of(comparison) == {"filled": 3}
    api = api_of(make_user("carol", project=adaptive, role=Membership.Role.MANAGER))

    answer = body_of(api.other("PATCH", f"/projects/{adaptive.slug}/settings", rules))
    run_arrangement(arrangement_id=answer["arrangement"]["id"])
    refresh_changed()

    assert seats_of(comparison) == expected


def test_comparisons_judged_elsewhere_are_not_opened(adaptive: Project) -> None:
    comparison = make_comparison(adaptive)
    for number, preference in enumerate([1, -1, 1, -1, 0, 0]):
        make_judgment(comparison, make_membership(adaptive, f"imported-{number}"), preference)

    refresh_changed()

    assert seats_of(comparison) == {"filled": 6}


def test_other_projects_keep_their_overlap(adaptive: Project) -> None:
    Project.objects.update(adapts_overlap=False)
    comparison = make_comparison(adaptive)
    arrange_seats(project=adaptive)
    judged_by_all(comparison, [1, 1, 1])

    refresh_changed()

    assert seats_of(comparison) == {"filled": 3, "free": 2}
