"""Measure hand-out and submission over HTTP, beside the floor of the same server.

    python benchmarks/hand_out.py [--quick] [--sizes 10000,100000,1000000] [--seconds 5]

A private server in a temporary folder: the web processes that ``manage.py up`` starts, the embedded
PostgreSQL, and a client process with a kept-open connection for each annotator, who sends the next
judgment as soon as the last answer is there. The floor is a view with one login check and one
insert in the same web processes. JSON on stdout, a table on stderr; ends with 1 where something
that is wanted was not reached.
"""

import argparse
import json
import logging
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from import_data import ROOT, manage, stop_server

ANNOTATORS = (1, 8, 32)
QUICK_SIZES, SIZES = (10_000,), (10_000, 100_000, 1_000_000)
WARM_UP_SECONDS = 2
# Measured for comparison; nothing is wanted of it.
UNRENDERED = ", not rendered ahead"
# What is wanted: time at the largest size / at the smallest, queries, share of the floor's rate.
MOST_RATIO, MOST_QUERIES, LEAST_SHARE, MOST_P99_MS = 1.3, 8, 1 / 3, 300


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="10,000 comparisons, two seconds each")
    parser.add_argument("--sizes", help="numbers of comparisons, with commas between")
    parser.add_argument("--seconds", type=float, help="of each measurement")
    options = parser.parse_args()
    sizes = QUICK_SIZES if options.quick else SIZES
    if options.sizes:
        sizes = tuple(int(size) for size in options.sizes.split(","))
    seconds = options.seconds or (2 if options.quick else 5)
    with tempfile.TemporaryDirectory(prefix="feedback-bench-") as folder:
        os.environ["VAR_DIR"] = str(Path(folder) / "var")
        os.environ["DJANGO_SETTINGS_MODULE"] = "floor.settings"
        os.environ["PYTHONPATH"] = os.pathsep.join([str(ROOT), str(ROOT / "benchmarks")])
        try:
            if (
                manage("migrate", "--verbosity", "0").wait()
                or manage("collectstatic", "--no-input", "--verbosity", "0").wait()
            ):
                raise SystemExit("the platform could not be prepared")
            document = measure(Path(folder), sizes, seconds)
        finally:
            stop_server(Path(os.environ["VAR_DIR"]))
    print(json.dumps(document, indent=2))
    print(table(document), file=sys.stderr)
    raise SystemExit(0 if all(document["reached"].values()) else 1)


def measure(folder: Path, sizes: tuple[int, ...], seconds: float) -> dict[str, Any]:
    """Every size with every number of annotators; the data grows, the servers stay."""
    import django

    django.setup()
    # Not of the requests that are answered in this process.
    logging.disable(logging.INFO)
    import hand_out_data as data
    from hand_out_queries import statements
    from hand_out_web import Web

    data.make_texts()
    web = Web(folder)
    rows: list[dict[str, Any]] = []
    try:
        for size in sizes:
            started = time.perf_counter()
            project = data.make_project(f"bench-{size}", size)
            note(f"{size:,} comparisons stored in {time.perf_counter() - started:.0f} s")
            people = [data.make_annotator(project, f"a{number}") for number in range(32)]
            if not rows:
                # Every thread has answered and every connection has its plans before it counts.
                measured(web, size, people, WARM_UP_SECONDS, floor=True)
            for n in ANNOTATORS:
                rows += measured(web, size, people[:n], seconds, floor=True)
            if size > data.AHEAD:
                ahead = data.make_annotator(project, "ahead")
                data.walk_ahead(ahead)
                rows += measured(web, size, [ahead], seconds, kind=", ahead")
            if size == min(sizes):
                newcomers = [data.make_annotator(project, f"n{number}") for number in range(32)]
        sent = statements(project.slug, data.make_annotator(project, "counted"))
        # Without the clock that renders ahead.
        data.forget_rendered()
        rows += measured(web, min(sizes), newcomers, seconds, kind=UNRENDERED)
        megabytes = web.megabytes()
    finally:
        web.stop()
    return summary(rows, sizes, sent, megabytes)


