"""Settings, guidelines, criteria and gold comparisons through the API."""

import pytest

from annotation.models import Arrangement, Batch, Criterion, Gold, Membership, Project
from feedback_platform.models import User
from tests import factories
from tests.api import Api, api_of, body_of

PROJECT = "/projects/project"


@pytest.fixture
def api(carol: User) -> Api:
    return api_of(carol)


def test_a_change_of_settings_leaves_the_rest(api: Api, project: Project) -> None:
    answer = api.other(
        "PATCH", f"{PROJECT}/settings", {"state": "paused", "reason_tags": ["Clearer"]}
    )

    assert answer.status_code == 200
    project.refresh_from_db()
    assert (project.state, project.reason_tags, project.overlap) == ("paused", ["Clearer"], 3)
    assert body_of(api.get(f"{PROJECT}/settings"))["state"] == "paused"


def test_another_overlap_makes_the_seats_follow(api: Api, project: Project) -> None:
    quiet = body_of(api.other("PATCH", f"{PROJECT}/settings", {"overlap": 3, "name": "New"}))
    loud = body_of(api.other("PATCH", f"{PROJECT}/settings", {"overlap": 5}))

    assert quiet["arrangement"] is None
    assert loud["arrangement"]["id"] == Arrangement.objects.get().pk


def test_the_answers_are_fixed_by_the_first_judgment(
    api: Api, project: Project, alice: User
) -> None:
    annotator = Membership.objects.get(user=alice)
    factories.make_judgment(factories.make_comparison(project), annotator, 1)

    answer = api.other("PATCH", f"{PROJECT}/settings", {"offers_tie": False})

    assert answer.status_code == 409


@pytest.mark.parametrize(
    "wrong",
    [
        {"overlap": 0},
        {"gold_rate": 0.9},
        {"certain_at": 1.5},
        {"policy": "random"},
        {"overlap_cap": 2, "overlap_minimum": 5, "adapts_overlap": True},
        {"overlap_cap": 2, "overlap": 5, "adapts_overlap": True},
        {"requires_qualification": True},
        {"gold_rate": 0.3, "attention_rate": 0.3},
        {"gold_rate": 0.5, "attention_rate": 0.5, "reshow_rate": 0.5},
        {"cap_judgments": 0},
        {"cap_per_day": 0},
        {"cap_share": 0},
        {"reason_tags": ["Shorter", "Shorter"]},
        {"reason_tags": ["two\nlines"]},
        {"cap_judgments": 2**31},
        {"reason_tags": ["x" * 1000]},
    ],
)
def test_settings_that_cannot_work_are_refused(api: Api, project: Project, wrong: object) -> None:
    answer = api.other("PATCH", f"{PROJECT}/settings", wrong)

    assert answer.status_code == 422
    assert body_of(answer)["detail"]
    assert body_of(api.get(f"{PROJECT}/settings"))["gold_rate"] == 0


def test_checks_may_be_half_of_the_work(api: Api, project: Project) -> None:
    half = {"gold_rate": 0.2, "attention_rate": 0.1, "reshow_rate": 0.2}

    assert api.other("PATCH", f"{PROJECT}/settings", half).status_code == 200


def test_guidelines_are_published_and_read(api: Api, alice: User) -> None:
    judging = api_of(alice, "judge")
    before = judging.get(f"{PROJECT}/guidelines").status_code
    api.post(f"{PROJECT}/guidelines", {"text": "Be fair."})

    second = api.post(f"{PROJECT}/guidelines", {"text": "Be kind.", "note": "Kinder"})
    read = judging.post(f"{PROJECT}/guidelines/read", {"number": 2})

    assert (before, second.status_code, read.status_code) == (404, 201, 204)
    assert body_of(judging.get(f"{PROJECT}/guidelines"))["text"] == "Be kind."
    versions = body_of(judging.get(f"{PROJECT}/guidelines/versions"))["results"]
    assert [(one["number"], one["note"]) for one in versions] == [(2, "Kinder"), (1, "")]
    assert body_of(judging.get(f"{PROJECT}/guidelines/versions/1"))["text"] == "Be fair."
    assert Membership.objects.get(user=alice).guidelines_number == 2


def test_a_version_written_on_an_old_one_is_refused(api: Api) -> None:
    for number in (0, 1):
        api.post(f"{PROJECT}/guidelines", {"text": f"Version {number}", "based_on": number})

    answer = api.post(f"{PROJECT}/guidelines", {"text": "Mine", "based_on": 1})

    assert answer.status_code == 409


