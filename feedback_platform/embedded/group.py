"""Web, workers and clock as one group: honcho's, and what honcho does not see."""

import json
import os
import shlex
import signal
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import psutil
from honcho.manager import Manager
from honcho.printer import Printer

from feedback_platform.embedded import StartError, postgres, redis
from feedback_platform.embedded.orphans import note_group
from feedback_platform.embedded.processes import has_ended

_LOOK_EVERY_SECONDS = 1.0
_PROGRAM = "feedback_platform.celery"
# Celery warns of root with ten lines; it matters where messages are pickled, and ours are JSON.
_QUIET = ["-W", "ignore:You're running the worker with superuser"]


# What honcho returns after SIGINT and SIGTERM.
ASKED_TO_END = frozenset({130, 143})


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to run, and what to say once it answers."""

    home: Path
    var_dir: Path
    bind: str
    port: int
    public_url: str
    environment: Mapping[str, str]
    own_postgres: bool
    own_redis: bool
    greeting: str

    @property
    def address(self) -> str:
        """Where this machine reaches the web process."""
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.bind, self.bind)
        return f"http://{f'[{host}]' if ':' in host and '[' not in host else host}:{self.port}"


def commands(plan: Plan) -> dict[str, list[str]]:
    """The group's processes by name."""
    celery = ["celery", "--quiet", "-A", _PROGRAM]
    worker = [*celery, "worker", "--loglevel=INFO", "--without-gossip", "--without-mingle"]
    web = ["granian", "--interface", "wsgi", "--no-ws", "--host", plan.bind]
    web += ["--port", str(plan.port), "--workers", str(min(2, os.cpu_count() or 1))]
    # More threads wait longer for each other: with eight, the slowest of a hundred requests took a
    # third longer, and a tenth fewer were answered.
    web += ["--blocking-threads", "4", "--respawn-failed-workers", "--workers-kill-timeout", "3"]
    web += ["--log-level", "error"]
    return {
        "web": [*web, "feedback_platform.wsgi:application"],
        "worker": [*worker, "-n", "worker@%h", "-Q", "default,quality", "-c", "2"],
        # A process for each training: it gives back all of its memory.
        "trainer": [*worker, "-n", "trainer@%h", "-Q", "gpu", "-c", "1", "--max-tasks-per-child=1"],
        "clock": [
            *celery,
            "beat",
            "--loglevel=WARNING",
            f"--schedule={plan.var_dir / 'run' / 'clock'}",
            "--pidfile=",
        ],
    }


class Group(Manager):  # type: ignore[misc]
    """The processes of one ``manage.py up``, until the first of them ends."""

    def __init__(self, plan: Plan) -> None:
        super().__init__(Printer(sys.stdout))
        self.plan = plan
        self.failure = ""
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        for name, command in commands(plan).items():
            # exec: the process id that honcho knows is then the program's and not a shell's.
            line = f"exec {shlex.join([sys.executable, *_QUIET, '-m', *command])}"
            self.add_process(name, line, env=dict(plan.environment), cwd=str(plan.home))

    def loop(self) -> None:
        """Run until the first process ends, or Ctrl-C; then nothing starts a server again."""
        super().loop()
        self._watcher.join()

    def _start(self) -> None:
        super()._start()
        # Only now: honcho forks, and a fork copies no other thread.
        self._watcher.start()

    def terminate(self) -> None:
        """End all; honcho calls this when one has ended, and on Ctrl-C."""
        ended = [name for name, state in self._processes.items() if "returncode" in state]
        if ended and self.returncode not in ASKED_TO_END and not self.failure:
            self.failure = f"the {ended[0]} process ended by itself"
        super().terminate()

    def _watch(self) -> None:
        noted: dict[str, int] = {}
        greeted = False
        stop = threading.Event()
        while not self._terminating and not stop.wait(_LOOK_EVERY_SECONDS / (1 if greeted else 5)):
            found = self._pids()
            if found != noted:
                noted = found
                note_group(self.plan.var_dir, self.plan.address, found)
            self._end_half_dead()
            self._keep_servers()
            if not greeted and self._is_ready():
                greeted = True
                print(self.plan.greeting, flush=True)

    def _pids(self) -> dict[str, int]:
        pids = {}
        for name, state in self._processes.items():
            if state.get("process") is not None:
                pids[f"{name} relay"] = state["process"].pid
            if state.get("pid") is not None:
                pids[name] = state["pid"]
        return pids

    def _end_half_dead(self) -> None:
        """End what a killed process left: honcho waits for its output, which they hold open."""
        for name, state in self._processes.items():
            pid = state.get("pid")
            if pid is None or state.get("returncode") is not None:
                continue
            try:
                ended = has_ended(psutil.Process(pid))
            except psutil.NoSuchProcess:
                ended = True
            if ended and not self._terminating:
                self.failure = self.failure or f"the {name} process ended by itself"
                with suppress(ProcessLookupError):
                    os.killpg(pid, signal.SIGKILL)

    def _keep_servers(self) -> None:
        """Start an embedded server again that was killed; its data is safe."""
        try:
            if self.plan.own_postgres and not postgres.is_running(self.plan.var_dir):
                postgres.start(self.plan.var_dir)
            if self.plan.own_redis and not redis.is_running(self.plan.var_dir):
                redis.start_redis(self.plan.var_dir)
        except StartError as error:
            self.failure = error.message
            os.kill(os.getpid(), signal.SIGTERM)

    def _is_ready(self) -> bool:
        # Under the public name: the host that people ask for is the one that is allowed.
        name = urlsplit(self.plan.public_url).netloc
        question = Request(f"{self.plan.address}/readyz", headers={"Host": name})
        try:
            with urlopen(question, timeout=5) as answer:
                body: dict[str, Any] = json.load(answer)
        except (URLError, OSError, ValueError):
            return False
        return bool(body.get("status") == "ok")
