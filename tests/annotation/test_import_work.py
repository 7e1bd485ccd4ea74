"""Imports as long work: at once, cancelled, cut off, delivered twice."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from annotation.models import Comparison, Import, Judgment, Project, Seat
from annotation.services.imports import import_file, queue_import
from annotation.services.loading import ImportOptions
from annotation.services.uploads import store_upload, upload_path
from annotation.tasks import import_file_task
from feedback_platform.models import User
from tests.annotation.importing import json_lines, row, row_counts

pytestmark = pytest.mark.django_db(transaction=True)


def queued(project: Project, user: User, content: bytes, **fields: Any) -> Import:
    file = store_upload(name="f.jsonl", pieces=[content])
    options = ImportOptions(**fields)
    return queue_import(
        project=project, file=file, options=options, check_only=False, requested_by=user
    )


def in_threads(*calls: Callable[[], object]) -> None:
    """Run the calls at the same time, each on its own connection."""

    def run(call: Callable[[], object]) -> None:
        try:
            call()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[call]) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def many_rows(n: int, **fields: Any) -> bytes:
    return json_lines(*(row(item_id=f"q{number}", **fields) for number in range(n)))


def test_two_imports_into_one_project_at_once_both_succeed(project: Project, carol: User) -> None:
    jobs = [queued(project, carol, many_rows(2_000, annotator=name)) for name in ("x", "y", "z")]

    in_threads(*(lambda job=job: import_file(import_id=job.pk) for job in jobs))

    assert set(Import.objects.values_list("state", flat=True)) == {"succeeded"}
    assert sum(Import.objects.values_list("n_comparisons", flat=True)) == 2_000
    assert Comparison.objects.count() == 2_000
    assert Judgment.objects.count() == Seat.objects.count() == 6_000


def test_the_same_file_twice_at_once_goes_in_once(project: Project, carol: User) -> None:
    content = many_rows(1_000)
    jobs = [queued(project, carol, content) for _ in range(2)]

    in_threads(*(lambda job=job: import_file(import_id=job.pk) for job in jobs))

    assert Judgment.objects.count() == 1_000
    counts = sorted(Import.objects.values_list("state", "n_judgments", "n_duplicates"))
    assert counts == [("succeeded", 0, 1_000), ("succeeded", 1_000, 0)]


def test_a_cancelled_import_keeps_nothing(project: Project, carol: User) -> None:
    job = queued(project, carol, many_rows(40_000))
    before = row_counts()
    Import.objects.filter(pk=job.pk).update(cancel_requested_at=timezone.now())

    import_file(import_id=job.pk)

    job.refresh_from_db()
    assert job.state == Import.State.CANCELLED
    assert row_counts() == before
    assert upload_path(job.stored_name).exists()


def test_an_import_whose_connection_dies_keeps_nothing_and_stays_claimed(
    project: Project, carol: User
) -> None:
    job = queued(project, carol, many_rows(60_000))
    before = row_counts()
    raised: list[Exception] = []

    def work() -> None:
        try:
            import_file(import_id=job.pk)
        except OperationalError as error:
            raised.append(error)

    in_threads(work, terminate_copy)

    job.refresh_from_db()
    assert raised
    # Without heartbeats it goes stale and is queued again.
    assert job.state == Import.State.RUNNING
    assert row_counts() == before


def terminate_copy() -> None:
    """End the server process that stages a file, as a crash would."""
    deadline = time.monotonic() + 20
    with connection.cursor() as cursor:
        while time.monotonic() < deadline:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE query LIKE 'COPY imported_row%' AND pid <> pg_backend_pid()"
            )
            if cursor.fetchone():
                return
            time.sleep(0.02)


def test_progress_is_seen_while_the_import_runs(project: Project, carol: User) -> None:
    job = queued(project, carol, many_rows(40_000))
    seen: list[tuple[int, int]] = []

    def look() -> None:
        while (now := Import.objects.get(pk=job.pk)).is_active:
            seen.append((now.done, now.total))
            time.sleep(0.05)

    in_threads(lambda: import_file(import_id=job.pk), look)

    assert any(0 < done < 40_000 and abs(total - 40_000) < 4_000 for done, total in seen)


def test_a_second_delivery_does_nothing(project: Project, carol: User) -> None:
    job = queued(project, carol, many_rows(3))

    import_file_task(job.pk)
    after_first = row_counts()
    import_file_task(job.pk)

    job.refresh_from_db()
    assert (job.state, job.n_judgments, job.attempts) == ("succeeded", 3, 1)
    assert row_counts() == after_first
    assert not upload_path(job.stored_name).exists()


def test_an_import_whose_file_is_gone_says_so(project: Project, carol: User) -> None:
    job = queued(project, carol, many_rows(3))
    upload_path(job.stored_name).unlink()

    import_file(import_id=job.pk)

    job.refresh_from_db()
    assert job.state == Import.State.FAILED
    assert "Upload it again" in job.error
