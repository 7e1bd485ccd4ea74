"""The process of a training: when it ends early, and that no other one works in its folder."""

import fcntl
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from training_bridge.reward_model.errors import TrainingRefused
from training_bridge.run_folder import CANCEL, LOCK

# Long enough to write a checkpoint, short enough to be gone before a successor starts.
SECONDS_AFTER_PARENT = 10.0
SECONDS_FOR_LOCK = 30.0
STDIN = 0


class StopSign:
    """Raised by SIGTERM, SIGINT, the file ``cancel``, or the end of the parent process."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / CANCEL
        self._raised = threading.Event()

    def is_up(self) -> bool:
        return self._raised.is_set() or self._file.exists()

    def obey_signals(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)

    def follow_parent(self) -> None:
        """End with the parent: it holds the other end of our standard input.

        A pipe is closed however the parent dies, kill -9 included.
        """
        threading.Thread(target=self._wait_for_parent, name="parent", daemon=True).start()

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self._raised.set()

    def _wait_for_parent(self) -> None:
        # Unbuffered: a reader blocked in Python's stdin aborts the interpreter when it ends.
        while os.read(STDIN, 1):
            pass
        self._raised.set()
        time.sleep(SECONDS_AFTER_PARENT)
        os._exit(1)


@contextmanager
def sole_owner(folder: Path) -> Iterator[None]:
    """Hold the folder; waits for a dying predecessor.

    Raises:
        TrainingRefused: another training still works in the folder.
    """
    with (folder / LOCK).open("w") as lock:
        deadline = time.monotonic() + SECONDS_FOR_LOCK
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise TrainingRefused(
                        f"Another training still works in {folder}. Wait for its end, or give "
                        "another folder."
                    ) from None
                time.sleep(0.2)
        yield
