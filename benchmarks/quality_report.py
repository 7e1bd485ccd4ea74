"""A project of the judgments in a folder, and ``manage.py build_report`` on it; JSON out.

    python -P benchmarks/quality_report.py FOLDER

Started by ``quality.py``. Rows are put in by COPY into a private server; the report is a process
of its own, whose seconds include the start of Python and reading.
"""

import json
import os
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
from import_data import manage, stop_server

MODELS = ("alder", "birch", "cedar", "dogwood")
N_SENTENCES, N_WORDS = 5_000, 20_000
# Of Zipf's words; responses have 30 to 90.
MAKE_SENTENCES = "CREATE TABLE bench_sentence (id int PRIMARY KEY, text text NOT NULL)"
ADD_COMPARISONS = """
INSERT INTO annotation_comparison
    (project_id, batch_id, external_id, prompt, response_a, response_b, model_a, model_b, "group",
     metadata, content_hash, prompt_group, created_at)
SELECT %(project)s, %(batch)s, 'c' || lpad(n::text, 7, '0'), 'Case ' || n || ': ' || a.text,
       b.text || CASE WHEN n %% 3 = 0 THEN ' ' || c.text ELSE '' END,
       c.text || CASE WHEN n %% 5 = 0 THEN ' ' || a.text ELSE '' END,
       (%(models)s::text[])[1 + n %% 4], (%(models)s::text[])[1 + (n / 4) %% 4],
       'topic-' || n %% 20,
       jsonb_build_object('language', CASE WHEN n %% 4 = 0 THEN 'de' ELSE 'en' END),
       md5(n::text) || md5((-n)::text), left(md5(n::text), 16), now()
FROM generate_series(0, %(n)s - 1) AS n
JOIN bench_sentence a ON a.id = n %% %(sentences)s
JOIN bench_sentence b ON b.id = (n::bigint * 7919 + 3) %% %(sentences)s
JOIN bench_sentence c ON c.id = (n::bigint * 104729 + 11) %% %(sentences)s
ORDER BY n
"""
ADD_SEATS = """
INSERT INTO annotation_seat
    (project_id, comparison_id, turn, priority, position, state, returned)
SELECT %(project)s, id, turn, 0, id, 'filled', false
FROM annotation_comparison CROSS JOIN generate_series(0, %(overlap)s - 1) AS turn
WHERE project_id = %(project)s ORDER BY id, turn
"""
COPY_JUDGMENTS = """
COPY annotation_judgment
    (project_id, comparison_id, annotator_id, seat_id, occasion, outcome, preference, raw_strength,
     swapped, active_ms, rationale, submitted_at)
FROM STDIN
"""
CHUNK = 200_000


def main(folder: Path) -> None:
    with tempfile.TemporaryDirectory(prefix="feedback-bench-") as place:
        os.environ["VAR_DIR"] = str(Path(place) / "var")
        os.environ["DJANGO_SETTINGS_MODULE"] = "feedback_platform.settings"
        try:
            if manage("migrate", "--verbosity", "0").wait():
                raise SystemExit("the tables could not be made")
            stored_in = store(folder)
            document = timed_report()
        finally:
            stop_server(Path(os.environ["VAR_DIR"]))
    print(json.dumps({"store_seconds": round(stored_in), **document}))


def store(folder: Path) -> float:
    """Put the judgments into a project "bench"; returns the seconds it took."""
    import django

    django.setup()
    from django.db import connection

    from annotation.models import Batch, Membership, Project

    started = time.perf_counter()
    arrays = {name: np.load(folder / f"{name}.npy") for name in ("unit", "coder", "value")}
    n_comparisons = int(arrays["unit"].max()) + 1
    overlap = arrays["unit"].size // n_comparisons
    project = Project.objects.create(slug="bench", name="Bench", offers_tie=True)
    batch = Batch.objects.create(project=project, name="all")
    people = [
        Membership(
            project=project, name=name, role="annotator", pseudonym=project.pseudonym_of(name)
        )
        for name in (f"annotator-{code:03}" for code in range(int(arrays["coder"].max()) + 1))
    ]
    Membership.objects.bulk_create(people)
    with connection.cursor() as cursor:
        make_sentences(cursor)
        values = {"project": project.pk, "batch": batch.pk, "n": n_comparisons}
        values |= {"sentences": N_SENTENCES, "models": list(MODELS), "overlap": overlap}
        cursor.execute(ADD_COMPARISONS, values)
        cursor.execute(ADD_SEATS, values)
        first = {}
        for table in ("comparison", "seat"):
            cursor.execute(f"SELECT min(id) FROM annotation_{table}")
            first[table] = cursor.fetchone()[0]
        with cursor.copy(COPY_JUDGMENTS) as copy:
            for start in range(0, arrays["unit"].size, CHUNK):
                part = slice(start, start + CHUNK)
                copy.write(rows(project.pk, first, [one.pk for one in people], arrays, part))
        cursor.execute("VACUUM ANALYZE")
    return time.perf_counter() - started


def make_sentences(cursor: Any) -> None:
    """Sentences of 30 words, the k-th of 20,000 about as frequent as 1/k."""
    rng = np.random.default_rng(1)
    weights = 1 / np.arange(3, N_WORDS + 3)
    words = rng.choice(N_WORDS, (N_SENTENCES, 30), p=weights / weights.sum())
    cursor.execute(MAKE_SENTENCES)
    cursor.executemany(
        "INSERT INTO bench_sentence VALUES (%s, %s)",
        [(number, " ".join(f"word{word}" for word in row)) for number, row in enumerate(words)],
    )


def rows(
    project: int,
    first: dict[str, int],
    people: list[int],
    arrays: dict[str, np.ndarray],
    part: slice,
) -> str:
    """Judgments as lines for COPY; those by the second show the sides in the other order."""
    rng = np.random.default_rng(part.start)
    unit, coder, value = (arrays[name][part] for name in ("unit", "coder", "value"))
    strength = rng.integers(1, 4, unit.size)
    preference = (value - 1) * strength
    active = rng.lognormal(9.5, 0.7, unit.size).astype(int)
    seconds = rng.integers(0, 60 * 86_400, unit.size)
    lines = [
        f"{project}\t{first['comparison'] + u}\t{people[c]}\t{first['seat'] + part.start + place}"
        f"\t1\tpreference\t{p}\t{abs(p)}\t{'t' if (u + place) % 2 else 'f'}\t{a}\t\t"
        f"2026-09-{1 + s // 86_400 % 30:02} {s // 3600 % 24:02}:{s // 60 % 60:02}:{s % 60:02}+00"
        for place, (u, c, p, a, s) in enumerate(
            zip(
                unit.tolist(),
                coder.tolist(),
                preference.tolist(),
                active.tolist(),
                seconds.tolist(),
                strict=True,
            )
        )
    ]
    return "\n".join(lines) + "\n"


def timed_report() -> dict[str, Any]:
    """Wall and processor seconds and peak memory of one report."""
    started = time.perf_counter()
    process = manage("build_report", "bench", "--json")
    assert process.stdout
    printed = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    if status:
        raise SystemExit(f"the report failed with status {status}")
    document = json.loads(printed)
    return {
        "comparisons": document["n_comparisons"],
        "judgments": document["n_judgments"],
        "annotators": document["n_annotators"],
        "sections": sorted(document.get("sections", {})),
        "seconds": round(time.perf_counter() - started, 1),
        "cpu_seconds": round(usage.ru_utime + usage.ru_stime, 1),
        "peak_mb": round(usage.ru_maxrss / 1024),
        "alpha_direction": document["agreement"]["alpha_direction"],
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]))
