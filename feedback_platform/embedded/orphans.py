"""Who runs here, written down so that the next start can end what a killed one left behind."""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil

from feedback_platform.embedded import StartError
from feedback_platform.embedded.files import locked, private_folder
from feedback_platform.embedded.processes import process

# The clock may be set while the machine runs.
_SAME_BOOT_SECONDS = 60.0
# Process id and start time: the id alone may have passed to somebody else's program.
Mark = tuple[int, float]


def claim_folder(var_dir: Path, address: str) -> None:
    """Become the one that runs the platform in this folder, ending what an earlier one left.

    Raises:
        StartError: it is being run already.
    """
    with locked(var_dir / "up.lock"):
        noted = _read(var_dir)
        owner = noted.get("owner")
        if owner and _alive((owner[0], owner[1])):
            raise StartError(
                f"The platform already runs from {var_dir} at {noted['address']} (process "
                f"{owner[0]}). Use it, stop it with Ctrl-C, or set VAR_DIR to another folder."
            )
        # After a restart of the machine the ids mean nothing.
        if abs(noted.get("boot", 0.0) - psutil.boot_time()) < _SAME_BOOT_SECONDS:
            for pid, started in noted["group"].values():
                _end_session(pid, started)
        _write(var_dir, address, {})


def note_group(var_dir: Path, address: str, pids: Mapping[str, int]) -> None:
    """Write down the group's processes."""
    marks = {}
    for name, pid in pids.items():
        with suppress(psutil.NoSuchProcess):
            marks[name] = (pid, psutil.Process(pid).create_time())
    _write(var_dir, address, marks)


def release_folder(var_dir: Path) -> None:
    """Nobody runs the platform here any more."""
    _path(var_dir).unlink(missing_ok=True)


def _path(var_dir: Path) -> Path:
    return var_dir / "run" / "up.json"


def _read(var_dir: Path) -> dict[str, Any]:
    try:
        noted = json.loads(_path(var_dir).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return noted if isinstance(noted, dict) else {}


def _write(var_dir: Path, address: str, marks: Mapping[str, Mark]) -> None:
    own = (os.getpid(), psutil.Process().create_time())
    path = _path(var_dir)
    private_folder(path.parent)
    aside = path.with_suffix(f".{os.getpid()}")
    noted = {
        "owner": own,
        "address": address,
        "boot": psutil.boot_time(),
        "group": marks,
    }
    aside.write_text(json.dumps(noted), encoding="utf-8")
    aside.replace(path)


def _alive(mark: Mark) -> bool:
    return process(mark[0], started=mark[1]) is not None


def _end_session(pid: int, started: float) -> None:
    """Kill a process, what it started and what its session still holds, if it is the one noted."""
    leader = process(pid, started=started)
    if leader is None and psutil.pid_exists(pid):
        return
    ours = [leader, *leader.children(recursive=True)] if leader else []
    # While anybody is in the session, its id is given to no new process.
    ours += [found for found in psutil.process_iter() if _session(found.pid) == pid]
    for found in ours:
        with suppress(psutil.NoSuchProcess):
            found.kill()
    psutil.wait_procs(ours, timeout=10)


def _session(pid: int) -> int:
    try:
        return os.getsid(pid)
    except OSError:
        return 0
