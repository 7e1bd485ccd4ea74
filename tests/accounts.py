"""Another account of the machine, for tests of what it may not do."""

import os
import pwd
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

ACCOUNT = "nobody"


@dataclass(frozen=True)
class OtherAccount:
    """An account that is not ours, and a Python that it can run."""

    uid: int
    gid: int
    python: str

    def run(self, *arguments: str, **options: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.python, *arguments],
            user=self.uid,
            group=self.gid,
            extra_groups=[],
            cwd="/",
            capture_output=True,
            text=True,
            check=False,
            **options,
        )


def other_account(*, needs: tuple[str, ...] = ()) -> OtherAccount:
    """The account ``nobody``; skips the test where it cannot be used.

    ``needs`` are modules that its Python has to import from our environment.
    """
    if os.geteuid() != 0:
        pytest.skip("only root can run a program as another account")
    found = pwd.getpwnam(ACCOUNT)
    name = f"python3.{sys.version_info.minor}"
    on_system = shutil.which(name, path="/usr/local/bin:/usr/bin:/bin")
    for python in filter(None, (sys.executable, on_system)):
        account = OtherAccount(found.pw_uid, found.pw_gid, python)
        statement = "; ".join(f"import {module}" for module in ("sys", *needs))
        try:
            if account.run("-c", statement, env=environment()).returncode == 0:
                return account
        except PermissionError:
            continue
    pytest.skip(
        f"{ACCOUNT} can run no {name} with {', '.join(needs) or 'anything'}: it may not read it"
    )


def environment() -> dict[str, str]:
    """What makes another Python find the packages of this one."""
    packages = next(path for path in sys.path if path.endswith("site-packages"))
    return {
        "PATH": "/usr/bin:/bin",
        "HOME": "/nonexistent",
        "PYTHONPATH": packages,
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def long_folder(folder: Path, *, length: int = 120) -> Path:
    """A folder inside this one whose path has the given length."""
    missing = length - len(str(folder)) - 1
    long = folder / ("x" * missing)
    long.mkdir()
    return long
