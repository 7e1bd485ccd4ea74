"""Comparisons, the review queue and progress through the API."""

import pytest

from annotation.models import (
    Audit,
    Comparison,
    Criterion,
    Flag,
    Gold,
    Membership,
    Project,
    Rating,
)
from annotation.services.arranging import arrange_seats
from annotation.services.judging import exclude_judgment
from annotation.services.reviews import send_back
from feedback_platform.models import User
from quality.services.progress import refresh_progress
from quality.services.progress_counting import count_progress
from quality.services.states import refresh_states
from quality.services.texts import index_texts
from tests import factories
from tests.annotation.asking import held
from tests.api import Api, api_of, body_of

PROJECT = "/projects/project"


@pytest.fixture
def api(carol: User) -> Api:
    return api_of(carol, "read")


@pytest.fixture
def judged(project: Project, alice: User, bob: User) -> list[Comparison]:
    """The first is agreed on, the second disputed, the third not judged."""
    people = [Membership.objects.get(user=person) for person in (alice, bob)]
    comparisons = [
        factories.make_comparison(project, prompt=prompt, model_a="alder", model_b="birch")
        for prompt in ("About apples", "About pears", "About plums")
    ]
    for comparison, preferences in zip(comparisons, ([-2, -1], [3, -1]), strict=False):
        for person, preference in zip(people, preferences, strict=True):
            factories.make_judgment(comparison, person, preference, rationale="Because.")
    refresh_states(comparisons=[one.pk for one in comparisons])
    index_texts()
    return comparisons


def found(api: Api, query: str = "") -> list[int]:
    answer = api.get(f"{PROJECT}/comparisons?{query}")
    assert answer.status_code == 200, answer.content
    return [one["id"] for one in body_of(answer)["results"]]


def test_the_table_is_filtered_and_sorted(api: Api, judged: list[Comparison]) -> None:
    first, second, third = (one.pk for one in judged)

    assert found(api) == [first, second, third]
    assert found(api, "order=-disagreement") == [second, first]
    assert found(api, "confidence_from=0.9") == [first]
    assert found(api, "q=pear") == [second]
    assert found(api, "annotator=alice") == [first, second]
    assert found(api, "models=alder vs birch&state=open") == []


@pytest.mark.parametrize(
    "query",
    ["order=random", "after=x", "confidence_from=2", "annotator=nobody", "batch=x", "q=..."],
)
def test_a_filter_that_cannot_be_is_refused(api: Api, project: Project, query: str) -> None:
    assert api.get(f"{PROJECT}/comparisons?{query}").status_code == 422


def test_one_comparison_names_no_annotator(api: Api, judged: list[Comparison]) -> None:
    answer = api.get(f"{PROJECT}/comparisons/{judged[0].pk}")

    shown = body_of(answer)
    assert [one["preference"] for one in shown["judgments"]] == [-2, -1]
    assert shown["model_a"] == "alder"
    assert "alice" not in answer.content.decode()


def test_one_comparison_tells_its_whole_history(project: Project, alice: User) -> None:
    carol = factories.make_user("carol", project=project, role=Membership.Role.MANAGER)
    reviewer = factories.make_user("rita", project=project, role=Membership.Role.REVIEWER)
    annotator = Membership.objects.get(user=alice)
    criterion = Criterion.objects.create(project=project, key="clear", name="Clear")
    comparison = factories.make_comparison(project)
    Gold.objects.create(comparison=comparison, accepted=["a"])
    first = factories.make_judgment(comparison, annotator, 1, rationale="B is longer.")
    send_back(judgment=first, comment="Look again.", person=carol)
    judgment = factories.make_judgment(comparison, annotator, -2, supersedes=first)
    Rating.objects.create(judgment=judgment, criterion=criterion, response="b", value=3)
    Audit.objects.create(project=project, judgment=judgment, verdict="sound")
    exclude_judgment(judgment=judgment, reason="Too fast.", person=carol)
    Flag.objects.create(project=project, comparison=comparison, membership=annotator, text="Dutch?")
    held(annotator, comparison=comparison)

    answer = api_of(reviewer).get(f"{PROJECT}/comparisons/{comparison.pk}")

    shown = body_of(answer)
    (given,) = shown["judgments"]
    assert given["ratings"] == {"clear": {"a": None, "b": 3}}
    assert [(one["preference"], one["rationale"]) for one in given["earlier"]] == [
        (1, "B is longer.")
    ]
    assert [one["comment"] for one in given["earlier"][0]["sent_back"]] == ["Look again."]
    assert (given["exclusion"]["reason"], given["counts"]) == ("Too fast.", False)
    assert (given["audit"]["verdict"], shown["gold"]["accepted"]) == ("sound", ["a"])
    assert shown["consensus"]["n_usable"] == 0
    assert [one["text"] for one in shown["flags"]] == ["Dutch?"]
    assert [one["annotator"] for one in shown["handouts"]] == [annotator.pseudonym]
    assert "alice" not in answer.content.decode() and "carol" not in answer.content.decode()


def test_the_consensus_is_that_of_the_page(api: Api, judged: list[Comparison]) -> None:
    consensus = body_of(api.get(f"{PROJECT}/comparisons/{judged[0].pk}"))["consensus"]

    votes = {one["direction"]: one["votes"] for one in consensus["shares"]}
    assert votes == {"a": 2, "tie": 0, "b": 0}
    assert (consensus["confidence"], consensus["n_usable"]) == (1.0, 2)
    assert sum(one["probability"] for one in consensus["shares"]) == pytest.approx(1)


def test_a_manager_asks_for_more_judgments(carol: User, project: Project) -> None:
    comparison = factories.make_comparison(project)
    arrange_seats(project=project)

    answer = api_of(carol).other("PATCH", f"{PROJECT}/comparisons/{comparison.pk}", {"overlap": 5})

    assert body_of(answer)["seats"] == {"free": 5}


def test_the_queue_holds_what_is_disputed(api: Api, judged: list[Comparison]) -> None:
    queue = body_of(api.get(f"{PROJECT}/review"))

    assert [one["id"] for one in queue["results"]] == [judged[1].pk]
    assert queue["next"] is None


def test_progress_is_what_was_counted_last(api: Api, judged: list[Comparison]) -> None:
    before = body_of(api.get(f"{PROJECT}/progress"))
    count_progress(snapshot_id=refresh_progress(project=judged[0].project).pk)

    after = body_of(api.get(f"{PROJECT}/progress"))

    assert (before["as_of"], before["is_counting"]) == (None, True)
    assert (after["counts"]["comparisons"], after["counts"]["filled"]) == (3, 4)
