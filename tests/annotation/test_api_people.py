"""People, invitations and teams through the API."""

import pytest
from django.test import Client

from annotation.models import Invitation, Membership, Project, Seat, Team
from annotation.services.arranging import arrange_seats
from feedback_platform.models import User
from tests import factories
from tests.api import Api, api_of, body_of

PROJECT = "/projects/project"


@pytest.fixture
def api(carol: User) -> Api:
    return api_of(carol)


@pytest.fixture
def annotator(alice: User) -> Membership:
    return Membership.objects.get(user=alice)


def test_people_are_listed_without_those_who_cannot_log_in(
    api: Api, annotator: Membership, project: Project
) -> None:
    factories.make_membership(project, "imported")

    listed = body_of(api.get(f"{PROJECT}/people"))["results"]

    assert {one["name"] for one in listed} == {"alice", "carol"}


def test_one_person_comes_with_their_work(
    api: Api, annotator: Membership, project: Project
) -> None:
    factories.make_judgment(factories.make_comparison(project), annotator, 1)

    found = body_of(api.get(f"{PROJECT}/people/{annotator.pk}"))

    assert (found["person"]["name"], found["work"]["n_judgments"]) == ("alice", 1)


def test_a_role_and_caps_are_changed_and_the_rest_stays(api: Api, annotator: Membership) -> None:
    path = f"{PROJECT}/people/{annotator.pk}"
    api.other("PATCH", path, {"cap_per_day": 10})

    answer = api.other("PATCH", path, {"role": "reviewer", "cap_judgments": 100})

    assert answer.status_code == 200
    annotator.refresh_from_db()
    assert (annotator.role, annotator.cap_judgments, annotator.cap_per_day) == ("reviewer", 100, 10)


def test_the_last_manager_stays_one(api: Api, carol: User) -> None:
    manager = Membership.objects.get(user=carol)

    assert api.post(f"{PROJECT}/people/{manager.pk}/remove").status_code == 409
    answer = api.other("PATCH", f"{PROJECT}/people/{manager.pk}", {"role": "annotator"})
    assert answer.status_code == 409


def test_a_paused_annotator_is_told_why_and_goes_on_after_the_resume(
    api: Api, annotator: Membership, alice: User, project: Project
) -> None:
    factories.make_comparison(project)
    arrange_seats(project=project)
    person, judging = f"{PROJECT}/people/{annotator.pk}", api_of(alice, "judge")

    paused = api.post(f"{person}/pause", {"reason": "Please call me."})
    stopped = judging.post(f"{PROJECT}/assignments/next")
    resumed = api.post(f"{person}/resume")

    assert (paused.status_code, resumed.status_code) == (204, 204)
    assert stopped.status_code == 409
    assert body_of(stopped)["why"] == "paused"
    assert "Please call me." in body_of(stopped)["detail"]
    assert judging.post(f"{PROJECT}/assignments/next").status_code == 200


def test_who_was_removed_is_a_stranger(api: Api, annotator: Membership, alice: User) -> None:
    api.post(f"{PROJECT}/people/{annotator.pk}/remove")

    assert api_of(alice).get(PROJECT).status_code == 404


def test_an_invitation_tells_its_link_once(api: Api, project: Project, client: Client) -> None:
    team = Team.objects.create(project=project, name="night")

    made = body_of(
        api.post(f"{PROJECT}/invitations", {"role": "annotator", "label": "Dora", "team": team.pk})
    )

    assert client.get(made["link"].split("8000")[-1]).status_code == 200
    listed = body_of(api.get(f"{PROJECT}/invitations"))["results"]
    assert [(one["label"], one["team"], "link" in one) for one in listed] == [
        ("Dora", "night", False)
    ]


def test_a_list_of_people_is_invited_or_nobody(api: Api, project: Project) -> None:
    Team.objects.create(project=project, name="Poets")
    path = f"{PROJECT}/invitations/list"

    bad = api.post(path, {"csv": "name,team\nDora,Poets\nEmil,Painters\n"})
    good = api.post(path, {"csv": "name,role,team\nDora,,Poets\nEmil,reviewer,\n"})
    again = api.post(path, {"csv": "name\nDora\n"})

    assert [answer.status_code for answer in (bad, good, again)] == [422, 201, 422]
    assert "line 3: team" in body_of(bad)["problems"]["csv"][0]
    made = body_of(good)["results"]
    assert [(one["label"], one["role"], one["team"]) for one in made] == [
        ("Dora", "annotator", "Poets"),
        ("Emil", "reviewer", None),
    ]
    assert len({one["link"] for one in made}) == 2
    assert "open invitation" in body_of(again)["problems"]["csv"][0]


def test_a_withdrawn_invitation_cannot_be_withdrawn_again(api: Api) -> None:
    made = body_of(api.post(f"{PROJECT}/invitations", {"role": "reviewer"}))
    path = f"{PROJECT}/invitations/{made['id']}/revoke"

    assert [api.post(path).status_code for _ in range(2)] == [204, 409]
    assert Invitation.objects.get().revoked_at is not None


def test_a_team_is_made_filled_renamed_and_emptied(api: Api, annotator: Membership) -> None:
    team = f"{PROJECT}/teams/{body_of(api.post(f'{PROJECT}/teams', {'name': 'day'}))['id']}"

    added = body_of(api.post(f"{team}/people", {"people": [annotator.pk]}))
    again = body_of(api.post(f"{team}/people", {"people": [annotator.pk]}))
    members = body_of(api.get(f"{team}/people"))["results"]
    removed = api.post(f"{team}/people/{annotator.pk}/remove")

    assert (added["n_added"], again["n_added"], removed.status_code) == (1, 0, 204)
    assert [one["name"] for one in members] == ["alice"]
    assert body_of(api.other("PATCH", team, {"name": "night"}))["name"] == "night"
    assert body_of(api.get(f"{team}/people"))["results"] == []


def test_an_outsider_cannot_be_put_into_a_team(api: Api, mallory: User) -> None:
    team = body_of(api.post(f"{PROJECT}/teams", {"name": "day"}))
    outsider = Membership.objects.get(user=mallory)

    answer = api.post(f"{PROJECT}/teams/{team['id']}/people", {"people": [outsider.pk]})

    assert answer.status_code == 422


def test_comparisons_go_to_one_person_and_back_to_everybody(
    api: Api, annotator: Membership, alice: User, bob: User, project: Project
) -> None:
    comparison = factories.make_comparison(project)
    arrange_seats(project=project)
    named = {"external_ids": [comparison.external_id]}

    given = api.post(f"{PROJECT}/comparisons/assign", {**named, "person": annotator.pk})
    while_given = api_of(bob).post(f"{PROJECT}/assignments/next").status_code
    api.post(f"{PROJECT}/comparisons/assign", named)

    assert body_of(given)["n_comparisons"] == 1
    assert while_given == 204
    assert api_of(bob).post(f"{PROJECT}/assignments/next").status_code == 200
    assert Seat.objects.filter(team=None, state="held").count() == 1


def test_unknown_comparisons_are_named_and_nothing_changes(api: Api, project: Project) -> None:
    answer = api.post(f"{PROJECT}/comparisons/assign", {"external_ids": ["nowhere"]})

    assert answer.status_code == 422
    assert "nowhere" in body_of(answer)["detail"]
