"""Folders, secrets and locks that belong to one account and to nobody else."""

import fcntl
import hashlib
import os
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from feedback_platform.embedded import StartError

# What fits in sockaddr_un with its closing zero byte.
LONGEST_SOCKET_PATH = 107


def private_folder(folder: Path) -> Path:
    """Create the folder where it is missing, closed to other accounts, and return it.

    Raises:
        StartError: it cannot be created or written.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if folder.stat().st_mode & 0o077:
            folder.chmod(0o700)
        writable = os.access(folder, os.W_OK | os.X_OK)
    except OSError as error:
        raise StartError(f"{_not_usable(folder)} ({error.strerror})") from error
    if not writable:
        raise StartError(_not_usable(folder))
    return folder


def secret(path: Path) -> str:
    """Return the secret kept in the file, making one (0600) where there is none.

    Two processes that start together end with the same one: the file appears
    complete, under its name, or not at all.

    Raises:
        StartError: it cannot be read or made.
    """
    try:
        if not path.exists():
            _make_secret(path)
        return path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise StartError(f"{_not_usable(path.parent)} ({error.strerror})") from error


def _make_secret(path: Path) -> None:
    private_folder(path.parent)
    aside = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48))
    with suppress(FileExistsError):
        os.link(aside, path)
    aside.unlink()


def socket_folder(preferred: Path, socket_name: str) -> Path:
    """Where a server's socket goes: the preferred folder, or a short one when that is too long.

    The short one's name follows from the preferred path and the account, so that
    every process finds it without asking. Nothing is created here.
    """
    if len(os.fsencode(preferred / socket_name)) <= LONGEST_SOCKET_PATH:
        return preferred
    digest = hashlib.sha256(f"{os.geteuid()}:{preferred}".encode()).hexdigest()[:16]
    return Path("/tmp") / f"feedback-{digest}"


def make_socket_folder(folder: Path, *, owner: int) -> None:
    """Create a short socket folder for the account; refuse one that somebody else made."""
    with suppress(FileExistsError):
        folder.mkdir(mode=0o700)
        os.chown(folder, owner, -1)
    found = folder.lstat()
    if folder.is_symlink() or found.st_uid != owner or found.st_mode & 0o077:
        raise StartError(
            f"{folder} belongs to another account. Remove it, or set VAR_DIR to a folder with a "
            f"shorter path, so that sockets need no folder outside it."
        )


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the file's lock: one process at a time looks after the server."""
    private_folder(path.parent)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


@contextmanager
def open_private_log(path: Path) -> Iterator[int]:
    """A descriptor that appends to the log file (0600)."""
    private_folder(path.parent)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _not_usable(folder: Path) -> str:
    return (
        f"The folder {folder} cannot be written by this account: "
        f"give it to the account that runs the platform, or set VAR_DIR to another folder."
    )
