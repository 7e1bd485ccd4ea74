"""Commands need no set-up: they start the server and make the tables themselves."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from feedback_platform.embedded import postgres

BASE = Path(__file__).resolve().parents[2]
JUDGMENTS = "".join(
    json.dumps(
        {
            "item_id": f"i{number}",
            "prompt": f"Question {number}?",
            "response_a": "Yes.",
            "response_b": "No.",
            "annotator": annotator,
            "choice": "a",
        }
    )
    + "\n"
    for number in range(3)
    for annotator in ("ann", "ben")
)


@pytest.mark.slow
def test_an_import_is_the_first_thing_that_ever_runs(tmp_path: Path) -> None:
    (tmp_path / "judgments.jsonl").write_text(JUDGMENTS)
    command = [sys.executable, "manage.py", "import_data", str(tmp_path / "judgments.jsonl")]
    command += ["--project", "mine", "--create", "--json"]
    environment = {**os.environ, "VAR_DIR": str(tmp_path / "var")}

    try:
        done = subprocess.run(
            command, cwd=BASE, env=environment, capture_output=True, text=True, check=False
        )
    finally:
        postgres.stop(tmp_path / "var")

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["judgments"] == 6
