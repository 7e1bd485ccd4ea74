"""Reports and datasets of a project are the same with and without its checks."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from annotation.models import Gold, Judgment, Project, Purpose
from tests.annotation.known import judge_next, make_known
from tests.factories import make_comparison, make_judgment, make_membership, make_project
from tests.quality.stored import build

pytestmark = pytest.mark.django_db(transaction=True)

# Different from build to build: the number, the moment, the seed from it, and what the seed draws.
VARIES = {"report", "as_of", "seed", "low", "high"}
# What reports say of the checks themselves, as of nothing else.
OF_CHECKS = {
    "gold",
    "gold_p",
    "gold_accuracy",
    "attention",
    "attention_accuracy",
    "self_consistency",
    "self_p",
}
KINDS_OF_CHECKS = {"low_gold", "inconsistent"}
LEFT_OUT = VARIES | OF_CHECKS


def without_what_varies(document: Any) -> Any:
    if isinstance(document, dict):
        # The starts of MACE are drawn, and with them the steps it takes.
        left_out = LEFT_OUT | ({"n_iter"} if document.get("name") == "mace" else set())
        return {k: without_what_varies(v) for k, v in document.items() if k not in left_out}
    if isinstance(document, list):
        return [without_what_varies(one) for one in document if not is_of_checks(one)]
    return document


def is_of_checks(document: Any) -> bool:
    """How many annotators were tested by their answers to checks."""
    return isinstance(document, dict) and document.get("kind") in KINDS_OF_CHECKS


def report_of(project: Project) -> Any:
    out = StringIO()
    call_command("build_report", project.slug, "--json", stdout=out, stderr=StringIO())
    return without_what_varies(json.loads(out.getvalue()))


def files_of(project: Project, folder: Path) -> dict[str, bytes]:
    """The data of a dataset version; card and manifest name the version."""
    build(project, folder, "--seed", "4")
    paths = [path for path in folder.rglob("*") if path.is_file()]
    named = {str(path.relative_to(folder)): path for path in paths}
    return {
        name: path.read_bytes()
        for name, path in named.items()
        if name not in {"README.md", "manifest.json"}
    }


def judged_project() -> Project:
    project = make_project(overlap=1)
    people = [make_membership(project, name) for name in ("alice", "bob", "chris")]
    for number in range(30):
        comparison = make_comparison(project)
        for place, person in enumerate(people):
            make_judgment(comparison, person, -1 if (number + place) % 5 else 2)
    return project


def add_checks(project: Project) -> None:
    """A qualification through the hand-out, gold with and without work on it, a second look."""
    Project.objects.filter(pk=project.pk).update(requires_qualification=True)
    make_known(project, 3, use="qualification")
    newcomer = make_membership(Project.objects.get(pk=project.pk), "newcomer")
    judge_next(newcomer, 3)
    work = Judgment.objects.filter(annotator__name="alice").earliest("pk")
    Gold.objects.create(comparison=work.comparison, accepted=["b"])
    for comparison in [*make_known(project, 2), work.comparison]:
        make_judgment(comparison, newcomer, 3, purpose=Purpose.GOLD)
    (check,) = make_known(project, use="attention")
    make_judgment(check, work.annotator, 0, purpose=Purpose.ATTENTION)
    make_judgment(work.comparison, work.annotator, 3, occasion=2, purpose=Purpose.RESHOW)


def test_reports_and_datasets_are_the_same_with_and_without_checks(tmp_path: Path) -> None:
    project = judged_project()
    # The version first: a report looks into the newest one.
    files = files_of(project, tmp_path / "before")
    report = report_of(project)

    add_checks(project)

    assert Judgment.objects.exclude(purpose="work").count() == 8
    assert report_of(project) == report
    assert files_of(project, tmp_path / "after") == files
