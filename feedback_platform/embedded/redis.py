"""The embedded Redis: its address, starting it, stopping it.

It keeps an append-only file in ``var/redis``, listens on one Unix socket (0600) and asks for a
password. Only ``manage.py up`` starts it: a command without a broker still does its work.
"""

import os
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

import psutil
import redis

from feedback_platform.embedded import StartError
from feedback_platform.embedded.binaries import redis_program
from feedback_platform.embedded.files import (
    locked,
    make_socket_folder,
    open_private_log,
    private_folder,
    secret,
    socket_folder,
)
from feedback_platform.embedded.processes import has_ended, process, wait_for

_SOCKET = "redis.sock"
# A large append-only file takes a while to read.
_START_SECONDS = 120.0
_STOP_SECONDS = 30.0


def broker_url(var_dir: Path) -> str:
    """The address of the embedded Redis for Celery; nothing is started."""
    return f"redis+socket://:{_password(var_dir)}@{_socket(var_dir)}"


def is_running(var_dir: Path) -> bool:
    """Whether the server's process is alive."""
    return _server(var_dir) is not None


def start_redis(var_dir: Path) -> None:
    """Make sure that the server runs and answers.

    Raises:
        StartError: it cannot be started; the text ends with what the server's log says.
    """
    with locked(var_dir / "redis.lock"):
        if _server(var_dir) is not None and _answers(var_dir):
            return
        _end(var_dir)
        folder = private_folder(var_dir / "redis")
        sockets = _socket(var_dir).parent
        if sockets != folder:
            make_socket_folder(sockets, owner=os.geteuid())
        with open_private_log(_log(var_dir)) as log:
            # On stdin, so that the password is not in the list of processes.
            subprocess.run(
                [str(redis_program()), "-"],
                input=_configuration(var_dir).encode(),
                stdout=log,
                stderr=log,
                cwd=folder,
                umask=0o077,
                start_new_session=True,
                check=False,
            )
        if not wait_for(lambda: _answers(var_dir), seconds=_START_SECONDS):
            raise StartError(f"Redis did not start in {folder}: see {_log(var_dir)}.")


def stop_redis(var_dir: Path) -> None:
    """Stop the server if it runs; its append-only file is complete then."""
    if (var_dir / "redis").exists():
        with locked(var_dir / "redis.lock"):
            _end(var_dir)


def _socket(var_dir: Path) -> Path:
    return socket_folder(var_dir / "redis", _SOCKET) / _SOCKET


def _password(var_dir: Path) -> str:
    return secret(var_dir / "secrets" / "redis")


def _log(var_dir: Path) -> Path:
    return var_dir / "log" / "redis.log"


def _pid_file(var_dir: Path) -> Path:
    return var_dir / "redis" / "redis.pid"


def _configuration(var_dir: Path) -> str:
    folder = var_dir / "redis"
    lines = {
        "port": "0",
        "unixsocket": _quoted(_socket(var_dir)),
        "unixsocketperm": "600",
        "requirepass": _password(var_dir),
        "dir": _quoted(folder),
        "pidfile": _quoted(_pid_file(var_dir)),
        "logfile": _quoted(_log(var_dir)),
        "daemonize": "yes",
        "appendonly": "yes",
        "save": '""',
    }
    return "".join(f"{name} {value}\n" for name, value in lines.items())


def _quoted(path: Path) -> str:
    text = str(path).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


def _server(var_dir: Path) -> psutil.Process | None:
    """The server's process. It writes its id when it starts; the id may be another's by now."""
    try:
        pid = int(_pid_file(var_dir).read_text(encoding="ascii"))
        written = _pid_file(var_dir).stat().st_mtime
    except (FileNotFoundError, ValueError):
        return None
    return process(pid, started=written, name="redis-server")


def _answers(var_dir: Path) -> bool:
    client = redis.Redis(
        unix_socket_path=str(_socket(var_dir)), password=_password(var_dir), socket_timeout=5
    )
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()


def _end(var_dir: Path) -> None:
    running = _server(var_dir)
    if running is not None:
        for number, seconds in ((signal.SIGTERM, _STOP_SECONDS), (signal.SIGKILL, 10.0)):
            with suppress(psutil.NoSuchProcess):
                running.send_signal(number)
            if wait_for(lambda: has_ended(running), seconds=seconds):
                break
    with suppress(FileNotFoundError):
        _pid_file(var_dir).unlink()
