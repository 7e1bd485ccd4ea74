"""Stop the embedded servers."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from feedback_platform.embedded import postgres
from feedback_platform.embedded.orphans import claim_folder, release_folder
from feedback_platform.embedded.redis import stop_redis


class Command(BaseCommand):
    help = "Stop the embedded servers that a killed command left running."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        claim_folder(settings.VAR_DIR, "(stopping)")
        try:
            stop_redis(settings.VAR_DIR)
            postgres.stop(settings.VAR_DIR)
        finally:
            release_folder(settings.VAR_DIR)
        self.stdout.write("Stopped.")
