"""Processes of ours, told from others that have come by the same id."""

import time
from collections.abc import Callable

import psutil

# The kernel counts start times from the boot, so they move when the clock is set. Far less time
# than it takes until a process id comes round again.
_SAME_START_SECONDS = 30.0


def process(pid: int, *, started: float, name: str = "") -> psutil.Process | None:
    """The living process with this id and start time (seconds since 1970), if it is there.

    ``name`` is what the program's name begins with.
    """
    try:
        found = psutil.Process(pid)
        with found.oneshot():
            same = (
                abs(found.create_time() - started) <= _SAME_START_SECONDS
                and found.name().startswith(name)
                and found.status() != psutil.STATUS_ZOMBIE
            )
    except psutil.Error:
        return None
    return found if same else None


def wait_for(condition: Callable[[], bool], *, seconds: float) -> bool:
    """Whether the condition came true within the time."""
    give_up = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > give_up:
            return False
        time.sleep(0.02)
    return True


def has_ended(found: psutil.Process) -> bool:
    """Whether the process is gone; one that nobody has collected yet is gone too."""
    try:
        return not found.is_running() or found.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
