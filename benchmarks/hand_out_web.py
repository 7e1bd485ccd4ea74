"""The web processes of ``manage.py up``, with the floor beside the platform."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import suppress
from pathlib import Path

import psutil

from feedback_platform.embedded.group import Plan, commands

ROOT = Path(__file__).resolve().parent.parent


class Web:
    """Started with the settings of the environment; its log goes to a file in the folder."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.address: tuple[str, int] = probe.getsockname()
        self._log = (folder / "web.log").open("wb")
        self._process = subprocess.Popen(
            [sys.executable, "-m", *commands(self._plan())["web"]],
            cwd=ROOT,
            env=os.environ,
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
        )
        self._wait()

    def megabytes(self) -> float:
        """Memory of its processes, shared pages counted once."""
        process = psutil.Process(self._process.pid)
        family = [process, *process.children(recursive=True)]
        return sum(one.memory_full_info().pss for one in family) / 1_000_000

    def cpu_seconds(self) -> float:
        """Processor time that its processes have used so far."""
        return cpu_seconds(self._process.pid)

    def stop(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGTERM)
        self._process.wait(30)
        self._log.close()

    def _plan(self) -> Plan:
        return Plan(
            home=ROOT,
            var_dir=Path(os.environ["VAR_DIR"]),
            bind=self.address[0],
            port=self.address[1],
            public_url="",
            environment={},
            own_postgres=True,
            own_redis=False,
            greeting="",
        )

    def _wait(self) -> None:
        for _ in range(300):
            with suppress(OSError):
                urllib.request.urlopen(f"http://127.0.0.1:{self.address[1]}/healthz", timeout=5)
                return
            time.sleep(0.1)
        self.stop()
        told = Path(self._log.name).read_text(errors="replace")
        raise SystemExit(f"the web server did not start: {told[-2000:]}")


def database_cpu_seconds() -> float:
    """Processor time of the embedded PostgreSQL so far."""
    mark = Path(os.environ["VAR_DIR"]) / "postgres" / "postmaster.pid"
    return cpu_seconds(int(mark.read_text().splitlines()[0]))


def cpu_seconds(pid: int) -> float:
    process = psutil.Process(pid)
    total = 0.0
    for one in [process, *process.children(recursive=True)]:
        with suppress(psutil.NoSuchProcess):
            used = one.cpu_times()
            total += used.user + used.system
    return total
