"""Being asked for a reason tells nobody how to do better on gold."""

from uuid import uuid4

import pytest

from annotation.models import Assignment, Judgment
from annotation.selectors.checks import Results, results_of
from annotation.services import checks
from annotation.sides import in_own_order
from tests.annotation.asking import held
from tests.annotation.known import make_known
from tests.api import Api, api_of, body_of
from tests.factories import make_membership, make_project, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def gold(monkeypatch: pytest.MonkeyPatch) -> Assignment:
    """A gold comparison that ann holds, whose answer is A; nobody is asked without a miss."""
    monkeypatch.setattr(checks, "ASKED_ANYWAY", 0)
    project = make_project(rationale_rule="strong")
    ann = make_membership(project, "ann", user=make_user("ann"))
    return held(ann, comparison=make_known(project)[0], purpose="gold")


@pytest.fixture
def api(gold: Assignment) -> Api:
    return api_of(gold.annotator.user, "judge")


def revise(api: Api, gold: Assignment, own: int) -> int:
    shown = in_own_order(own, swapped=gold.swapped)
    body = {"outcome": "preference", "shown_preference": shown, "idempotency_key": str(uuid4())}
    stored = Judgment.objects.get(assignment=gold)
    return api.post(f"/projects/project/my/judgments/{stored.pk}/revision", body).status_code


def send(api: Api, assignment: Assignment, own: int, rationale: str = "") -> int:
    """Answer over the API as a program does; returns the status."""
    body = {
        "outcome": "preference",
        "shown_preference": in_own_order(own, swapped=assignment.swapped),
        "rationale": rationale,
        "idempotency_key": str(uuid4()),
    }
    return api.post(f"/assignments/{assignment.pk}/judgment", body).status_code


def test_an_answer_sent_back_is_the_one_that_gold_is_graded_on(api, gold):
    assert send(api, gold, 1) == 422
    assert send(api, gold, -1) == 422
    assert send(api, gold, -1, "On second thoughts.") == 201

    assert Judgment.objects.get(assignment=gold).preference == -1
    assert results_of(gold.annotator, "gold") == Results(n_judged=1, n_correct=0)


def test_who_is_asked_for_a_reason_cannot_skip_but_report(api, gold):
    send(api, gold, 1)

    skipped = api.post(f"/assignments/{gold.pk}/skip", {"reason": ""})
    reported = api.post(f"/assignments/{gold.pk}/flag", {"kind": "report", "text": "Harmful."})

    assert (skipped.status_code, reported.status_code) == (409, 201)
    assert "Write why" in body_of(skipped)["detail"]


@pytest.mark.parametrize("rationale", ["", "So it is."])
def test_no_second_answer_tells_gold_after_the_first(api, gold, rationale):
    """Neither a revision nor another submission is asked why when the first one was not."""
    assert send(api, gold, -1, rationale) == 201

    assert send(api, gold, 1) == 409
    assert revise(api, gold, 1) == 201


def test_a_reason_asked_for_once_is_due_in_every_revision(api, gold):
    send(api, gold, 1)
    send(api, gold, 1, "It names the source.")

    assert revise(api, gold, 0) == 422
