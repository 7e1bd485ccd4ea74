"""The embedded PostgreSQL: its settings, starting it, stopping it.

The server's folder is ``var/postgres``. It listens on one Unix socket (0600), asks for a password
(SCRAM) and outlives the process that started it; ``manage.py up`` stops it. The package's README
says why it is driven here and not by the wheel's launcher.
"""

import os
import signal
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import psycopg

from feedback_platform.embedded import StartError
from feedback_platform.embedded.cluster import (
    NAME,
    Runner,
    create_data_folder,
    extra_options,
    find_runner,
)
from feedback_platform.embedded.files import (
    locked,
    make_socket_folder,
    open_private_log,
    secret,
    socket_folder,
)
from feedback_platform.embedded.processes import has_ended, process, wait_for
from feedback_platform.environment import CONNECTION

_SOCKET = ".s.PGSQL.5432"
# Crash recovery replays at most a checkpoint's worth of log; a slow disk makes that minutes.
_START_SECONDS = 180.0
_STOP_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class _Place:
    """Where one embedded server keeps its things."""

    data: Path
    sockets: Path
    log: Path
    lock: Path
    password: Path


def database_settings(var_dir: Path) -> dict[str, Any]:
    """The entry of ``DATABASES`` for the embedded server; nothing is started."""
    place = _place(var_dir)
    return {
        "ENGINE": "feedback_platform.embedded.backend",
        "NAME": NAME,
        "USER": NAME,
        "PASSWORD": secret(place.password),
        "HOST": str(place.sockets),
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": dict(CONNECTION),
        "EMBEDDED_VAR_DIR": str(var_dir),
    }


def is_running(var_dir: Path) -> bool:
    """Whether the server's main process is alive: a few small reads, no connection."""
    return _postmaster(_place(var_dir)) is not None


def start(var_dir: Path) -> None:
    """Make sure that the server runs and listens, creating its folder the first time.

    Raises:
        StartError: it cannot be started; the text ends with what the server's log says.
    """
    place = _place(var_dir)
    with locked(place.lock):
        running = _postmaster(place)
        if running is not None and _answers(place):
            # Somebody who started it may have been killed while it was still recovering.
            wait_for(lambda: _is_ready(place, running.pid), seconds=_START_SECONDS)
            return
        runner = find_runner()
        if not place.data.exists():
            create_data_folder(place.data, password=secret(place.password), runner=runner)
        _end(place)
        _launch(place, runner)


def stop(var_dir: Path) -> None:
    """Stop the server if it runs: open transactions are rolled back, what is stored is kept."""
    place = _place(var_dir)
    if place.data.exists():
        with locked(place.lock):
            _end(place)


def stop_if_unused(var_dir: Path) -> None:
    """Stop the server unless somebody is connected to it."""
    place = _place(var_dir)
    with locked(place.lock):
        if _postmaster(place) is not None and not _is_used(place):
            _end(place)


def _is_used(place: _Place) -> bool:
    others = "SELECT 1 FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND usename = %s"
    try:
        with _connect(place) as connection:
            return connection.execute(others, [NAME]).fetchone() is not None
    except psycopg.OperationalError:
        return True


def _place(var_dir: Path) -> _Place:
    data = var_dir / "postgres"
    return _Place(
        data=data,
        sockets=socket_folder(data, _SOCKET),
        log=var_dir / "log" / "postgres.log",
        lock=var_dir / "postgres.lock",
        password=var_dir / "secrets" / "postgres",
    )


def _pid_file(place: _Place) -> list[str]:
    """What the server wrote about itself: id, folder, start, port, socket, ..., state."""
    try:
        return (place.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []


def _postmaster(place: _Place) -> psutil.Process | None:
    """The server's main process. The id alone may have passed to another program."""
    try:
        pid, _folder, started, *_rest = _pid_file(place)
    except ValueError:
        return None
    return process(int(pid), started=float(started), name="postgres")


def _answers(place: _Place) -> bool:
    """Whether the server says anything at all, a refusal included.

    Only that proves it alive: a process just killed still counts as running for a moment, and
    its socket takes connections.
    """
    try:
        _connect(place).close()
    except psycopg.OperationalError as error:
        return "FATAL:" in str(error)
    return True


def _connect(place: _Place) -> psycopg.Connection[tuple[Any, ...]]:
    return psycopg.connect(
        host=str(place.sockets),
        user=NAME,
        password=secret(place.password),
        dbname=NAME,
        connect_timeout=10,
    )


def _launch(place: _Place, runner: Runner) -> None:
    sockets = "."
    if place.sockets != place.data:
        owner = os.geteuid() if runner.account is None else runner.account.pw_uid
        make_socket_folder(place.sockets, owner=owner)
        sockets = str(place.sockets)
    server = [runner.program("postgres"), "-h", "", "-k", sockets]
    server += ["-c", "unix_socket_permissions=0600", *extra_options()]
    # The shell leaves at once: the server then belongs to init, which collects it.
    command = ["/bin/sh", "-c", '"$@" >&2 & echo $!', "sh", *server]
    with open_private_log(place.log) as log, runner.inside(place.data) as options:
        written_before = os.fstat(log).st_size
        shell = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log, **options
        )
    pid = int(shell.stdout)
    wait_for(lambda: _is_ready(place, pid), seconds=_START_SECONDS)
    if _postmaster(place) is None:
        raise StartError(_reason(place, written_before))


def _is_ready(place: _Place, pid: int) -> bool:
    """Whether waiting has an end: the server accepts connections, or is gone."""
    lines = _pid_file(place)
    if len(lines) > 7 and lines[0] == str(pid) and lines[7].strip() == "ready":
        return True
    return not psutil.pid_exists(pid)


def _reason(place: _Place, written_before: int) -> str:
    with place.log.open(encoding="utf-8", errors="replace") as log:
        log.seek(written_before)
        told = " ".join(line.split("]", 1)[-1].strip() for line in log)[-600:]
    return f"PostgreSQL did not start in {place.data} (log: {place.log}): {told}"


def _end(place: _Place) -> None:
    """End the server, politely first, and what is left of one that was killed."""
    running = _postmaster(place)
    if running is None:
        _forget(place)
        return
    for number, seconds in (
        (signal.SIGINT, _STOP_SECONDS),
        (signal.SIGQUIT, 10.0),
        (signal.SIGKILL, 10.0),
    ):
        with suppress(psutil.NoSuchProcess):
            running.send_signal(number)
        if wait_for(lambda: has_ended(running), seconds=seconds):
            break
    _forget(place)


def _forget(place: _Place) -> None:
    """Remove the mark of a server that is gone: its id may belong to another program by now.

    The mark also guards the data against processes that a killed server left behind: it goes
    only when they have gone. They notice within moments, unless they are deep in a query.
    """
    if not wait_for(lambda: not _has_leftovers(place), seconds=_STOP_SECONDS):
        raise StartError(
            f"An earlier PostgreSQL in {place.data} was killed and still finishes a query. "
            f"Try again in a minute."
        )
    for mark in (place.data / "postmaster.pid", place.sockets / f"{_SOCKET}.lock"):
        mark.unlink(missing_ok=True)


def _has_leftovers(place: _Place) -> bool:
    """Whether a process is still attached to the shared memory that the mark names."""
    try:
        memory_id = _pid_file(place)[6].split()[1]
        table = Path("/proc/sysvipc/shm").read_text(encoding="ascii")
    except (IndexError, FileNotFoundError):
        return False
    rows = (line.split() for line in table.splitlines()[1:])
    return any(row[1] == memory_id and int(row[6]) > 0 for row in rows)
