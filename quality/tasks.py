"""Long work of the quality app: an id in, one service call."""

from celery import shared_task

from quality.services.datasets import build_dataset, remove_unfinished_datasets
from quality.services.progress import count_progress
from quality.services.report_building import build_report


@shared_task(name="quality.build_report")
def build_report_task(report_id: int) -> None:
    build_report(report_id=report_id)


@shared_task(name="quality.build_dataset")
def build_dataset_task(version_id: int) -> None:
    build_dataset(version_id=version_id)


@shared_task(name="quality.remove_unfinished_datasets")
def remove_unfinished_datasets_task() -> int:
    return remove_unfinished_datasets()


@shared_task(name="quality.count_progress")
def count_progress_task(snapshot_id: int) -> None:
    count_progress(snapshot_id=snapshot_id)
