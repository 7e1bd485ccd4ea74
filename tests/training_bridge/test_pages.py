import pytest

from annotation.models import Membership
from quality.models import DatasetVersion
from tests import factories
from tests.training_bridge.runs import make_finished_run, make_run, make_version
from training_bridge.models import Run, RunStep

MODELS = "/projects/project/models/"


@pytest.fixture
def version(project):
    return make_version(project, n_rows=10)


@pytest.fixture
def manager(client, carol):
    client.force_login(carol)
    return client


def report_steps(run: Run, n: int) -> None:
    RunStep.objects.bulk_create(
        RunStep(run=run, step=step, loss=1 / step, validation_accuracy=0.5)
        for step in range(1, n + 1)
    )


def test_a_manager_starts_a_training_on_a_version(manager, carol, version):
    page = manager.get(f"{MODELS}new/?version={version.pk}").content.decode()
    assert f'value="{version.pk}" selected' in page

    answer = manager.post(
        f"{MODELS}new/",
        {"dataset_version": version.pk, "base_model": "scratch-tiny", "epochs": "", "seed": 7},
    )

    run = Run.objects.get()
    assert answer.url == f"{MODELS}{run.pk}/"
    assert (run.state, run.parameters, run.requested_by) == ("queued", {"seed": 7}, carol)
    assert run.data_digest == version.manifest_digest


@pytest.mark.parametrize(
    "changes", [{"base_model": "/etc"}, {"epochs": 0}, {"seed": -1}, {"dataset_version": 0}]
)
def test_what_is_not_offered_is_refused_with_the_form(manager, version, changes):
    form = {"dataset_version": version.pk, "base_model": "scratch-tiny", "seed": 0, **changes}

    answer = manager.post(f"{MODELS}new/", form)

    assert answer.status_code == 422
    assert not Run.objects.exists()


def test_an_unfinished_version_is_not_offered(manager, project):
    make_version(project, n_rows=10, state=DatasetVersion.State.RUNNING)

    page = manager.get(f"{MODELS}new/").content.decode()

    assert "Nothing to train on yet" in page


def test_the_page_of_a_running_training_is_live(manager, version):
    run = make_run(version)
    Run.objects.update(state=Run.State.RUNNING, done=3, total=10)
    report_steps(run, 3)

    page = manager.get(f"{MODELS}{run.pk}/").content.decode()
    nothing_new = manager.get(f"{MODELS}{run.pk}/charts/?after=3")
    fresh = manager.get(f"{MODELS}{run.pk}/charts/?after=2").content.decode()

    assert 'hx-trigger="every 2s"' in page
    assert "Training loss fell, from 1.00 to 0.33" in page
    assert nothing_new.status_code == 204
    assert "<svg" in fresh and "after=3" in fresh


def test_a_model_no_better_than_length_is_called_that(manager, version):
    run = make_finished_run(version, accuracy=0.70, longer=0.73)

    page = manager.get(f"{MODELS}{run.pk}/").content.decode()

    assert "does not beat picking the longer response on validation rows" in page
    assert "held-out annotators on new prompts" in page.lower()


def test_a_model_better_than_length_shows_both_figures_without_a_warning(manager, version):
    run = make_finished_run(version, accuracy=0.81, longer=0.73)

    page = manager.get(f"{MODELS}{run.pk}/").content.decode()

    assert "does not beat" not in page
    assert "in 81\xa0% of 200 validation pairs" in page
    assert "picking the longer: 73\xa0%" in page
    assert "a" * 64 in page
    assert f"/projects/project/data/{version.pk}/" in page


def test_only_files_of_the_model_are_downloaded(manager, version):
    run = make_finished_run(version, accuracy=0.8, longer=0.7)
    (run.folder / "config.json").write_text("not this one")

    answer = manager.get(f"{MODELS}{run.pk}/files/config.json")

    assert b"".join(answer.streaming_content) == b"{}"
    assert manager.get(f"{MODELS}{run.pk}/files/run.json").status_code == 404
    assert manager.get(f"{MODELS}{run.pk}/files/..%2Fconfig.json").status_code == 404


def test_cancel_and_resume_move_the_run_between_its_states(manager, version):
    run = make_run(version)

    manager.post(f"{MODELS}{run.pk}/cancel/")
    run.refresh_from_db()
    assert run.state == Run.State.CANCELLED
    assert "Resume training" in manager.get(f"{MODELS}{run.pk}/").content.decode()

    manager.post(f"{MODELS}{run.pk}/resume/")
    run.refresh_from_db()
    assert run.state == Run.State.QUEUED
    assert manager.post(f"{MODELS}{run.pk}/resume/").status_code == 409


def test_the_list_shows_each_run_with_its_figures(manager, version, django_assert_max_num_queries):
    make_finished_run(version, accuracy=0.81, longer=0.73)
    make_run(version)

    with django_assert_max_num_queries(8):
        page = manager.get(MODELS).content.decode()

    assert page.count("/models/") >= 2
    assert "81\xa0%" in page and "73\xa0%" in page


def test_a_reviewer_looks_but_does_not_start_cancel_or_download(client, project, version):
    rita = factories.make_user("rita", project=project, role=Membership.Role.REVIEWER)
    run = make_finished_run(version, accuracy=0.8, longer=0.7)
    client.force_login(rita)

    assert client.get(f"{MODELS}{run.pk}/").status_code == 200
    assert client.get(MODELS).status_code == 200
    assert client.get(f"{MODELS}new/").status_code == 403
    assert client.post(f"{MODELS}{run.pk}/cancel/").status_code == 403
    assert client.get(f"{MODELS}{run.pk}/files/config.json").status_code == 403


def test_annotators_and_strangers_see_no_runs(client, alice, mallory, version):
    run = make_run(version)
    addresses = [
        MODELS,
        f"{MODELS}{run.pk}/",
        f"{MODELS}{run.pk}/card/",
        f"{MODELS}{run.pk}/charts/",
    ]

    for user, status in ((alice, 403), (mallory, 404)):
        client.force_login(user)
        assert [client.get(address).status_code for address in addresses] == [status] * 4
