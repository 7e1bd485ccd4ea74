"""What people did, pausing them, and their caps."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from annotation.models import Gold, Membership, Project
from feedback_platform.models import User
from tests import factories


@pytest.fixture
def annotator(alice: User) -> Membership:
    return alice.memberships.get()


def post(client: Client, name: str, member: Membership, **fields: str) -> int:
    url = reverse(f"annotation:{name}", args=[member.project.slug, member.pk])
    return client.post(url, fields).status_code


def page_of(client: Client, member: Membership) -> str:
    url = reverse("annotation:member", args=[member.project.slug, member.pk])
    return client.get(url).content.decode()


def test_a_person_is_paused_with_a_reason_and_resumed(
    client: Client, carol: User, annotator: Membership
) -> None:
    client.force_login(carol)

    assert post(client, "member_pause", annotator, reason="Please call <me>.") == 302
    annotator.refresh_from_db()
    assert annotator.paused_at is not None and annotator.pause_reason == "Please call <me>."
    assert "Please call &lt;me&gt;." in page_of(client, annotator)

    assert post(client, "member_resume", annotator) == 302
    before, annotator = annotator.paused_at, Membership.objects.get(pk=annotator.pk)
    assert annotator.paused_at is None and annotator.pause_reason == ""
    assert annotator.checks_since > before


def test_a_pause_needs_a_reason_that_fits(
    client: Client, carol: User, annotator: Membership
) -> None:
    client.force_login(carol)

    assert post(client, "member_pause", annotator, reason=" ") == 422
    assert post(client, "member_pause", annotator, reason="x" * 501) == 422

    annotator.refresh_from_db()
    assert annotator.paused_at is None


def test_pausing_twice_keeps_the_first_reason(
    client: Client, carol: User, annotator: Membership
) -> None:
    client.force_login(carol)
    post(client, "member_pause", annotator, reason="first")

    assert post(client, "member_pause", annotator, reason="second") == 409

    annotator.refresh_from_db()
    assert annotator.pause_reason == "first"


def test_resuming_somebody_who_is_not_paused_is_refused(
    client: Client, carol: User, annotator: Membership
) -> None:
    client.force_login(carol)

    assert post(client, "member_resume", annotator) == 409


def test_caps_of_a_person_are_set_and_taken_away(
    client: Client, carol: User, annotator: Membership
) -> None:
    client.force_login(carol)

    assert post(client, "member_caps", annotator, cap_judgments="500", cap_per_day="") == 302
    annotator.refresh_from_db()
    assert (annotator.cap_judgments, annotator.cap_per_day) == (500, None)

    post(client, "member_caps", annotator, cap_judgments="", cap_per_day="20")
    annotator.refresh_from_db()
    assert (annotator.cap_judgments, annotator.cap_per_day) == (None, 20)


@pytest.mark.parametrize("cap", ["-1", "many", "99999999999"])
def test_an_impossible_cap_is_refused(
    client: Client, carol: User, annotator: Membership, cap: str
) -> None:
    client.force_login(carol)

    assert post(client, "member_caps", annotator, cap_judgments=cap) == 422


def test_work_today_in_all_and_gold_are_shown(
    client: Client, project: Project, carol: User, annotator: Membership
) -> None:
    factories.make_judgment(factories.make_comparison(project), annotator, 1)
    earlier = timezone.now() - timedelta(days=2)
    factories.make_judgment(factories.make_comparison(project), annotator, 1, submitted_at=earlier)
    for preference in (1, -1):
        gold = factories.make_comparison(project, is_check=True)
        Gold.objects.create(comparison=gold, accepted=["b"])
        factories.make_judgment(gold, annotator, preference, purpose="gold")
    client.force_login(carol)

    page = client.get(reverse("annotation:people", args=[project.slug])).content.decode()

    row = page[page.index("alice") : page.index("alice") + 3000]
    assert row.index('<td class="number">1</td>') < row.index('<td class="number">2</td>')
    assert "1 of 2" in row
    assert "50" in page_of(client, annotator)


def test_the_list_is_filtered_paged_and_costs_the_same_for_many(
    client: Client, project: Project, carol: User, django_assert_num_queries: object
) -> None:
    users = User.objects.bulk_create(User(username=f"p{n:02}") for n in range(40))
    Membership.objects.bulk_create(
        Membership(project=project, name=user.username, pseudonym=f"a{user.username}", user=user)
        for user in users
    )
    client.force_login(carol)
    url = reverse("annotation:people", args=[project.slug])

    # Session, user, membership, people (rows, work, gold, count, teams), imported annotators,
    # invitations, teams of the form, projects of the top bar, permissions (2).
    with django_assert_num_queries(14):  # type: ignore[operator]
        first = client.get(url).content.decode()
    second = client.get(url, {"after": "p23"}).content.decode()
    back = client.get(url, {"before": "p24"}).content.decode()
    found = client.get(url, {"q": "p3", "role": "annotator"}).content.decode()
    nobody = client.get(url, {"state": "paused"}).content.decode()

    assert "25 of 41 people" in first and "p23" in first and "p24" not in first
    assert "p24" in second and "p23<" not in second and 'rel="prev"' in second
    assert "carol" in back and "p23" in back
    assert "10 of 10 people" in found
    assert "Nobody found" in nobody


@pytest.mark.parametrize("query", ["?after=%00", "?state=gone", "?role=owner&before=%00", "?q=%00"])
def test_a_hand_made_address_is_passed_over(
    client: Client, project: Project, carol: User, query: str
) -> None:
    client.force_login(carol)

    assert client.get(reverse("annotation:people", args=[project.slug]) + query).status_code == 200
