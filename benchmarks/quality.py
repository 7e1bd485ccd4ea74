"""Time quality measures beside their peers, and the report of a whole project.

    python benchmarks/quality.py --peers PYTHON [--quick] [--comparisons 1000000] [--without-report]

Peers live in an environment of their own, because they bring large dependencies:

    python -m venv /tmp/peers && /tmp/peers/bin/pip install -r benchmarks/requirements-peers.txt
    python benchmarks/quality.py --peers /tmp/peers/bin/python

Every measure is a process of its own with one thread for linear algebra. Seconds are those of
processor time in the call, on input that is ready; peak memory is the kernel's figure for the
whole process. Both sides get the same judgments: three values, five annotators per comparison, 500
annotators of unequal activity and accuracy. The report is ``manage.py build_report`` on a project
of that size in a private server in a temporary folder, reading included. JSON on stdout, what is
reached on stderr; ends with 1 where something that is wanted was not reached.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from import_data import ROOT

HERE = Path(__file__).resolve().parent
QUICK, FULL = 10_000, 1_000_000
# How many times faster than the peer, and at most which part of its memory.
WANTED = {
    "alpha": (1.0, 1 / 10),
    "majority": (30.0, None),
    "dawid_skene": (20.0, 1 / 2),
    "mace": (10.0, 1 / 2),
}
COMPARED = {
    "alpha": "alpha with 1,000 draws / krippendorff.alpha of the dense matrix, one value",
    "majority": "vote and filter / crowd-kit MajorityVote",
    "dawid_skene": "Dawid-Skene, default settings / crowd-kit DawidSkene(n_iter=100, tol=0)",
    "mace": "MACE, one start / crowd-kit MACE(n_restarts=1, n_iter=50)",
}
MOST_REPORT_SECONDS, MOST_REPORT_MB = 180, 3_000
ONE_THREAD = {name: "1" for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--peers", help="Python with benchmarks/requirements-peers.txt")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK:,} comparisons")
    parser.add_argument("--comparisons", type=int)
    parser.add_argument("--cells", default=",".join(WANTED), help="measures, with commas between")
    parser.add_argument("--without-report", action="store_true")
    options = parser.parse_args()
    n_comparisons = options.comparisons or (QUICK if options.quick else FULL)
    document: dict[str, Any] = {"comparisons": n_comparisons, "cells": {}, "reached": {}}
    with tempfile.TemporaryDirectory(prefix="feedback-bench-") as folder:
        make = "from quality_data import write_judgments; import pathlib, sys; "
        make += "write_judgments(pathlib.Path(sys.argv[1]), int(sys.argv[2]))"
        run(sys.executable, "-c", make, folder, str(n_comparisons))
        for cell in filter(None, options.cells.split(",")):
            measured = measure(cell, folder, options.peers)
            document["cells"][cell] = measured
            document["reached"] |= reached(cell, measured)
            note(f"{cell}: {json.dumps(measured)}")
        if not options.without_report:
            output = run(sys.executable, str(HERE / "quality_report.py"), folder)
            document["report"] = json.loads(output)
            document["reached"] |= report_reached(document["report"])
    print(json.dumps(document, indent=2))
    for target, is_reached in document["reached"].items():
        note(f"{'reached    ' if is_reached else 'NOT REACHED'} {target}")
    raise SystemExit(0 if all(document["reached"].values()) else 1)


def measure(cell: str, folder: str, peers: str | None) -> dict[str, Any]:
    """The measure of ours, and that of the peer where its Python is known."""
    found = {"ours": json.loads(run(sys.executable, str(HERE / "quality_ours.py"), cell, folder))}
    if peers:
        found["theirs"] = json.loads(run(peers, str(HERE / "quality_theirs.py"), cell, folder))
    return found


def reached(cell: str, measured: dict[str, Any]) -> dict[str, bool]:
    """Which of the wanted ratios hold; nothing without a peer."""
    if "theirs" not in measured:
        return {}
    ours, theirs = measured["ours"], measured["theirs"]
    times, part = WANTED[cell]
    faster = theirs["cpu_seconds"] / max(ours["cpu_seconds"], 1e-3)
    targets = {f"{COMPARED[cell]}: {faster:.1f} times faster, wanted {times:.0f}": faster >= times}
    if part is not None:
        memory = ours["peak_mb"] / theirs["peak_mb"]
        targets[f"{COMPARED[cell]}: {memory:.2f} of the memory, wanted {part:.2f}"] = memory <= part
    return targets


def report_reached(report: dict[str, Any]) -> dict[str, bool]:
    seconds, megabytes = report["seconds"], report["peak_mb"]
    return {
        f"whole report in {seconds:.0f} s, wanted {MOST_REPORT_SECONDS}": seconds
        <= MOST_REPORT_SECONDS,
        f"whole report in {megabytes:,} MB, wanted {MOST_REPORT_MB:,}": megabytes <= MOST_REPORT_MB,
    }


def run(python: str, *arguments: str) -> str:
    """What a process of its own prints."""
    path = os.pathsep.join([str(ROOT), str(HERE)])
    # Without -P this script would stand in the way of the package of the same name.
    command = [python, "-P", *arguments]
    done = subprocess.run(
        command,
        env={**os.environ, **ONE_THREAD, "PYTHONPATH": path},
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(command)} failed with status {done.returncode}")
    return done.stdout


def note(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
