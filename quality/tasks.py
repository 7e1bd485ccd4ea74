"""Long work of the quality app: an id in, one service call."""

from celery import shared_task

from quality.services.report_building import build_report


@shared_task(name="quality.build_report")
def build_report_task(report_id: int) -> None:
    build_report(report_id=report_id)
