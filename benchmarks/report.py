"""Import a generated file, then time ``manage.py build_report`` on it.

    python benchmarks/report.py [--comparisons 100000] [--judgments 5]

Everything happens in a private server in a temporary folder. The report is a process of its own:
its seconds include the start of Python and reading from PostgreSQL, its peak memory is the
kernel's figure.
"""

import argparse
import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from import_data import ROOT, manage, stop_server, timed_import, write_file


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--comparisons", type=int, default=100_000)
    parser.add_argument("--judgments", type=int, default=5, help="per comparison")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="feedback-bench-") as folder:
        os.environ["VAR_DIR"] = str(Path(folder) / "var")
        os.environ["DJANGO_SETTINGS_MODULE"] = "feedback_platform.settings"
        path = Path(folder) / "generated.jsonl"
        write_file(path, options.comparisons, options.judgments)
        try:
            if manage("migrate", "--verbosity", "0").wait():
                raise SystemExit("the tables could not be made")
            imported = timed_import(path)
            reports = [timed_report(), timed_report()]
        finally:
            stop_server(Path(os.environ["VAR_DIR"]))
    print(json.dumps({"import_seconds": round(imported["seconds"], 1), "runs": reports}, indent=2))


def timed_report() -> dict[str, Any]:
    """Wall and CPU seconds and peak memory of one report."""
    started = time.perf_counter()
    process = manage("build_report", "bench", "--json")
    assert process.stdout
    document = json.loads(process.stdout.read())
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"the report failed with status {status}")
    return {
        "comparisons": document["n_comparisons"],
        "judgments": document["n_judgments"],
        "annotators": document["n_annotators"],
        "seconds": round(time.perf_counter() - started, 2),
        "cpu_seconds": round(usage.ru_utime + usage.ru_stime, 2),
        "peak_mb": round(usage.ru_maxrss / 1024),
        "alpha_direction": document["agreement"]["alpha_direction"],
    }


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
