"""Import a generated file, then COPY the same rows bare, and compare the rates.

    python benchmarks/import_data.py [--comparisons 100000] [--judgments 5]

Everything happens in a private server in a temporary folder. The import is a process of its own,
whose peak memory is the kernel's figure. The bare COPY takes the rows that the import stored, ready
parsed, into empty tables with the same indexes, checks and foreign keys.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
TABLES = ("annotation_comparison", "annotation_seat", "annotation_judgment")
WORDS = [
    "time",
    "people",
    "water",
    "city",
    "letter",
    "reason",
    "answer",
    "simple",
    "small",
    "early",
]


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
            bare = timed_copy(Path(folder))
        finally:
            stop_server(Path(os.environ["VAR_DIR"]))
    report(options, imported, bare)


def write_file(path: Path, n_comparisons: int, n_judgments: int) -> None:
    rng = random.Random(0)
    with path.open("w") as file:
        for number in range(n_comparisons):
            comparison = {
                "item_id": f"c{number:07}",
                "prompt": text(rng, 40),
                "response_a": text(rng, 60),
                "response_b": text(rng, 60),
                "group": f"topic-{number % 20}",
            }
            for annotator in rng.sample(range(50), n_judgments):
                judgment = {
                    "annotator": f"annotator-{annotator}",
                    "choice": rng.choice(("a", "a", "b", "b", "tie")),
                    "strength": round(rng.random(), 2),
                    "swapped": rng.random() < 0.5,
                    "ts": "2026-11-23T14:05:00Z",
                    "duration_s": round(rng.uniform(3, 90), 1),
                }
                file.write(json.dumps({**comparison, **judgment}) + "\n")


def text(rng: random.Random, n_words: int) -> str:
    return " ".join(rng.choices(WORDS, k=n_words))


def manage(*arguments: str) -> subprocess.Popen[bytes]:
    process = subprocess.Popen(
        [sys.executable, str(ROOT / "manage.py"), *arguments], stdout=subprocess.PIPE
    )
    return process


def timed_import(path: Path) -> dict[str, Any]:
    """Seconds and peak memory of ``manage.py import_data``, start of Python included."""
    started = time.perf_counter()
    process = manage("import_data", str(path), "--project", "bench", "--create", "--json")
    assert process.stdout
    document = json.loads(process.stdout.read())
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"the import failed with status {status}")
    seconds = time.perf_counter() - started
    return {**document, "seconds": seconds, "peak_mb": usage.ru_maxrss / 1024}


def timed_copy(folder: Path) -> dict[str, Any]:
    """Seconds of COPY from ready files into empty tables with the same indexes and keys."""
    import django

    django.setup()
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA bare")
        for table in TABLES:
            with (
                (folder / table).open("wb") as file,
                cursor.copy(f"COPY (SELECT * FROM public.{table} ORDER BY id) TO STDOUT") as copy,
            ):
                for piece in copy:
                    file.write(piece)
            cursor.execute(f"CREATE TABLE bare.{table} (LIKE public.{table} INCLUDING ALL)")
        add_foreign_keys(cursor)
        cursor.execute("SET search_path TO bare, public")
        started = time.perf_counter()
        cursor.execute("BEGIN")
        n_rows = 0
        for table in TABLES:
            with (
                (folder / table).open("rb") as file,
                cursor.copy(f"COPY bare.{table} FROM STDIN") as copy,
            ):
                while piece := file.read(1 << 18):
                    copy.write(piece)
            n_rows += cursor.rowcount
        cursor.execute("COMMIT")
        return {"seconds": time.perf_counter() - started, "rows": n_rows}


def add_foreign_keys(cursor: Any) -> None:
    """The foreign keys of the three tables; those among them point to the bare ones."""
    keys = []
    for table in TABLES:
        cursor.execute(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint "
            "WHERE contype = 'f' AND conrelid = %s::regclass",
            [f"public.{table}"],
        )
        keys += [(table, name, definition) for name, definition in cursor.fetchall()]
    cursor.execute("SET search_path TO bare, public")
    for table, name, definition in keys:
        cursor.execute(f'ALTER TABLE bare.{table} ADD CONSTRAINT "{name}" {definition}')


def stop_server(var_dir: Path) -> None:
    from feedback_platform.embedded import postgres

    with suppress(Exception):
        postgres.stop(var_dir)


def report(options: argparse.Namespace, imported: dict[str, Any], bare: dict[str, Any]) -> None:
    rows = options.comparisons * options.judgments
    ratio = bare["seconds"] / imported["seconds"]
    print(
        json.dumps(
            {
                "file_rows": rows,
                "comparisons": imported["comparisons"],
                "judgments": imported["judgments"],
                "import_seconds": round(imported["seconds"], 1),
                "import_rows_per_second": round(rows / imported["seconds"]),
                "import_peak_mb": round(imported["peak_mb"]),
                "bare_copy_seconds": round(bare["seconds"], 1),
                "bare_copy_rows": bare["rows"],
                "share_of_bare_rate": round(ratio, 2),
            },
            indent=2,
        )
    )


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
