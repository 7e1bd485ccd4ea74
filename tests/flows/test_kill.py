"""kill -9 during any long work: nothing is half-written, and the work ends by itself."""

import hashlib
import json
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from feedback_platform.embedded.postgres import database_settings
from tests.flows.stack import Stack

pytestmark = pytest.mark.slow

N_COMPARISONS = 12_000
N_ANNOTATORS = 5
# A worker's claim goes stale after 20 s; the clock looks every 10 s.
PATIENCE_SECONDS = 300.0
TABLES = {
    "import": "annotation_import",
    "run": "training_bridge_run",
    "report": "quality_report",
    "dataset": "quality_datasetversion",
}
QUEUE_IMPORT = """
from pathlib import Path
from annotation.models import Project
from annotation.services.imports import queue_import
from annotation.services.loading import ImportOptions
from annotation.services.projects import create_project
from annotation.services.uploads import store_local_file
from feedback_platform.jobs.services import enqueue
from feedback_platform.models import User

manager = User.objects.get(username="manager")
large = create_project(creator=manager, slug="large", name="Large")
enqueue(
    queue_import(
        project=large,
        file=store_local_file(path=Path(r"%s")),
        options=ImportOptions(),
        check_only=False,
        requested_by=manager,
    )
)
"""
QUEUE_REPORT_AND_DATASET = """
from annotation.models import Project
from feedback_platform.jobs.services import enqueue
from feedback_platform.models import User
from quality.curation.recipe import Recipe
from quality.services.datasets import request_dataset
from quality.services.reports import request_report

manager = User.objects.get(username="manager")
large = Project.objects.get(slug="large")
enqueue(request_report(project=large, requested_by=manager))
enqueue(request_dataset(project=large, recipe=Recipe(), requested_by=manager))
"""


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    made = Stack(tmp_path, demo=True)
    yield made
    made.stop()


def write_judgments(path: Path) -> None:
    """Many judgments with a deterministic majority, as somebody else's file."""
    with path.open("w", encoding="utf-8") as file:
        for number in range(N_COMPARISONS):
            row = {
                "item_id": f"c{number}",
                "prompt": f"Question {number} of many?",
                "response_a": f"The first response to question {number}.",
                "response_b": f"Another response to question {number}, with more words.",
            }
            for annotator in range(N_ANNOTATORS):
                choice = "ab"[(number + (annotator == number % 7)) % 2]
                judged = {**row, "annotator": f"annotator {annotator}", "choice": choice}
                file.write(json.dumps(judged) + "\n")


def ask(stack: Stack, query: str) -> list[tuple]:
    """Rows straight from the database; waits while it is being started again."""
    entry = database_settings(stack.var_dir)
    give_up = time.monotonic() + 60
    while True:
        try:
            with psycopg.connect(
                host=entry["HOST"], user="feedback", password=entry["PASSWORD"], dbname="feedback"
            ) as connection:
                return connection.execute(query).fetchall()
        except psycopg.OperationalError:
            if time.monotonic() > give_up:
                raise
            time.sleep(0.1)


def newest(stack: Stack, work: str) -> str:
    rows = ask(stack, f"SELECT state FROM {TABLES[work]} ORDER BY id DESC LIMIT 1")
    return rows[0][0] if rows else "missing"


def wait_until_running(stack: Stack, *works: str) -> None:
    give_up = time.monotonic() + 60
    while (states := {work: newest(stack, work) for work in works}) != dict.fromkeys(
        works, "running"
    ):
        assert "succeeded" not in states.values(), f"too quick to be killed: {states}"
        assert time.monotonic() < give_up, states
        time.sleep(0.05)


OF_LARGE = """
    FROM annotation_comparison c
    JOIN annotation_project p ON p.id = c.project_id AND p.slug = 'large'
"""


def comparisons_of_large(stack: Stack) -> int:
    return ask(stack, f"SELECT count(*) {OF_LARGE}")[0][0]


def judgments_of_large(stack: Stack) -> int:
    judgments = "JOIN annotation_judgment j ON j.comparison_id = c.id"
    return ask(stack, f"SELECT count(*) {OF_LARGE} {judgments}")[0][0]


def wait_until_succeeded(stack: Stack, *works: str) -> None:
    give_up = time.monotonic() + PATIENCE_SECONDS
    while (states := {work: newest(stack, work) for work in works}) != dict.fromkeys(
        works, "succeeded"
    ):
        assert not {"failed", "cancelled"} & set(states.values()), states
        # All of the file or nothing of it, at any moment.
        assert comparisons_of_large(stack) in {0, N_COMPARISONS}
        assert time.monotonic() < give_up, f"{states}\n{stack.log.read_text()[-4000:]}"
        time.sleep(0.5)


def kill_and_start_again(stack: Stack, victim: str) -> None:
    """Servers come back by themselves; after the others everything is started again."""
    if victim == "worker":
        stack.kill("trainer")
    stack.kill(victim)
    if victim in {"web", "worker"}:
        assert stack.wait_until_ended() == 1
        stack.start()


@pytest.mark.parametrize("victim", ["web", "worker", "redis", "postgres"])
def test_every_long_work_survives_the_death_of(victim, stack, tmp_path):
    judgments = tmp_path / "judgments.jsonl"
    write_judgments(judgments)
    # The demo's own training is queued by the first start.
    stack.start()

    stack.manage("shell", "-v0", "-c", QUEUE_IMPORT % judgments)
    wait_until_running(stack, "import", "run")
    kill_and_start_again(stack, victim)
    wait_until_succeeded(stack, "import")
    stack.manage("shell", "-v0", "-c", QUEUE_REPORT_AND_DATASET)
    wait_until_running(stack, "report", "dataset")
    kill_and_start_again(stack, victim)
    wait_until_succeeded(stack, "import", "run", "report", "dataset")

    assert comparisons_of_large(stack) == N_COMPARISONS
    assert judgments_of_large(stack) == N_COMPARISONS * N_ANNOTATORS
    assert ask(stack, "SELECT count(*) FROM quality_report") == [(2,)]
    assert_files_are_whole(stack)


def assert_files_are_whole(stack: Stack) -> None:
    folders = sorted((stack.var_dir / "datasets").iterdir())
    # Whatever else a killed build wrote is gone or was never there.
    stored = ask(stack, "SELECT id FROM quality_datasetversion ORDER BY id::text")
    assert [folder.name for folder in folders] == [str(key) for (key,) in stored]
    for folder in folders:
        manifest = json.loads((folder / "manifest.json").read_text())
        for name, noted in manifest["files"].items():
            digest = hashlib.sha256((folder / name).read_bytes()).hexdigest()
            assert digest == noted["sha256"], f"{folder.name}/{name}"
    assert (stack.var_dir / "runs" / "1" / "model" / "model.safetensors").is_file()
