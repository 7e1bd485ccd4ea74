"""Real judgments of a file as stored rows, and dataset versions built from them."""

import gzip
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.management import call_command

from annotation.content import prompt_group
from annotation.models import Comparison, Judgment, Membership, Project, Seat
from tests import factories

NAMES = ("preference", "unpaired", "comparisons", "judgments")


def read_lines(path: Path) -> list[dict[str, Any]]:
    """A JSONL file, plain or gzip."""
    raw = path.read_bytes()
    text = gzip.decompress(raw) if path.suffix == ".gz" else raw
    return [json.loads(line) for line in text.decode().splitlines()]


def store(rows: Iterable[dict[str, Any]], *, slug: str = "real") -> Project:
    """A project with the judgments of such a file, in a few statements."""
    rows = list(rows)
    project = factories.make_project(slug=slug)
    add(project, rows)
    return project


def add(project: Project, rows: Iterable[dict[str, Any]]) -> None:
    """Add judgments; those known by item and annotator become later occasions."""
    rows = list(rows)
    people = {m.name: m for m in Membership.objects.filter(project=project)}
    for name in sorted({row["annotator"] for row in rows} - set(people)):
        people[name] = factories.make_membership(project, name)

    known = {c.external_id: c for c in Comparison.objects.filter(project=project)}
    fresh = {}
    for row in rows:
        if row["item_id"] not in known:
            fresh[row["item_id"]] = _comparison(project, row)
    Comparison.objects.bulk_create(fresh.values())
    known |= fresh

    highest = max((row.get("strength", 0) for row in rows), default=0)
    occasions: dict[tuple[str, str], int] = {}
    judgments = []
    for number, row in enumerate(rows):
        place = (row["item_id"], row["annotator"])
        occasions[place] = occasions.get(place, 0) + 1
        seat = Seat(
            project=project,
            comparison=known[row["item_id"]],
            turn=0,
            position=number,
            state=Seat.State.FILLED,
        )
        judgments.append(
            Judgment(
                project=project,
                comparison=known[row["item_id"]],
                annotator=people[row["annotator"]],
                seat=seat,
                occasion=occasions[place],
                outcome=row.get("outcome", "preference"),
                preference=preference_of(row, highest),
                raw_strength=row.get("strength"),
            )
        )
    Seat.objects.bulk_create(judgment.seat for judgment in judgments)
    Judgment.objects.bulk_create(judgments)


def preference_of(row: dict[str, Any], highest: float) -> int | None:
    """Choice and strength of a file as a signed preference."""
    if "outcome" in row:
        return None
    if row["choice"] == "tie":
        return 0
    # ceil(3 x strength / highest) in integers would need a common scale; -(-x // 1) is ceil.
    size = max(1, int(-(-3 * row["strength"] / highest // 1))) if "strength" in row else 1
    return -size if row["choice"] == "a" else size


def build(project: Project, out: Path, *options: str) -> dict[str, Any]:
    """Run build_dataset into a folder; returns its JSON document."""
    with out.with_suffix(".json").open("w") as answer:
        call_command(
            "build_dataset", project.slug, "--json", "--out", str(out), *options, stdout=answer
        )
    return json.loads(out.with_suffix(".json").read_text())


def _comparison(project: Project, row: dict[str, Any]) -> Comparison:
    return Comparison(
        project=project,
        external_id=row["item_id"],
        prompt=row["prompt"],
        response_a=row["response_a"],
        response_b=row["response_b"],
        group=row.get("group", ""),
        content_hash="0" * 64,
        prompt_group=prompt_group(row["prompt"]),
    )
