"""Long work of the quality app: an id in, one service call."""

from celery import shared_task

from quality.services.datasets import build_dataset, remove_unfinished_datasets
from quality.services.progress_counting import count_progress
from quality.services.prompt_sets import import_prompts
from quality.services.report_building import build_report
from quality.services.schedules import request_scheduled_reports
from quality.services.states import rebuild_all_states, refresh_changed, refresh_states
from quality.services.texts import index_texts


@shared_task(name="quality.build_report")
def build_report_task(report_id: int) -> None:
    build_report(report_id=report_id)


@shared_task(name="quality.request_scheduled_reports")
def request_scheduled_reports_task() -> int:
    return request_scheduled_reports()


@shared_task(name="quality.build_dataset")
def build_dataset_task(version_id: int) -> None:
    build_dataset(version_id=version_id)


@shared_task(name="quality.remove_unfinished_datasets")
def remove_unfinished_datasets_task() -> int:
    return remove_unfinished_datasets()


@shared_task(name="quality.count_progress")
def count_progress_task(snapshot_id: int) -> None:
    count_progress(snapshot_id=snapshot_id)


@shared_task(name="quality.refresh_states")
def refresh_states_task() -> int:
    return refresh_changed()


@shared_task(name="quality.refresh_comparison")
def refresh_comparison_task(comparison_id: int) -> int:
    return refresh_states(comparisons=[comparison_id])


@shared_task(name="quality.rebuild_states")
def rebuild_states_task() -> int:
    return rebuild_all_states()


@shared_task(name="quality.index_texts")
def index_texts_task() -> int:
    return index_texts()


@shared_task(name="quality.import_prompts")
def import_prompts_task(prompt_set_id: int) -> None:
    import_prompts(prompt_set_id=prompt_set_id)
