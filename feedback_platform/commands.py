"""The base of our commands: they find a database with the tables they need."""

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from feedback_platform.errors import DomainError


class PlatformCommand(BaseCommand):
    """Works on a fresh clone: the embedded database is ours to migrate, any other is not."""

    requires_migrations_checks = True

    def check_migrations(self) -> None:
        executor = MigrationExecutor(connection)
        if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return
        if settings.DATABASE_URL:
            raise DomainError(
                "The database at DATABASE_URL lacks tables of this version: "
                "run `manage.py migrate` first."
            )
        call_command("migrate", interactive=False, verbosity=0)