def test_a_criterion_is_asked_for_and_retired(api: Api, alice: User) -> None:
    added = api.post(f"{PROJECT}/criteria", {"name": "Helpfulness", "is_required": True})
    criterion = Criterion.objects.get()
    path = f"{PROJECT}/criteria/{criterion.pk}"

    changed = api.other("PATCH", path, {"high": 3, "is_retired": True})

    assert added.status_code == 201
    assert (body_of(changed)["high"], body_of(changed)["is_retired"]) == (3, True)
    shown = body_of(api_of(alice, "judge").get(f"{PROJECT}/criteria"))["results"]
    assert [(one["key"], one["is_required"]) for one in shown] == [("helpfulness", True)]


def test_a_comparison_becomes_gold_and_is_retired(api: Api, project: Project) -> None:
    comparison = factories.make_comparison(project)

    made = api.post(
        f"{PROJECT}/gold", {"comparison": comparison.pk, "accepted": ["a"], "use": "gold"}
    )
    retired = [
        api.post(f"{PROJECT}/gold/{body_of(made)['id']}/retire").status_code for _ in range(2)
    ]

    assert (made.status_code, retired) == (201, [204, 409])
    listed = body_of(api.get(f"{PROJECT}/gold"))["results"]
    assert [(one["accepted"], one["retired_at"] is None) for one in listed] == [(["a"], False)]


def test_a_batch_becomes_gold_as_a_whole_or_not_at_all(api: Api, project: Project) -> None:
    batch = Batch.objects.create(project=project, name="known")
    factories.make_comparison(project, batch=batch, metadata={"expected": "b"})
    unknown = factories.make_comparison(project, batch=batch)

    refused = api.post(f"{PROJECT}/gold/batch", {"batch": batch.pk})
    n_before = Gold.objects.count()
    unknown.batch = None
    unknown.save(update_fields=["batch"])
    made = api.post(f"{PROJECT}/gold/batch", {"batch": batch.pk})

    assert (refused.status_code, n_before) == (422, 0)
    assert body_of(made) == {"n_gold": 1}


def test_another_projects_comparison_cannot_become_gold(api: Api, mallory: User) -> None:
    theirs = factories.make_comparison(Project.objects.get(slug="elsewhere"))

    answer = api.post(f"{PROJECT}/gold", {"comparison": theirs.pk, "accepted": ["a"]})

    assert answer.status_code == 422
    assert not Gold.objects.exists()


def test_criteria_come_from_presets_and_change_places(api: Api) -> None:
    keys = [one["key"] for one in added(api)]
    again = [one["key"] for one in added(api)]
    last = Criterion.objects.get(key=keys[-1])

    moved = api.post(f"{PROJECT}/criteria/{last.pk}/move", {"direction": "earlier"})
    api.post(f"{PROJECT}/criteria/{last.pk}/move", {"direction": "later"})

    listed = body_of(api.get(f"{PROJECT}/criteria"))["results"]
    assert len(keys) > 2 and again == keys
    assert [one["key"] for one in body_of(moved)["results"]] == [*keys[:-2], keys[-1], keys[-2]]
    assert [one["key"] for one in listed] == keys
    assert api.post(f"{PROJECT}/criteria/presets", {"preset": "blank"}).status_code == 422


def added(api: Api) -> list[dict[str, object]]:
    answer = api.post(f"{PROJECT}/criteria/presets", {"preset": "helpsteer"})
    found: list[dict[str, object]] = body_of(answer)["results"]
    return found


def test_check_results_are_read_by_annotator(api: Api, project: Project, alice: User) -> None:
    annotator = Membership.objects.get(user=alice)
    for preference in (1, 1, -1):
        judgment = factories.make_judgment(
            factories.make_comparison(project), annotator, preference, purpose="gold"
        )
        Gold.objects.create(comparison=judgment.comparison, accepted=["b"])

    shown = body_of(api.get(f"{PROJECT}/gold/annotators"))

    (found,) = shown["results"]
    assert (found["annotator"], found["person"], shown["next"]) == ("alice", annotator.pk, None)
    assert (found["gold"]["value"], found["gold"]["n"]) == (pytest.approx(2 / 3), 3)
    assert found["attention"]["undefined_because"] == "none judged"
    assert found["qualification"] is None
    assert body_of(api.get(f"{PROJECT}/gold/annotators?after=alice"))["results"] == []
