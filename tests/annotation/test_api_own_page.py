"""An annotator's own page through the API: as they saw it, and nothing that is secret."""

from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from annotation.models import Audit, Gold, Judgment, Membership, Project
from annotation.services.appeals import appeal, decide_appeal
from annotation.services.judging import exclude_judgment
from annotation.services.reviews import send_back
from feedback_platform.models import User
from tests import factories
from tests.annotation.known import judge_next, make_known, make_work
from tests.api import Api, api_of, body_of

MY = "/projects/project/my"


@pytest.fixture
def alice_here(project: Project, alice: User) -> Membership:
    return Membership.objects.get(project=project, user=alice)


@pytest.fixture
def api(alice: User) -> Api:
    return api_of(alice, "judge")


def judged(annotator: Membership, preference: int = 1, **fields: Any) -> Judgment:
    comparison = factories.make_comparison(
        annotator.project,
        prompt="And why?",
        messages=[{"role": "user", "content": "And why?", "source": "secret"}],
        response_a="From A.",
        response_b="From B.",
        model_a="secret-model",
        external_id=f"secret-{uuid4()}",
        metadata={"note": "secret"},
    )
    return factories.make_judgment(comparison, annotator, preference, **fields)


@pytest.mark.parametrize(
    ("swapped", "left", "right"), [(True, "From B.", "From A."), (False, "From A.", "From B.")]
)
def test_a_judgment_is_read_with_the_sides_as_they_were(
    api: Api, alice_here: Membership, carol: User, swapped: bool, left: str, right: str
) -> None:
    judgment = judged(alice_here, 1, swapped=swapped)
    send_back(judgment=judgment, comment="Look again.", person=carol)

    answers = [api.get(f"{MY}/judgments/{judgment.pk}"), api.get(f"{MY}/sent-back")]

    one, sent_back = body_of(answers[0]), body_of(answers[1])["results"][0]
    for found in (one, sent_back["judgment"]):
        assert (found["left"], found["right"], found["prompt"]) == (left, right, "And why?")
        assert found["messages"] == [{"role": "user", "content": "And why?"}]
        assert found["shown_preference"] == (-1 if swapped else 1)
    assert [each["comment"] for each in one["sent_back"]] == ["Look again."]
    assert (one["left_out"], one["audit"], one["known_answer"]) == (None, None, None)
    for answer in answers:
        assert "secret" not in answer.content.decode() and "purpose" not in answer.content.decode()


def test_the_answer_to_a_granted_appeal_can_be_read(
    api: Api, alice_here: Membership, carol: User, project: Project
) -> None:
    dave = factories.make_user("dave", project=project, role=Membership.Role.MANAGER)
    exclusion = exclude_judgment(judgment=judged(alice_here), reason="Too fast.", person=carol)
    made = appeal(exclusion=exclusion, text="I read it.")
    held = body_of(api.get(f"{MY}/exclusions"))["results"][0]
    decide_appeal(appeal=made, decision="upheld", answer="You did.", person=dave)

    (again,) = body_of(api.get(f"{MY}/exclusions"))["results"]
    one = body_of(api.get(f"{MY}/judgments/{exclusion.judgment_id}"))

    assert held["reinstated_at"] is None
    assert again["reinstated_at"] is not None
    assert again["appeal"]["answer"] == "You did."
    assert {**one["left_out"], "judgment": again["judgment"]} == again


def test_figures_hold_active_time_and_a_share_once_it_tells_no_single_answer(
    api: Api, alice_here: Membership
) -> None:
    for preference in [1, *[1] * 7, -1]:
        judgment = judged(alice_here, preference, purpose="gold", active_ms=2_000)
        Gold.objects.create(comparison=judgment.comparison, accepted=["b"])
    few = body_of(api.get(f"{MY}/figures"))
    judgment = judged(alice_here, -1, purpose="gold", active_ms=2_000)
    Gold.objects.create(comparison=judgment.comparison, accepted=["b"])

    enough = body_of(api.get(f"{MY}/figures"))

    assert (few["gold"]["value"], few["gold"]["undefined_because"]) == (
        None,
        "fewer than 10 known answers given",
    )
    assert (enough["gold"]["value"], enough["gold"]["n"]) == (0.8, 10)
    assert (enough["judged"], enough["active_seconds"]) == (10, 20.0)
    assert (enough["warning"], enough["is_paused"]) == ("", False)


def test_only_gold_that_is_retired_is_told(api: Api, alice_here: Membership) -> None:
    judgment = judged(alice_here, -1, purpose="gold", swapped=True)
    gold = Gold.objects.create(
        comparison=judgment.comparison, accepted=["b"], explanation="A lies."
    )
    path = f"{MY}/judgments/{judgment.pk}"
    secret = body_of(api.get(f"{MY}/gold"))["results"], body_of(api.get(path))["known_answer"]
    Gold.objects.filter(pk=gold.pk).update(retired_at=timezone.now())

    (listed,) = body_of(api.get(f"{MY}/gold"))["results"]

    known = {"is_correct": False, "accepted": ["Left is better"], "explanation": "A lies."}
    assert secret == ([], None)
    assert (listed["known_answer"], listed["left"]) == (known, "From B.")
    assert body_of(api.get(path))["known_answer"] == {**known, "outcome": ""}


def test_a_qualification_tells_its_answers_and_its_outcome(
    api: Api, alice_here: Membership, project: Project
) -> None:
    Project.objects.update(requires_qualification=True, overlap=1)
    alice_here.project.refresh_from_db()
    make_known(project, 2, use="qualification")

    first, last = judge_next(alice_here, 2)

    told = [body_of(api.get(f"{MY}/judgments/{one.pk}"))["known_answer"] for one in (first, last)]
    assert [one["is_correct"] for one in told] == [True, True]
    assert told[0]["outcome"] == ""
    assert told[1]["outcome"].startswith("You are qualified: 2 of 2")


def test_a_missed_attention_check_is_warned_of(
    api: Api, alice_here: Membership, project: Project
) -> None:
    Project.objects.update(attention_rate=0.5, overlap=1)
    alice_here.project.refresh_from_db()
    make_work(project, 4)
    make_known(project, 2, use="attention")

    judge_next(alice_here, 2, known=1)

    assert "when you miss one more" in body_of(api.get(f"{MY}/figures"))["warning"]


def test_second_looks_that_found_something_are_told(
    api: Api, alice_here: Membership, project: Project
) -> None:
    said = {"verdict": "wrong", "comment": "A lies.", "decided_at": timezone.now()}
    sound, wrong = judged(alice_here), judged(alice_here)
    Audit.objects.create(project=project, judgment=sound, **{**said, "verdict": "sound"})
    Audit.objects.create(project=project, judgment=wrong, **said)

    (listed,) = body_of(api.get(f"{MY}/audits"))["results"]

    assert (listed["comment"], listed["judgment"]["id"]) == ("A lies.", wrong.pk)
    assert body_of(api.get(f"{MY}/judgments/{sound.pk}"))["audit"] is None
    assert body_of(api.get(f"{MY}/judgments/{wrong.pk}"))["audit"]["verdict"] == "wrong"
