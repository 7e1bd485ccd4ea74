"""Long work: one owner at a time, seen from outside while it runs, never lost."""

import threading
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from feedback_platform.errors import BadInput, Conflict
from feedback_platform.jobs.claims import ClaimLost, claim, claimed
from feedback_platform.jobs.models import LongWork
from feedback_platform.jobs.services import create_claimed, request_cancel, requeue, rescue_work
from quality.models import Report
from tests.factories import make_project

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def report() -> Report:
    return Report.objects.create(project=make_project())


def wait_until(condition, seconds: float = 10.0) -> None:
    deadline = timezone.now() + timedelta(seconds=seconds)
    pause = threading.Event()
    while not condition():
        assert timezone.now() < deadline, "it did not happen in time"
        pause.wait(0.05)


def test_a_published_result_ends_the_work(report):
    with claimed(Report, report.pk) as work:
        work.publish(results={"n": 1})

    report.refresh_from_db()
    assert (report.state, report.results) == ("succeeded", {"n": 1})


def test_a_second_delivery_does_nothing(report):
    with claimed(Report, report.pk) as first, claimed(Report, report.pk) as second:
        assert second is None
        first.publish(results={})


def test_progress_is_seen_while_the_works_transaction_is_open(report):
    with claimed(Report, report.pk) as work:
        with transaction.atomic():
            work.progress(done=3, total=9, message="reading")
            seen = threading.Event()

            def watch() -> None:
                wait_until(lambda: Report.objects.get(pk=report.pk).done == 3)
                seen.set()

            watcher = threading.Thread(target=watch)
            watcher.start()
            watcher.join()
            assert seen.is_set()
        work.publish(results={})


def test_cancelling_running_work_ends_it_without_a_result(report):
    with claimed(Report, report.pk) as work:
        request_cancel(report)
        wait_until(work._cancelled.is_set)
        work.progress(done=1)

    report.refresh_from_db()
    assert (report.state, report.results) == ("cancelled", None)


def test_cancelled_before_it_starts_it_never_starts(report):
    request_cancel(report)

    assert claim(Report, report.pk) is None


def test_a_worker_taken_for_dead_cannot_publish(report):
    with claimed(Report, report.pk) as slow:
        Report.objects.filter(pk=report.pk).update(
            heartbeat_at=timezone.now() - timedelta(minutes=5)
        )
        rescue_work()
        with pytest.raises(ClaimLost):
            slow.publish(results={"from": "the dead"})
        quick = claim(Report, report.pk)
        quick.publish(results={"from": "the living"})

    report.refresh_from_db()
    assert report.results == {"from": "the living"}


def test_work_that_kills_its_workers_is_given_up(report):
    for _ in range(Report.max_attempts):
        assert claim(Report, report.pk) is not None
        Report.objects.filter(pk=report.pk).update(
            heartbeat_at=timezone.now() - timedelta(minutes=5)
        )
        rescue_work()

    report.refresh_from_db()
    assert report.state == LongWork.State.FAILED
    assert "server log" in report.error


def test_a_waiting_row_whose_message_was_lost_is_sent_again(report):
    Report.objects.filter(pk=report.pk).update(queued_at=timezone.now() - timedelta(minutes=1))

    assert rescue_work()["sent"] == 1
    assert rescue_work()["sent"] == 0


def test_a_refusal_becomes_the_rows_error_text(report):
    with claimed(Report, report.pk):
        raise BadInput("There are no judgments yet. Import some first.")

    report.refresh_from_db()
    assert (report.state, report.error) == (
        "failed",
        "There are no judgments yet. Import some first.",
    )


def test_an_unexpected_error_fails_the_row_and_goes_on(report):
    with pytest.raises(ZeroDivisionError), claimed(Report, report.pk):
        1 / 0  # noqa: B018

    report.refresh_from_db()
    assert report.state == "failed"
    assert "division" not in report.error


def test_leaving_without_a_result_is_a_failure(report):
    with pytest.raises(RuntimeError), claimed(Report, report.pk):
        pass

    report.refresh_from_db()
    assert report.state == "failed"


def test_a_dead_commands_work_is_not_taken_over():
    report = create_claimed(Report, project=make_project())
    Report.objects.update(heartbeat_at=timezone.now() - timedelta(minutes=5))

    rescue_work()

    report.refresh_from_db()
    assert report.state == "failed"
    assert "command" in report.error


def test_failed_work_can_be_tried_again_and_ended_work_cannot_be_cancelled(report):
    with claimed(Report, report.pk):
        raise BadInput("no")

    with pytest.raises(Conflict):
        request_cancel(report)
    requeue(report)

    assert claim(Report, report.pk) is not None
