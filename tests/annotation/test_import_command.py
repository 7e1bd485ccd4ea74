"""What the import command adds, reports and leaves alone."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from annotation.models import Comparison, Judgment, Membership, Project, Seat

pytestmark = pytest.mark.django_db(transaction=True)
Importer = Callable[..., dict[str, Any]]


@pytest.fixture
def import_data(capsys: pytest.CaptureFixture[str]) -> Importer:
    """Run the command with ``--json``; its document and exit code."""

    def run(path: Path, *options: str, project: str = "imported") -> dict[str, Any]:
        code = 0
        try:
            call_command("import_data", str(path), "--project", project, "--json", *options)
        except SystemExit as end:
            code = int(end.code or 0)
        captured = capsys.readouterr()
        document = json.loads(captured.out) if captured.out else {}
        return {**document, "exit": code, "stderr": captured.err}

    return run


@pytest.mark.parametrize(
    ("name", "n_comparisons", "n_judgments", "n_annotators", "ties"),
    [
        ("pandalm", 999, 2997, 3, True),
        ("rankgen", 200, 609, 8, False),
        ("typing_comfort", 165, 4490, 61, False),
    ],
)
def test_a_real_file_is_imported_once(
    shared_data: Path,
    import_data: Importer,
    name: str,
    n_comparisons: int,
    n_judgments: int,
    n_annotators: int,
    ties: bool,
) -> None:
    path = shared_data / f"{name}_annotations.jsonl.gz"

    first = import_data(path, "--create")
    second = import_data(path)

    assert (first["comparisons"], first["judgments"]) == (n_comparisons, n_judgments)
    assert (first["duplicates"], first["rejected"]) == (0, [])
    assert (second["comparisons"], second["judgments"]) == (0, 0)
    assert second["duplicates"] == n_judgments
    project = Project.objects.get(slug="imported")
    assert project.offers_tie is ties
    assert Comparison.objects.filter(project=project).count() == n_comparisons
    assert Judgment.objects.filter(project=project).count() == n_judgments
    assert Membership.objects.filter(project=project, user=None).count() == n_annotators
    seats = Seat.objects.filter(project=project)
    assert set(seats.values_list("state", flat=True)) == {"filled"}
