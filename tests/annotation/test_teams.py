"""Teams, and comparisons that are for them or for one person alone."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from annotation.models import Batch, Comparison, Membership, Project, Seat, Team, TeamMember
from annotation.services.arranging import arrange_seats
from annotation.services.teams import team_of_person
from feedback_platform.models import User
from tests import factories
from tests.annotation.judges import reserved

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def team(project: Project) -> Team:
    return Team.objects.create(project=project, name="Poets")


def post(client: Client, action: str, *place: object, **fields: object) -> int:
    return client.post(reverse(f"annotation:{action}", args=place), fields).status_code


def names_in(team: Team) -> set[str]:
    return set(team.members.values_list("membership__name", flat=True))


def test_a_team_is_made_renamed_and_listed(client: Client, project: Project, carol: User) -> None:
    client.force_login(carol)

    assert post(client, "teams", project.slug, name="Poets") == 302
    made = Team.objects.get()
    assert post(client, "team_rename", project.slug, made.pk, name="Bards") == 302

    page = client.get(reverse("annotation:teams", args=[project.slug])).content.decode()
    assert ">Bards</a>" in page and ">Poets</a>" not in page


@pytest.mark.parametrize("name", ["", " ", "x" * 151, "Poets"])
def test_a_team_needs_a_name_of_its_own(
    client: Client, project: Project, carol: User, team: Team, name: str
) -> None:
    other = Team.objects.create(project=project, name="Bards")
    client.force_login(carol)

    assert post(client, "teams", project.slug, name=name) == 422
    assert post(client, "team_rename", project.slug, other.pk, name=name) == 422

    assert set(Team.objects.values_list("name", flat=True)) == {"Poets", "Bards"}


def test_a_team_without_work_is_removed_and_its_name_is_free(
    client: Client, project: Project, carol: User, alice: User, team: Team
) -> None:
    client.force_login(carol)
    post(client, "team_add", project.slug, team.pk, names="alice")

    assert [post(client, "team_delete", project.slug, team.pk) for _ in range(2)] == [302, 404]

    page = client.get(reverse("annotation:teams", args=[project.slug])).content.decode()
    assert ">Poets</a>" not in page
    assert names_in(team) == set()
    assert post(client, "teams", project.slug, name="Poets") == 302


def test_a_team_with_work_stays_and_the_page_says_which(
    client: Client, project: Project, carol: User, team: Team
) -> None:
    client.force_login(carol)
    comparison = factories.make_comparison(project, team=team)
    batch = Batch.objects.create(project=project, name="Sonnets", team=team)
    url = reverse("annotation:team_delete", args=[project.slug, team.pk])

    for_batch = client.post(url)
    Batch.objects.filter(pk=batch.pk).update(team=None)
    for_comparison = client.post(url)
    arrange_seats(project=project)
    Comparison.objects.update(team=None)
    for_seats = client.post(url)
    arrange_seats(project=project)
    last = client.post(url)

    assert "the batch Sonnets" in for_batch.content.decode()
    assert f"the comparison {comparison.external_id}" in for_comparison.content.decode()
    assert "being given to others" in for_seats.content.decode()
    answers = (for_batch, for_comparison, for_seats, last)
    assert [answer.status_code for answer in answers] == [409, 409, 409, 302]


def test_people_are_added_by_name_and_taken_out(
    client: Client, project: Project, carol: User, alice: User, bob: User, team: Team
) -> None:
    client.force_login(carol)

    assert post(client, "team_add", project.slug, team.pk, names="alice\nbob\n\nalice") == 302
    assert names_in(team) == {"alice", "bob"}
    assert post(client, "team_add", project.slug, team.pk, names="alice") == 302

    member = alice.memberships.get()
    assert post(client, "team_remove", project.slug, team.pk, member.pk) == 302
    assert names_in(team) == {"bob"}
    page = client.get(reverse("annotation:team", args=[project.slug, team.pk])).content.decode()
    assert "bob" in page and "1 of 1 people" in page


def test_strangers_and_imported_annotators_join_no_team(
    client: Client, project: Project, carol: User, alice: User, mallory: User, team: Team
) -> None:
    factories.make_membership(project, "imported-7")
    client.force_login(carol)

    answer = client.post(
        reverse("annotation:team_add", args=[project.slug, team.pk]),
        {"names": "alice\nmallory\nimported-7"},
    )

    assert answer.status_code == 422
    assert "mallory, imported-7" in answer.content.decode()
    assert names_in(team) == set()


def test_the_team_of_one_person_is_made_once_and_not_listed(
    client: Client, project: Project, carol: User, alice: User
) -> None:
    member = alice.memberships.get()
    Team.objects.create(project=project, name="alice")

    first, again = team_of_person(membership=member), team_of_person(membership=member)

    assert first == again and first.is_personal
    assert TeamMember.objects.get(team=first).membership == member
    client.force_login(carol)
    page = client.get(reverse("annotation:teams", args=[project.slug])).content.decode()
    assert f"/teams/{first.pk}/" not in page
    assert client.get(reverse("annotation:team", args=[project.slug, first.pk])).status_code == 404


def assign(client: Client, project: Project, **fields: object) -> tuple[int, str]:
    answer = client.post(reverse("annotation:assign", args=[project.slug]), fields, follow=True)
    return answer.status_code, answer.content.decode()


def released(project: Project, n: int) -> list[Comparison]:
    rows = [factories.make_comparison(project, external_id=f"x{k}") for k in range(n)]
    arrange_seats(project=project)
    return rows


def test_named_comparisons_go_to_one_person_alone(
    client: Client, project: Project, carol: User, alice: User, bob: User
) -> None:
    first, second = released(project, 2)
    client.force_login(carol)

    status, page = assign(client, project, external_ids="external_id\nx1\n", person="alice")

    assert status == 200 and "1 comparison is for alice now" in page
    given: Membership = alice.memberships.get()
    other: Membership = bob.memberships.get()
    assert reserved(other).comparison_id == first.pk
    assert Seat.objects.filter(comparison=second, team__name="alice").count() == project.overlap
    assert second.pk in {reserved(given).comparison_id for _ in range(2)} | {
        Comparison.objects.get(assignments__annotator=given).pk
    }


def test_a_file_of_ids_goes_to_a_team_and_back_to_everybody(
    client: Client, project: Project, carol: User, team: Team
) -> None:
    released(project, 2)
    client.force_login(carol)
    file = SimpleUploadedFile("ids.csv", b'external_id,note\nx0,a\n"x1",b\n')

    assert (
        "2 comparisons are for Poets now"
        in assign(client, project, file=file, team=str(team.pk))[1]
    )
    assert set(Seat.objects.values_list("team", flat=True)) == {team.pk}

    assert "for everybody now" in assign(client, project, external_ids="x0\nx1")[1]
    assert set(Seat.objects.filter(state="free").values_list("team", flat=True)) == {None}


def test_unknown_ids_are_listed_and_nothing_changes(
    client: Client, project: Project, carol: User, team: Team
) -> None:
    released(project, 1)
    elsewhere = factories.make_project(slug="other")
    factories.make_comparison(elsewhere, external_id="theirs")
    client.force_login(carol)

    status, page = assign(client, project, external_ids="x0\nnope\ntheirs", team=str(team.pk))

    assert status == 422
    assert "2 external ids are not in" in page and "nope" in page and "theirs" in page
    assert not Comparison.objects.exclude(team=None).exists()


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({}, "No comparison is named"),
        ({"external_ids": "x0", "person": "nobody"}, "Nobody called nobody can log in"),
        ({"external_ids": "x0", "team": "999999"}, "valid choice"),
        ({"external_ids": "\n".join(map(str, range(10_001)))}, "10,001 comparisons are more"),
    ],
)
def test_an_assignment_that_makes_no_sense_is_refused(
    client: Client, project: Project, carol: User, fields: dict[str, str], reason: str
) -> None:
    client.force_login(carol)

    status, page = assign(client, project, **fields)

    assert status == 422
    assert reason in page


def test_a_team_and_a_person_at_once_are_refused(
    client: Client, project: Project, carol: User, alice: User, team: Team
) -> None:
    client.force_login(carol)

    status, page = assign(client, project, external_ids="x0", team=str(team.pk), person="alice")

    assert status == 422
    assert "not both" in page


def test_a_team_of_another_project_is_unknown(
    client: Client, project: Project, carol: User
) -> None:
    theirs = Team.objects.create(project=factories.make_project(slug="other"), name="Theirs")
    client.force_login(carol)

    assert client.get(reverse("annotation:team", args=[project.slug, theirs.pk])).status_code == 404
    assert assign(client, project, external_ids="x0", team=str(theirs.pk))[0] == 422
