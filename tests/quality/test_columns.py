"""Reading query results as NumPy columns."""

import numpy as np
import pytest
from django.db.models import SmallIntegerField
from django.db.models.functions import Cast

from annotation.models import Comparison, Judgment
from quality.selectors.columns import copied_columns
from tests.factories import make_comparison, make_judgment, make_membership


def ignored(_):
    pass


@pytest.fixture
def judgments(project):
    members = [make_membership(project, name) for name in ("alice", "bob")]
    for preference in (-3, 0, 2):
        comparison = make_comparison(project)
        for member in members:
            make_judgment(comparison, member, preference, swapped=None)
    return Judgment.objects.filter(project=project).order_by("pk")


def test_columns_equal_what_the_orm_gives(judgments):
    rows = judgments.values_list("comparison_id", Cast("preference", SmallIntegerField()))

    columns = copied_columns(rows, {"comparison": ">i8", "preference": ">i2"}, noted=ignored)

    given = list(zip(columns["comparison"].tolist(), columns["preference"].tolist(), strict=True))
    assert given == list(rows)
    assert columns["comparison"].dtype == np.int64


def test_parameters_with_quotes_stay_values(project):
    make_comparison(project, external_id="it's 100 %s")

    rows = Comparison.objects.filter(external_id="it's 100 %s").values_list("pk", "project_id")
    columns = copied_columns(rows, {"key": ">i8", "project": ">i8"}, noted=ignored)

    assert columns["project"].tolist() == [project.pk]


def test_no_rows_are_empty_columns(project):
    rows = Comparison.objects.filter(project=project).values_list("pk")

    assert copied_columns(rows, {"key": ">i8"}, noted=ignored)["key"].tolist() == []


@pytest.mark.parametrize("kind", [">i2", ">i8"])
def test_a_null_or_another_type_is_refused(judgments, kind):
    with pytest.raises(ValueError, match="null or of another type"):
        copied_columns(judgments.values_list("active_ms"), {"active_ms": kind}, noted=ignored)


def test_progress_counts_rows(judgments, monkeypatch):
    monkeypatch.setattr("quality.selectors.columns.NOTE_EVERY", 2)
    heard = []

    copied_columns(judgments.values_list("pk"), {"key": ">i8"}, noted=heard.append)

    assert heard[:3] == [2, 4, 6]
