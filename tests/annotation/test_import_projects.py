"""Which project a file is imported into, and what becomes of it."""

from pathlib import Path
from typing import Any

import pytest

from annotation.models import Membership, Project
from feedback_platform.models import User
from tests.annotation.importing import json_lines, row, run_import
from tests.factories import make_comparison

pytestmark = pytest.mark.django_db(transaction=True)


class Importer:
    """Writes rows to a file and imports it."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self._folder = folder
        self._capsys = capsys

    def __call__(self, *rows: dict[str, Any], options: tuple[str, ...] = ()) -> dict[str, Any]:
        path = self._folder / "f.jsonl"
        path.write_bytes(json_lines(*rows))
        return self.file(path, *options)

    def file(self, path: Path, *options: str) -> dict[str, Any]:
        return run_import(self._capsys, path, "--create", *options)


@pytest.fixture
def import_rows(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Importer:
    return Importer(tmp_path, capsys)


def imported() -> Project:
    return Project.objects.get(slug="imported")


@pytest.mark.parametrize(
    ("choice", "options", "offers_tie"),
    [("a", (), False), ("tie", (), True), ("a", ("--ties",), True)],
    ids=["no tie occurs", "a tie occurs", "ties were offered"],
)
def test_a_project_made_for_a_file_offers_what_the_file_offered(
    import_rows: Importer, choice: str, options: tuple[str, ...], offers_tie: bool
) -> None:
    import_rows(row(choice=choice), row(item_id="q2", choice="both_bad"), options=options)

    project = imported()
    assert project.offers_tie is offers_tie
    assert (project.offers_both_bad, project.offers_both_good) == (True, False)
    assert project.scale == Project.Scale.TWO_WAY


def test_a_project_that_was_there_only_gains_answers(
    import_rows: Importer, project: Project
) -> None:
    Project.objects.filter(pk=project.pk).update(slug="imported", offers_tie=False)

    import_rows(row(choice="tie"))

    assert imported().offers_tie is True
    assert imported().offers_both_good is True
    assert imported().scale == project.scale


def test_a_file_cannot_judge_for_somebody_who_logs_in(
    import_rows: Importer, project: Project, alice: User
) -> None:
    Project.objects.filter(pk=project.pk).update(slug="imported")

    answer = import_rows(row(annotator="alice"))

    assert answer["exit"] == 2
    assert "logs in" in answer["rejected"][0]["reason"]


def test_comparisons_of_other_projects_do_not_count(
    import_rows: Importer, project: Project
) -> None:
    make_comparison(project, external_id="q1", prompt="Something else?")

    answer = import_rows(row())

    assert (answer["exit"], answer["comparisons"]) == (0, 1)


def test_superusers_manage_a_project_made_by_the_command(import_rows: Importer) -> None:
    User.objects.create_superuser("root", password="correct horse battery")

    import_rows(row())

    membership = Membership.objects.get(user__username="root")
    assert (membership.project.slug, membership.role) == ("imported", "manager")
