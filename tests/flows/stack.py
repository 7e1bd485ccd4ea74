"""The whole platform as users start it: ``manage.py up`` in a folder of its own."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import psutil

REPOSITORY = Path(__file__).resolve().parents[2]
START_SECONDS = 120.0
STOP_SECONDS = 60.0
OURS = ("VAR_DIR", "PUBLIC_URL", "DATABASE_URL", "REDIS_URL", "SECRET_KEY", "DEBUG")


class Stack:
    """One running platform; ``stop`` it in the end.

    ``repository`` is where ``manage.py`` lies, ``command`` what stands in front of it (another
    account, another Python). ``environment`` adds to what the platform sees.
    """

    def __init__(
        self,
        folder: Path,
        *,
        demo: bool = False,
        environment: dict[str, str] | None = None,
        repository: Path = REPOSITORY,
        command: tuple[str, ...] = (sys.executable,),
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.var_dir = folder / "var"
        self.log = folder / "up.log"
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.demo = demo
        self._repository = repository
        self._command = command
        self.environment = {
            **{name: value for name, value in os.environ.items() if name not in OURS},
            "VAR_DIR": str(self.var_dir),
            # Tests kill processes, not machines: nothing has to reach the disk.
            "EMBEDDED_POSTGRES_OPTIONS": "-c fsync=off -c full_page_writes=off",
            "PLAIN_STATIC": "1",
            "OMP_NUM_THREADS": "1",
            **(environment or {}),
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, *, seconds: float = START_SECONDS) -> "Stack":
        """Start everything and wait until it says that it is ready."""
        written = self.log.stat().st_size if self.log.exists() else 0
        arguments = ["up", "--port", str(self.port), *([] if self.demo else ["--no-demo"])]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [*self._command, str(self._repository / "manage.py"), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self.environment,
                start_new_session=True,
            )
        give_up = time.monotonic() + seconds
        while b"\nReady: " not in self.log.read_bytes()[written:]:
            if self._process.poll() is not None or time.monotonic() > give_up:
                self.stop()
                raise AssertionError(f"did not start:\n{self.log.read_text()[-4000:]}")
            time.sleep(0.1)
        return self

    @property
    def password(self) -> str:
        """The first manager's password, printed once."""
        found = re.search(r"with the password (\S+)", self.log.read_text())
        assert found is not None
        return found[1]

    def manage(self, *arguments: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """Run another command of the platform in the same folder."""
        done = subprocess.run(
            [*self._command, str(self._repository / "manage.py"), *arguments],
            capture_output=True,
            text=True,
            env=self.environment,
            check=False,
        )
        if check and done.returncode:
            raise AssertionError(f"{arguments} failed:\n{done.stdout}\n{done.stderr}")
        return done

    def ready(self) -> dict[str, Any]:
        """What /readyz answers; empty when nothing answers."""
        try:
            with urlopen(f"{self.url}/readyz", timeout=10) as answer:
                return dict(json.load(answer))
        except (URLError, OSError):
            return {}

    def pid(self, name: str) -> int:
        """The process id of up, web, worker, trainer, clock, redis or postgres."""
        if name == "up":
            assert self._process is not None
            return self._process.pid
        if name == "postgres":
            return int((self.var_dir / "postgres" / "postmaster.pid").read_text().split()[0])
        if name == "redis":
            return int((self.var_dir / "redis" / "redis.pid").read_text())
        noted = json.loads((self.var_dir / "run" / "up.json").read_text())
        return int(noted["group"][name][0])

    def kill(self, name: str) -> None:
        """SIGKILL one process."""
        os.kill(self.pid(name), signal.SIGKILL)

    def wait_until_ended(self, *, seconds: float = STOP_SECONDS) -> int:
        """Wait until ``manage.py up`` has ended by itself; its exit status."""
        assert self._process is not None
        return self._process.wait(seconds)

    def stop(self) -> int:
        """Press Ctrl-C; the exit status."""
        if self._process is None:
            return 0
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
        try:
            return self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            for child in psutil.Process(self._process.pid).children(recursive=True):
                child.kill()
            self._process.kill()
            return self._process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
