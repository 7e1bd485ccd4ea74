"""What workers do for annotation."""

from celery import shared_task

from annotation.services.arranging import run_arrangement
from annotation.services.imports import import_file
from annotation.services.rendering import render_ahead
from annotation.services.seats import expire_leases


@shared_task(name="annotation.import_file")
def import_file_task(import_id: int) -> None:
    import_file(import_id=import_id)


@shared_task(name="annotation.arrange_seats")
def arrange_seats_task(arrangement_id: int) -> None:
    run_arrangement(arrangement_id=arrangement_id)


@shared_task(name="annotation.expire_leases")
def expire_leases_task() -> int:
    return expire_leases()


@shared_task(name="annotation.render_ahead")
def render_ahead_task() -> int:
    return render_ahead()
