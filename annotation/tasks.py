"""What workers do for annotation."""

from celery import shared_task

from annotation.services.imports import import_file


@shared_task(name="annotation.import_file")
def import_file_task(import_id: int) -> None:
    import_file(import_id=import_id)
