"""Create the demo project."""

import sys
from argparse import ArgumentParser
from typing import Any

from annotation.models import Project
from annotation.services.demo import load_demo
from feedback_platform.commands import PlatformCommand
from feedback_platform.errors import DomainError
from feedback_platform.models import User


class Command(PlatformCommand):
    help = "Create the demo project: 304 comparisons, judged by 12 simulated annotators."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--manager",
            metavar="NAME",
            help="who manages it; the first superuser where it is not given",
        )
        parser.add_argument(
            "--if-empty", action="store_true", help="do nothing where there is any project"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["if_empty"] and Project.objects.exists():
            self.stdout.write("There are projects already: nothing was added.")
            return
        try:
            project = load_demo(manager=self._manager(options["manager"]))
        except DomainError as error:
            self.stderr.write(error.message)
            sys.exit(2)
        self.stdout.write(f"Created the project {project.name} at /projects/{project.slug}/.")

    def _manager(self, name: str | None) -> User | None:
        if name is None:
            return User.objects.filter(is_superuser=True).order_by("pk").first()
        manager = User.objects.filter(username=name).first()
        if manager is None:
            self.stderr.write(f"There is no user {name!r}. Nothing was added.")
            sys.exit(2)
        return manager
