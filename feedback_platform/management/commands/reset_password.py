"""Give somebody a new password."""

from argparse import ArgumentParser
from typing import Any

from feedback_platform.commands import PlatformCommand
from feedback_platform.startup import reset_password


class Command(PlatformCommand):
    help = "Give a user a new generated password and print it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="the name that the user logs in with")

    def handle(self, *args: Any, **options: Any) -> None:
        password = reset_password(name=options["name"])
        self.stdout.write(f"{options['name']} logs in with the password {password}")
