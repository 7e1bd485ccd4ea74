"""Dataset versions follow what reviewers decided."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from annotation.majority import Decision
from annotation.models import Comparison, Project
from annotation.services.adjudication import decide, mark_ambiguous, take_back
from feedback_platform.models import User
from quality.curation.recipe import Recipe
from quality.models import DatasetVersion
from quality.services.datasets import build_dataset, create_dataset
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)

N_COMPARISONS = 12


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, settings: Any) -> None:
    settings.VAR_DIR = tmp_path


@pytest.fixture
def judged() -> Project:
    """Twelve comparisons with three judgments each, all of them for response A."""
    project = factories.make_project()
    people = [factories.make_membership(project, f"p{n}") for n in range(3)]
    for _ in range(N_COMPARISONS):
        comparison = factories.make_comparison(project)
        for person in people:
            factories.make_judgment(comparison, person, -1)
    return project


@pytest.fixture
def reviewer(judged: Project) -> User:
    return factories.make_user("rita", project=judged, role="reviewer")


def built(project: Project, **options: Any) -> DatasetVersion:
    recipe = Recipe(holdout_annotators=Decimal(0), split_by="comparison", **options)
    version = create_dataset(project=project, recipe=recipe)
    build_dataset(version_id=version.pk, fence=version.fence)
    version.refresh_from_db()
    return version


def rows_of(version: DatasetVersion, kind: str) -> dict[str, dict[str, Any]]:
    lines = [
        line
        for path in sorted((version.folder / kind).glob("*.jsonl"))
        for line in path.read_text().splitlines()
    ]
    return {row["comparison_id"]: row for row in map(json.loads, lines)}


def first_of(project: Project) -> Comparison:
    return Comparison.objects.select_related("project").filter(project=project).order_by("pk")[0]


def test_the_response_that_a_reviewer_chose_is_chosen(judged: Project, reviewer: User) -> None:
    comparison = first_of(judged)
    decide(
        comparison=comparison,
        decision=Decision("preference", 2),
        reason="B answers the question.",
        person=reviewer,
    )

    version = built(judged)

    row = rows_of(version, "preference")[comparison.external_id]
    assert row["chosen"] == comparison.response_b
    assert (row["probability"], row["agreement"], row["margin"]) == (0.0, 0.0, 0.0)
    assert json.loads(row["metadata"])["adjudicated"] is True
    assert version.manifest is not None
    assert version.manifest["adjudicated"] == 1


def test_a_decision_for_neither_drops_the_comparison_with_its_reason(
    judged: Project, reviewer: User
) -> None:
    reasons = {
        Decision("preference", 0): "tie_wins",
        Decision("both_good"): "tie_wins",
        Decision("both_bad"): "both_bad_wins",
        Decision("cannot_judge"): "cannot_judge_wins",
    }
    comparisons = list(judged.comparisons.select_related("project").order_by("pk"))
    expected = {}
    for comparison, (decision, reason) in zip(comparisons, reasons.items(), strict=False):
        decide(comparison=comparison, decision=decision, reason="So it is.", person=reviewer)
        expected[comparison.external_id] = reason
    mark_ambiguous(comparison=comparisons[-1], reason="Which city?", person=reviewer)
    expected[comparisons[-1].external_id] = "ambiguous_prompt"

    rows = rows_of(built(judged), "comparisons")

    assert {key: row["drop_reason"] for key, row in rows.items() if row["drop_reason"]} == expected


def test_without_the_option_and_after_taking_back_the_files_are_those_without_a_decision(
    judged: Project, reviewer: User
) -> None:
    before = built(judged)
    decision = mark_ambiguous(comparison=first_of(judged), reason="Which city?", person=reviewer)
    ignored = built(judged, adjudications=False)
    take_back(adjudication=decision, person=reviewer)
    after = built(judged)

    for kind in ("preference", "comparisons", "unpaired", "judgments"):
        for path in (before.folder / kind).iterdir():
            content = path.read_bytes()
            assert (ignored.folder / kind / path.name).read_bytes() == content
            assert (after.folder / kind / path.name).read_bytes() == content


def test_a_choice_without_usable_judgments_makes_no_row(judged: Project, reviewer: User) -> None:
    comparison = factories.make_comparison(judged)
    decide(
        comparison=comparison,
        decision=Decision("preference", -1),
        reason="A is right.",
        person=reviewer,
    )

    version = built(judged)

    row = rows_of(version, "comparisons")[comparison.external_id]
    assert row["drop_reason"] == "too_few_judgments"
    assert version.manifest is not None
    assert version.manifest["adjudicated"] == 0
