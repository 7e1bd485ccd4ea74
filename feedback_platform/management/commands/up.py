"""Start everything: servers, database, demo, web, workers and clock."""

import os
import signal
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any, NoReturn

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection, connections

from feedback_platform.embedded import postgres
from feedback_platform.embedded.files import private_folder
from feedback_platform.embedded.group import Group, Plan
from feedback_platform.embedded.orphans import claim_folder, release_folder
from feedback_platform.embedded.redis import start_redis, stop_redis
from feedback_platform.errors import DomainError
from feedback_platform.startup import (
    FIRST_MANAGER,
    collect_static_files,
    create_first_manager,
    load_demo_into_empty_database,
    refuse_open_door,
    refuse_used_port,
)


class Command(BaseCommand):
    help = "Start everything and print the address; Ctrl-C ends it."
    # The database may not be there yet.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000, help="port of the web process")
        parser.add_argument("--bind", default="127.0.0.1", help="address of the web process")
        parser.add_argument("--no-demo", action="store_true", help="start with no project")

    def handle(self, *args: Any, **options: Any) -> None:
        bind, port = options["bind"], options["port"]
        public_url = os.environ.get("PUBLIC_URL") or f"http://{bind}:{port}"
        refuse_open_door(bind=bind, public_url=public_url)
        private_folder(settings.VAR_DIR)
        claim_folder(settings.VAR_DIR, public_url)
        signal.signal(signal.SIGTERM, _interrupt)
        signal.signal(signal.SIGHUP, _interrupt)
        failure = ""
        try:
            refuse_used_port(bind=bind, port=port)
            greeting = self._prepare(public_url, demo=not options["no_demo"])
            failure = _run_group(bind, port, public_url, greeting)
        except KeyboardInterrupt:
            self.stdout.write("Stopped.")
        except DomainError as error:
            failure = error.message
        finally:
            _stop_servers()
            release_folder(settings.VAR_DIR)
        if failure:
            sys.exit(f"error: {failure}")

    def _prepare(self, public_url: str, *, demo: bool) -> str:
        """Bring servers, tables, files and people into being; what to say when all runs."""
        if not settings.REDIS_URL:
            start_redis(settings.VAR_DIR)
        self.stdout.write("Preparing the database ...")
        call_command("migrate", interactive=False, verbosity=0)
        if not settings.DEBUG:
            collect_static_files()
        password = create_first_manager()
        if demo:
            load_demo_into_empty_database()
        # The group forks: no connection and no thread of the pool may be shared.
        connections.close_all()
        if hasattr(connection, "close_pool"):
            connection.close_pool()
        login = f"  Log in as {FIRST_MANAGER} with the password {password}" if password else ""
        return f"Ready: {public_url}{login}"


def _run_group(bind: str, port: int, public_url: str, greeting: str) -> str:
    """Run until Ctrl-C or until a process ends; why it ended, where nobody asked for it."""
    plan = Plan(
        home=Path(settings.BASE_DIR),
        var_dir=Path(settings.VAR_DIR),
        bind=bind,
        port=port,
        public_url=public_url,
        environment={
            **os.environ,
            "PUBLIC_URL": public_url,
            "VAR_DIR": str(settings.VAR_DIR),
            "PYTHONUNBUFFERED": "1",
        },
        own_postgres=not settings.DATABASE_URL,
        own_redis=not settings.REDIS_URL,
        greeting=greeting,
    )
    group = Group(plan)
    group.loop()
    if not group.failure:
        return ""
    return (
        f"{group.failure}, so everything was stopped. The lines above say why; "
        f"start again with the same command."
    )


def _stop_servers() -> None:
    if not settings.REDIS_URL:
        stop_redis(settings.VAR_DIR)
    if not settings.DATABASE_URL:
        postgres.stop(settings.VAR_DIR)


def _interrupt(_signal: int, _frame: Any) -> NoReturn:
    raise KeyboardInterrupt