def measured(
    web: Any, size: int, people: list[Any], seconds: float, *, kind: str = "", floor: bool = False
) -> list[dict[str, Any]]:
    """One measurement of each route with these annotators at work."""
    from hand_out_client import api_caller, drive, floor_caller, page_caller
    from hand_out_web import database_cpu_seconds

    slug = f"bench-{size}"
    groups = {
        f"api{kind}": [api_caller(slug, one.token) for one in people],
        f"page{kind}": [page_caller(slug, one.cookie, one.csrf) for one in people],
    }
    if floor:
        groups["floor"] = [floor_caller(one.cookie, one.csrf) for one in people]
    rows = []
    for route, callers in groups.items():
        meters = [web.cpu_seconds, database_cpu_seconds]
        load = drive(web.address, callers, seconds=seconds, meters=meters)
        in_web, in_database = load.metered
        n = max(len(load.seconds), 1)
        for error in load.errors:
            note(f"{route}: {error}")
        rows.append(
            {
                "route": route,
                "comparisons": size,
                "annotators": len(people),
                "median_ms": load.milliseconds(0.5),
                "p95_ms": load.milliseconds(0.95),
                "p99_ms": load.milliseconds(0.99),
                "longest_ms": load.milliseconds(1),
                "per_second": round(load.rate, 1),
                "requests": len(load.seconds),
                "errors": load.n_errors,
                # Milliseconds of processor time for one request.
                "web_cpu_ms": round(1000 * in_web / n, 2),
                "database_cpu_ms": round(1000 * in_database / n, 2),
                "client_cpu_ms": round(1000 * load.client_cpu / n, 2),
            }
        )
    return rows


def summary(
    rows: list[dict[str, Any]], sizes: tuple[int, ...], sent: dict[str, list[str]], megabytes: float
) -> dict[str, Any]:
    """The rows, the figures that are asked for, and whether they were reached."""
    by = {(one["route"], one["comparisons"], one["annotators"]): one for one in rows}
    small, large = min(sizes), max(sizes)
    ratios = {
        f"{route}{kind} {n}": round(
            by[route + kind, large, n]["median_ms"] / by[route, small, n]["median_ms"], 2
        )
        for route in ("api", "page")
        for kind in ("", ", ahead")
        for n in ANNOTATORS
        if (route + kind, large, n) in by and large > small
    }
    crowded = [
        one for one in rows if one["annotators"] == 32 and not one["route"].endswith(UNRENDERED)
    ]
    shares = {
        f"{one['route']} {one['comparisons']}": round(
            one["per_second"] / by["floor", one["comparisons"], 32]["per_second"], 2
        )
        for one in crowded
        if one["route"] != "floor"
    }
    queries = {route: len(statements) for route, statements in sent.items()}
    return {
        "measurements": rows,
        "median_at_largest_over_smallest": ratios,
        "share_of_floor": shares,
        "queries": queries,
        "statements": sent,
        "web_megabytes": round(megabytes),
        "reached": {
            "ratio": all(ratio <= MOST_RATIO for ratio in ratios.values()),
            "queries": all(n <= MOST_QUERIES for n in queries.values()),
            "share_of_floor": all(share >= LEAST_SHARE for share in shares.values()),
            "p99": all(one["p99_ms"] < MOST_P99_MS for one in crowded),
            "no_error": not any(one["errors"] for one in rows),
        },
    }


def table(document: dict[str, Any]) -> str:
    """The measurements for people."""
    names = ("route", "comparisons", "annotators", "median_ms", "p95_ms", "p99_ms", "per_second")
    names += ("errors", "web_cpu_ms", "database_cpu_ms", "client_cpu_ms")
    lines = [[str(one[name]) for name in names] for one in document["measurements"]]
    widths = [max(map(len, column)) for column in zip(names, *lines, strict=True)]
    printed = [
        "  ".join(text.rjust(width) for text, width in zip(line, widths, strict=True))
        for line in [list(names), *lines]
    ]
    for name in ("median_at_largest_over_smallest", "share_of_floor", "queries", "web_megabytes"):
        printed.append(f"{name}: {document[name]}")
    return "\n".join([*printed, f"reached: {document['reached']}"])


def note(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]
    main()
