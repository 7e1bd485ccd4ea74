"""Annotators appeal against the exclusion of their judgments, and managers decide."""

import pytest
from django.test import Client

from annotation.models import (
    Appeal,
    Comparison,
    Exclusion,
    Judgment,
    Membership,
    Project,
    Reinstatement,
)
from annotation.services.judging import exclude_judgment
from feedback_platform.models import User
from quality.selectors.reliability import counted_work_of, left_out
from tests import factories


@pytest.fixture
def judgment(project: Project, alice: User) -> Judgment:
    annotator = Membership.objects.get(project=project, user=alice)
    return factories.make_judgment(factories.make_comparison(project), annotator, 1)


@pytest.fixture
def appeal(client: Client, judgment: Judgment, alice: User, carol: User) -> Appeal:
    """Carol left Alice's judgment out, and Alice appeals."""
    exclude_judgment(judgment=judgment, reason="Judged in a second.", person=carol)
    client.force_login(alice)
    address = f"/projects/project/me/judgments/{judgment.pk}/"
    assert "Judged in a second." in client.get(address).text
    client.post(f"{address}appeal/", {"text": "I had read it before."})
    return Appeal.objects.get()


def make_manager(project: Project, name: str) -> User:
    return factories.make_user(name, project=project, role=Membership.Role.MANAGER)


def decide(client: Client, appeal: Appeal, decision: str, answer: str = "I checked it.") -> int:
    address = f"/projects/project/review/appeals/{appeal.pk}/"
    return client.post(address, {"decision": decision, "answer": answer}).status_code


def test_a_granted_appeal_makes_the_judgment_count_again(
    client: Client, appeal: Appeal, judgment: Judgment, alice: User
) -> None:
    project = judgment.project
    assert (left_out(project).excluded, counted_work_of(project).count()) == (1, 0)
    client.force_login(make_manager(project, "dora"))

    assert decide(client, appeal, "upheld") == 302

    assert (left_out(project).excluded, counted_work_of(project).count()) == (0, 1)
    client.force_login(alice)
    assert "I checked it." in client.get(f"/projects/project/me/judgments/{judgment.pk}/").text


def test_a_refused_appeal_leaves_the_judgment_out_and_tells_why(
    client: Client, appeal: Appeal, judgment: Judgment, alice: User
) -> None:
    client.force_login(make_manager(judgment.project, "dora"))

    decide(client, appeal, "rejected")

    assert not Reinstatement.objects.exists()
    client.force_login(alice)
    assert "I checked it." in client.get("/projects/project/me/").text


def test_an_appeal_is_decided_once(client: Client, appeal: Appeal) -> None:
    client.force_login(make_manager(appeal.project, "dora"))
    decide(client, appeal, "upheld")

    assert decide(client, appeal, "upheld") == 302
    assert decide(client, appeal, "rejected") == 409
    assert Reinstatement.objects.count() == 1


def test_nobody_decides_on_their_own_exclusion_where_somebody_else_could(
    client: Client, appeal: Appeal, carol: User
) -> None:
    make_manager(appeal.project, "dora")
    client.force_login(carol)

    assert decide(client, appeal, "rejected") == 409
    assert "another manager decides" in client.get("/projects/project/review/appeals/").text


def test_the_only_manager_decides_and_is_told_so(
    client: Client, appeal: Appeal, carol: User
) -> None:
    client.force_login(carol)

    page = client.get("/projects/project/review/appeals/").text

    assert "There is no other manager" in page
    assert decide(client, appeal, "upheld") == 302


def test_an_appeal_needs_a_text_and_is_made_once(
    client: Client, appeal: Appeal, judgment: Judgment
) -> None:
    address = f"/projects/project/me/judgments/{judgment.pk}/appeal/"

    assert client.post(address, {"text": ""}).status_code == 422
    assert client.post(address, {"text": "x" * 2_001}).status_code == 422
    assert client.post(address, {"text": "I had read it before."}).status_code == 302
    assert client.post(address, {"text": "Another reason."}).status_code == 409
    assert Appeal.objects.get().text == "I had read it before."


def test_an_excluded_judgment_cannot_come_back_by_a_revision(
    client: Client, appeal: Appeal, judgment: Judgment
) -> None:
    address = f"/projects/project/judge/judgments/{judgment.pk}/"
    key = "7d9a1f5e-5f6d-4c1c-9a9d-3a1f6f0d2b11"

    answer = client.post(address, {"answer": "-1", "idempotency_key": key})

    assert answer.status_code == 409
    assert Judgment.objects.count() == 1


def test_what_was_only_a_check_is_in_no_analysis(project: Project, alice: User) -> None:
    annotator = Membership.objects.get(project=project, user=alice)
    work, gold = factories.make_comparison(project), factories.make_comparison(project)
    factories.make_judgment(work, annotator, 1)
    factories.make_judgment(gold, annotator, 1, purpose="gold")
    only_check = factories.make_comparison(project, is_check=True)
    factories.make_judgment(only_check, annotator, 1)

    assert [one.comparison for one in counted_work_of(project)] == [work]
    assert left_out(project).excluded == 0
    assert Comparison.objects.count() == 3
    assert not Exclusion.objects.exists()
