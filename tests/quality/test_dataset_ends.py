"""How the build of a dataset version ends: cancelled, killed, delivered twice."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import IntegrityError, connection
from django.utils import timezone

from feedback_platform.jobs import claims
from feedback_platform.jobs.services import STALE_AFTER, request_cancel, rescue_work
from quality.curation.recipe import Recipe
from quality.models import DatasetVersion
from quality.services.datasets import (
    build_dataset,
    create_dataset,
    remove_unfinished_datasets,
    request_dataset,
)
from tests.quality.stored import build, store

pytestmark = pytest.mark.django_db(transaction=True)

ANNOTATORS = [f"annotator{i}" for i in range(6)]


def made_up(n=60, prefix="item"):
    """Comparisons of ``n`` prompts, judged by six annotators who mostly agree."""
    lines = []
    for item in range(n):
        for number, annotator in enumerate(ANNOTATORS):
            choice = "a" if (item * 7 + number * 3) % 10 < 7 else "tie" if item % 3 else "b"
            lines.append(
                {
                    "item_id": f"{prefix}{item}",
                    "prompt": f"Prompt {prefix} {item}",
                    "response_a": f"First {item}",
                    "response_b": f"Second {item}",
                    "annotator": annotator,
                    "choice": choice,
                    "strength": (item + number) % 4 + 1,
                }
            )
    return lines


def datasets_folder(settings):
    return Path(settings.VAR_DIR) / "datasets"


def database_url():
    """The database of this test, for another process."""
    at = connection.settings_dict
    parts = [at["USER"], at["PASSWORD"], at["NAME"], at["HOST"]]
    user, password, name, host = (quote(str(part), safe="") for part in parts)
    return f"postgresql://{user}:{password}@/{name}?host={host}"


def test_a_cancelled_build_leaves_no_folder(settings, carol):
    project = store(made_up())
    version = request_dataset(project=project, recipe=Recipe(), requested_by=carol)
    request_cancel(version)

    build_dataset(version_id=version.pk)

    version.refresh_from_db()
    assert version.state == "cancelled"
    assert not version.folder.exists()


def test_a_build_cancelled_while_it_runs_leaves_no_folder(settings, monkeypatch):
    monkeypatch.setattr(claims, "FLUSH_SECONDS", 0.01)
    version = create_dataset(project=store(made_up(300)), recipe=Recipe())
    request_cancel(version)

    with pytest.raises(claims.Cancelled):
        build_dataset(version_id=version.pk, fence=version.fence)

    version.refresh_from_db()
    assert version.state == "cancelled"
    assert not version.folder.exists()
    assert not list(datasets_folder(settings).glob(f".building-{version.pk}-*"))


def test_a_second_delivery_does_nothing(carol):
    project = store(made_up())
    version = request_dataset(project=project, recipe=Recipe(), requested_by=carol)
    build_dataset(version_id=version.pk)
    written = version.folder.stat().st_mtime_ns

    build_dataset(version_id=version.pk)

    assert version.folder.stat().st_mtime_ns == written


@pytest.mark.parametrize("change", ["update", "delete"])
def test_a_succeeded_version_is_never_edited_or_deleted(tmp_path, change):
    build(store(made_up()), tmp_path / "out")
    version = DatasetVersion.objects.all()

    with pytest.raises(IntegrityError, match="never edited"):
        version.update(manifest_digest="") if change == "update" else version.delete()

    assert DatasetVersion.objects.get().manifest_digest


def test_what_killed_builds_left_is_removed_and_the_rest_stays(settings, carol):
    project = store(made_up())
    kept = request_dataset(project=project, recipe=Recipe(), requested_by=carol)
    build_dataset(version_id=kept.pk)
    # Killed after the folder was moved and before the row said so; and while writing.
    moved = DatasetVersion.objects.create(project=project, state="failed", fence=1)
    moved.folder.mkdir()
    running = DatasetVersion.objects.create(project=project, state="running", fence=2)
    old, new = (datasets_folder(settings) / f".building-{running.pk}-{n}" for n in (1, 2))
    old.mkdir()
    new.mkdir()

    removed = remove_unfinished_datasets()

    assert removed == 2
    assert kept.folder.is_dir() and new.is_dir()
    assert not moved.folder.exists() and not old.exists()
    new.rmdir()


def test_a_killed_build_leaves_no_version_and_is_cleared_by_the_next(settings, tmp_path):
    project = store(made_up(1_500))
    build_process = subprocess.Popen(
        [sys.executable, "manage.py", "build_dataset", project.slug],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATABASE_URL": database_url()},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    written = []
    give_up = time.monotonic() + 60
    while not written and time.monotonic() < give_up:
        written = list(datasets_folder(settings).glob(".building-*/comparisons/*.jsonl"))
        time.sleep(0.01)
    build_process.send_signal(signal.SIGKILL)
    build_process.wait()

    killed = DatasetVersion.objects.get()
    assert written, "the build ended before it was seen"
    assert killed.state == "running" and killed.manifest is None
    assert not killed.folder.exists()

    stale = timezone.now() - STALE_AFTER - timedelta(seconds=1)
    DatasetVersion.objects.filter(pk=killed.pk).update(heartbeat_at=stale)
    rescue_work()
    document = build(project, tmp_path / "out")

    killed.refresh_from_db()
    assert killed.state == "failed" and "Run it again" in killed.error
    left = {folder.name for folder in datasets_folder(settings).glob(".*")}
    assert not {name for name in left if name.startswith(f".building-{killed.pk}-")}
    assert not killed.folder.exists()
    assert Path(document["path"]).is_dir()
