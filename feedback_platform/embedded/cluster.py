"""The programs of PostgreSQL, the account they run as, and the folder they work in."""

import os
import pwd
import secrets
import shlex
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from feedback_platform.embedded import StartError
from feedback_platform.embedded.binaries import postgres_programs, server_account
from feedback_platform.embedded.files import private_folder

NAME = "feedback"


@dataclass(frozen=True, slots=True)
class Runner:
    """PostgreSQL's programs and the account they run as; None is our own account."""

    programs: Path
    account: pwd.struct_passwd | None

    @contextmanager
    def inside(self, folder: Path, *, pass_fds: Sequence[int] = ()) -> Iterator[dict[str, Any]]:
        """The arguments of ``subprocess.run``, with the folder as ``PGDATA``.

        As root, the folders above may be closed to the server's account. An open descriptor of
        the folder itself leads around them: the server works inside ``/proc/self/fd/N``, and no
        folder's mode is changed.
        """
        options: dict[str, Any] = {"cwd": "/", "umask": 0o077, "start_new_session": True}
        environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "PGDATA": str(folder)}
        if self.account is None:
            yield options | {"env": environment, "pass_fds": tuple(pass_fds)}
            return
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        environment["PGDATA"] = f"/proc/self/fd/{descriptor}"
        options |= {"user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []}
        try:
            yield options | {"env": environment, "pass_fds": (*pass_fds, descriptor)}
        finally:
            os.close(descriptor)

    def program(self, name: str) -> str:
        """The path of ``initdb`` or ``postgres``."""
        return str(self.programs / name)

    def run(
        self,
        command: list[str],
        folder: Path,
        *,
        pass_fds: Sequence[int] = (),
        stdin: int = subprocess.DEVNULL,
    ) -> None:
        """Run one of the programs to its end.

        Raises:
            StartError: it failed.
        """
        with self.inside(folder, pass_fds=pass_fds) as options:
            done = subprocess.run(
                [self.program(command[0]), *command[1:]],
                stdin=stdin,
                capture_output=True,
                text=True,
                check=False,
                **options,
            )
        if done.returncode or "ERROR:" in done.stderr:
            told = done.stderr.strip()[-600:]
            raise StartError(f"PostgreSQL could not make its folder {folder}: {told}")

    def give(self, target: Path | int) -> None:
        """Let the account own a path or an open file."""
        if self.account is not None:
            os.chown(target, self.account.pw_uid, self.account.pw_gid)


def find_runner() -> Runner:
    """What runs PostgreSQL on this machine for this account.

    Raises:
        StartError: the wheel is missing, or its account cannot be made.
    """
    account = server_account()
    return Runner(postgres_programs(account), account)


def extra_options() -> list[str]:
    """Server options from the environment, such as ``-c fsync=off`` for tests."""
    return shlex.split(os.environ.get("EMBEDDED_POSTGRES_OPTIONS", ""))


def create_data_folder(data: Path, *, password: str, runner: Runner) -> None:
    """Make the data folder aside; it gets its name when role and database are in it."""
    aside = data.with_name("postgres.new")
    shutil.rmtree(aside, ignore_errors=True)
    private_folder(aside)
    runner.give(aside)
    command = ["initdb", "--username=postgres", "--auth=scram-sha-256", "--encoding=UTF8"]
    command += ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    command += ["--no-instructions", *(["--no-sync"] if "fsync=off" in extra_options() else [])]
    with _as_file(secrets.token_urlsafe(), runner) as first_password:
        pwfile = f"--pwfile=/dev/fd/{first_password}"
        runner.run([*command, pwfile], aside, pass_fds=[first_password])
    # The superuser can log in no more: what connects owns its database and nothing else.
    statements = (
        "ALTER ROLE postgres PASSWORD NULL",
        f"CREATE ROLE {NAME} LOGIN CREATEDB PASSWORD '{password}'",
        f"CREATE DATABASE {NAME} OWNER {NAME}",
        "",
    )
    with _as_file(";\n\n".join(statements), runner) as script:
        runner.run(["postgres", "--single", "-j", "postgres"], aside, stdin=script)
    aside.rename(data)


@contextmanager
def _as_file(text: str, runner: Runner) -> Iterator[int]:
    """A pipe that holds the text: what is secret is in no file and in no list of processes."""
    read_end, write_end = os.pipe()
    os.write(write_end, text.encode())
    os.close(write_end)
    runner.give(read_end)
    try:
        yield read_end
    finally:
        os.close(read_end)
