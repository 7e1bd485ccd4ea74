"""What a command started can be stopped again."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from feedback_platform.embedded import postgres

BASE = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_down_stops_the_server_that_a_command_left_running(tmp_path: Path) -> None:
    var_dir = tmp_path / "var"
    environment = {**os.environ, "VAR_DIR": str(var_dir)}

    def manage(*arguments: str) -> None:
        command = [sys.executable, "manage.py", *arguments]
        subprocess.run(command, cwd=BASE, env=environment, check=True, capture_output=True)

    try:
        manage("migrate")
        assert postgres.is_running(var_dir)
        manage("down")
        assert not postgres.is_running(var_dir)
    finally:
        postgres.stop(var_dir)
