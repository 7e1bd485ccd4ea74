"""What ``manage.py up`` does before the first process starts."""

import hashlib
import socket
from collections.abc import Iterator
from io import StringIO
from ipaddress import ip_address
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.utils.crypto import get_random_string

from feedback_platform.embedded import StartError
from feedback_platform.errors import BadInput
from feedback_platform.models import User

# Of the API packages: pages that are not served here. Compressing them takes seconds.
UNUSED_STATIC = ["redoc", "rest_framework"]
FIRST_MANAGER = "manager"
PASSWORD_LENGTH = 16


def refuse_open_door(*, bind: str, public_url: str) -> None:
    """Other machines may reach the platform through https only.

    Raises:
        StartError: the address is not this machine's own and PUBLIC_URL is not https.
    """
    if public_url.startswith("https://") or _is_loopback(bind):
        return
    raise StartError(
        f"Passwords would cross the network in clear text: --bind {bind} needs PUBLIC_URL with "
        f"the https:// address of the proxy in front (now {public_url}). "
        f"Without a proxy, use --bind 127.0.0.1."
    )


def refuse_used_port(*, bind: str, port: int) -> None:
    """Fail before anything has started.

    Raises:
        StartError: the address cannot be listened on.
    """
    family = socket.AF_INET6 if ":" in bind else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((bind, port))
            probe.listen()
        except OSError as error:
            raise StartError(
                f"Port {port} of {bind} cannot be used ({error.strerror}): stop the program that "
                f"has it, or choose another with `manage.py up --port N` (`make run PORT=N`)."
            ) from error


def collect_static_files() -> None:
    """Run ``collectstatic`` when a static file or its list has changed since the last time."""
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    digest = hashlib.sha256()
    for path in sorted(_static_files()):
        found = path.stat()
        digest.update(f"{path} {found.st_size} {found.st_mtime_ns}\n".encode())
    if stamp.is_file() and stamp.read_text(encoding="ascii") == digest.hexdigest():
        return
    call_command(
        "collectstatic",
        interactive=False,
        clear=True,
        verbosity=0,
        ignore_patterns=UNUSED_STATIC,
    )
    stamp.write_text(digest.hexdigest(), encoding="ascii")


def create_first_manager() -> str | None:
    """Make the first person who can log in; the password, or None when there is one already."""
    if User.objects.filter(is_superuser=True).exists():
        return None
    password = new_password()
    User.objects.create_superuser(FIRST_MANAGER, password=password)
    return password


def load_demo_into_empty_database() -> None:
    """Load the demo where there is no project, with first results and a training to watch.

    Raises:
        StartError: one of the commands failed.
    """
    # By name: what lies below the apps does not import them.
    if apps.get_model("annotation", "Project").objects.exists():
        return
    for command in (["load_demo"], ["build_demo_results", "demo"]):
        told = StringIO()
        try:
            call_command(*command, stdout=told, stderr=told)
        except SystemExit as error:
            raise StartError(
                f"The demo could not be made ({told.getvalue().strip()}): "
                f"start with --no-demo to do without."
            ) from error


def reset_password(*, name: str) -> str:
    """Give a user a new password and return it.

    Raises:
        BadInput: nobody who may log in has this name.
    """
    user = User.objects.filter(username=name, is_active=True).first()
    if user is None:
        raise BadInput(f"There is no active user {name!r}.")
    password = new_password()
    user.set_password(password)
    user.save(update_fields=["password"])
    return password


def new_password() -> str:
    """A password that people can type: no character that looks like another."""
    return get_random_string(
        PASSWORD_LENGTH, "abcdefghjkmnpqrstuvwxyzACDEFGHJKLMNPQRSTUVWXYZ2345679"
    )


def _static_files() -> Iterator[Path]:
    for finder in get_finders():
        for name, storage in finder.list(None):
            yield Path(storage.path(name))


def _is_loopback(bind: str) -> bool:
    try:
        return bind == "localhost" or ip_address(bind.strip("[]")).is_loopback
    except ValueError:
        return False
