"""Make an API token."""

from argparse import ArgumentParser
from typing import Any

from feedback_platform.commands import PlatformCommand
from feedback_platform.errors import BadInput
from feedback_platform.models import ApiToken, User
from feedback_platform.tokens import create_token


class Command(PlatformCommand):
    help = "Make an API token for a user and print it, this once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="the name that the user logs in with")
        parser.add_argument("--scope", choices=ApiToken.Scope.values, default=ApiToken.Scope.READ)
        parser.add_argument("--days", type=int, default=90, help="until it expires (default: 90)")
        parser.add_argument("--label", default="command", help="to recognise it in the list")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["name"], is_active=True).first()
        if user is None:
            raise BadInput(f"There is no active user {options['name']!r}.")
        token, text = create_token(
            user=user, name=options["label"], scope=options["scope"], days=options["days"]
        )
        self.stderr.write(f"Expires {token.expires_at:%Y-%m-%d}. It is shown only now:")
        self.stdout.write(text)
