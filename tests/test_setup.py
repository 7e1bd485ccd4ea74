"""What the set-up says when something that it needs is missing."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

BASE = Path(__file__).resolve().parent.parent
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def command(folder: Path, name: str, text: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{text}\n")
    (folder / name).chmod(0o755)


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    shutil.copytree(BASE / ".ci", tmp_path / ".ci")
    for path in (*BASE.glob("requirements*.txt"), BASE / "Makefile"):
        shutil.copy(path, tmp_path)
    return tmp_path


def run(clone: Path, *arguments: str, path: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        arguments, cwd=clone, env={"PATH": path}, capture_output=True, text=True, check=False
    )


def test_a_wrong_python_gets_one_line(clone):
    for name in ("python3.12", "python3.11", "python3", "python"):
        command(clone / "bin", name, "exit 1")

    done = run(clone, ".ci/prepare", "requirements.txt", path=f"{clone}/bin:{os.defpath}")

    assert done.returncode == 1
    assert done.stderr.startswith("error: Python 3.11 or 3.12 is needed")
    assert done.stderr.count("\n") == 1
    assert not (clone / ".venv").exists()


def test_what_is_installed_is_not_installed_again(clone):
    command(clone / "bin", "python3", "mkdir -p .venv/bin; cp .ci/pip .venv/bin/python")
    command(clone / ".ci", "pip", 'case "$*" in *pip*) echo "$*" >> asked;; esac')
    path = f"{clone}/bin:{os.defpath}"

    for requirements in ("requirements-dev.txt", "requirements-dev.txt", "requirements.txt"):
        assert run(clone, ".ci/prepare", requirements, path=path).returncode == 0
    with (clone / "requirements.txt").open("a") as file:
        file.write("# changed\n")
    assert run(clone, ".ci/prepare", "requirements.txt", path=path).returncode == 0

    asked = [line.split()[-1] for line in (clone / "asked").read_text().splitlines()]
    assert asked == ["requirements-dev.txt", "requirements.txt"]


@pytest.mark.parametrize("name", CHROMIUMS)
def test_an_installed_chromium_is_taken(clone, name):
    command(clone / "bin", name, "exit 0")

    assert run(clone, "/bin/sh", ".ci/chromium", path=f"{clone}/bin").returncode == 0


def test_without_chromium_the_tests_do_not_start_and_the_command_is_named(clone):
    command(clone / "bin", "id", "echo 1000")

    done = run(clone, "/bin/sh", ".ci/chromium", path=f"{clone}/bin")

    assert done.returncode == 1
    assert "apt-get install -y chromium" in done.stderr
    assert done.stderr.count("\n") == 1


def test_as_root_chromium_is_installed_after_an_update(clone):
    command(clone / "bin", "id", "echo 0")
    command(clone / "bin", "apt-get", 'echo "$1" >> asked')

    done = run(clone, "/bin/sh", ".ci/chromium", path=f"{clone}/bin")

    assert done.returncode == 0
    assert (clone / "asked").read_text() == "update\ninstall\n"
