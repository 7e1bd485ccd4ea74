"""Time the table of comparisons: every filter and order, first and middle pages, at two sizes.

    python benchmarks/comparison_table.py [--sizes 10000,1000000] [--repeats 9]

Everything happens in a private server in a temporary folder. Comparisons, seats and three judgments
each by 200 annotators are written as SQL; the snapshots and the index of the words come from the
services that the worker calls, and are timed too. A page is the whole view without the network:
access, filters, the count and 50 rows. Milliseconds are medians, of the slowest page of each kind.
"""

import argparse
import json
import os
import re
import statistics
import sys
import tempfile
import time
from html import unescape
from pathlib import Path
from typing import Any

from import_data import ROOT, manage, stop_server

PAGES = {
    "order of import": "",
    "most disputed first": "order=-disagreement",
    "least confident first": "order=confidence",
    "newest judgment first": "order=-newest",
    "state complete (90 %)": "state=complete",
    "state decided (0.01 %)": "state=decided",
    "open, most disputed first": "state=open&order=-disagreement",
    "confidence up to 0.5": "confidence_to=0.5",
    "confidence up to 0.5, newest first": "confidence_to=0.5&order=-newest",
    "open flags (0.1 %)": "flagged=on",
    "models (a third)": "models=alder+vs+birch",
    "models, most disputed first": "models=alder+vs+birch&order=-disagreement",
    "one annotator (1.5 %)": "annotator=person-7",
    "one annotator, newest first": "annotator=person-7&order=-newest",
    "a rare annotator (20)": "annotator=visitor",
    "last batch (1 %)": "batch=LAST",
    "a word in all": "q=common",
    "a word in 1 %": "q=medium",
    "a word in 0.001 %": "q=zebra",
    "a word in 1 %, most disputed first": "q=medium&order=-disagreement",
    "a word in none": "q=unheard",
    "an external id": "q=c0007777",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", default="10000,1000000", help="numbers of comparisons")
    parser.add_argument("--repeats", type=int, default=9)
    options = parser.parse_args()
    sizes = [int(size) for size in options.sizes.split(",")]
    with tempfile.TemporaryDirectory(prefix="feedback-bench-") as folder:
        os.environ["VAR_DIR"] = str(Path(folder) / "var")
        os.environ["DJANGO_SETTINGS_MODULE"] = "feedback_platform.settings"
        os.environ["PLAIN_STATIC"] = "1"
        try:
            if manage("migrate", "--verbosity", "0").wait():
                raise SystemExit("the tables could not be made")
            runs = measure(sizes, options.repeats)
        finally:
            stop_server(Path(os.environ["VAR_DIR"]))
    print(json.dumps(runs, indent=2))
    print(table(runs), file=sys.stderr)


def measure(sizes: list[int], repeats: int) -> list[dict[str, Any]]:
    """Each size in a project of its own, beside the smaller ones."""
    import django

    django.setup()
    import logging

    import comparison_table_data as data
    from django.test import Client

    from annotation.models import Batch
    from feedback_platform.models import User

    logging.disable(logging.INFO)
    manager = User.objects.create(username="manager")
    client, runs = Client(headers={"host": "localhost"}), []
    client.force_login(manager)
    data.make_sentences()
    for size in sizes:
        slug = f"bench-{size}"
        project = data.make_project(slug, size, manager)
        note(f"{size:,} comparisons stored")
        worker = timed_worker()
        note(f"{size:,} comparisons looked at: {worker}")
        last = str(Batch.objects.get(project=project, name="last").pk)
        pages = {
            name: timed_pages(client, slug, query.replace("LAST", last), repeats)
            for name, query in PAGES.items()
        }
        runs.append({"comparisons": size, **worker, "pages": pages})
    return runs


def timed_worker() -> dict[str, float]:
    """Seconds of what the worker does behind an import."""
    from django.db import connection

    from quality.models import Watermark
    from quality.services.states import refresh_changed
    from quality.services.texts import index_texts

    def seconds_of(work: Any) -> float:
        started = time.perf_counter()
        while work():
            continue
        # After a long look the worker would pause.
        Watermark.objects.update(seconds=0)
        return round(time.perf_counter() - started, 3)

    look = seconds_of(lambda: refresh_changed() and False)
    settle = seconds_of(lambda: refresh_changed() and False)
    idle = seconds_of(refresh_changed)
    words = seconds_of(index_texts)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return {"look": look, "settle": settle, "idle": idle, "words": words}


def timed_pages(client: Any, slug: str, query: str, repeats: int) -> dict[str, float]:
    """The first page, the one behind it, and one behind the middle of the project."""
    address = f"/projects/{slug}/comparisons/?{query}"
    body, first = timed(client, address, repeats)
    following = re.search(r'rel="next" href="([^"]*)"', body)
    found = {"first": first, "rows": body.count('scope="row"')}
    if following:
        _, found["next"] = timed(client, unescape(following[1]), repeats)
    if following and "order" not in query:
        middle = re.sub(r"after=\d+", f"after={middle_of(slug)}", unescape(following[1]))
        _, found["middle"] = timed(client, middle, repeats)
    return found


def middle_of(slug: str) -> int:
    from annotation.models import Comparison

    rows = Comparison.objects.filter(project__slug=slug).order_by("pk")
    first, last = rows.first(), rows.last()
    assert first and last
    return (first.pk + last.pk) // 2


def timed(client: Any, address: str, repeats: int) -> tuple[str, float]:
    times = []
    for _ in range(repeats + 1):
        started = time.perf_counter()
        answer = client.get(address)
        times.append(1000 * (time.perf_counter() - started))
        assert answer.status_code == 200, answer.status_code
    # The first one warms up.
    return answer.content.decode(), round(statistics.median(times[1:]), 1)


def note(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def table(runs: list[dict[str, Any]]) -> str:
    lines = ["| page | " + " | ".join(f"{run['comparisons']:,}" for run in runs) + " | ratio |"]
    lines.append("|---" * (len(runs) + 2) + "|")
    for name in PAGES:
        times = [
            max(value for key, value in run["pages"][name].items() if key != "rows") for run in runs
        ]
        ratio = f"{times[-1] / times[0]:.2f}"
        lines.append(
            f"| {name} | " + " | ".join(f"{one:.0f} ms" for one in times) + f" | {ratio} |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    main()
