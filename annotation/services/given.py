"""The models behind a row of the hand-out: one statement reserves and reads what is shown."""

from collections.abc import Sequence
from typing import Any

from annotation.models import Assignment, Comparison, Membership, RenderedComparison
from annotation.services.seats_sql import ASSIGNMENT_FIELDS, COMPARISON_FIELDS, RENDERED_FIELDS
from feedback_platform.prepared import model_from


def given_assignment(row: Sequence[Any], *, membership: Membership) -> Assignment:
    """The assignment with its annotator, its comparison's texts, and their HTML where there is one.

    Other fields of the comparison are read when somebody asks for them.
    """
    first, second = len(ASSIGNMENT_FIELDS), len(ASSIGNMENT_FIELDS) + len(COMPARISON_FIELDS)
    assignment: Assignment = model_from(Assignment, ASSIGNMENT_FIELDS, row[:first])
    comparison = model_from(Comparison, COMPARISON_FIELDS, row[first:second])
    html = row[second:]
    rendered = None if html[0] is None else model_from(RenderedComparison, RENDERED_FIELDS, html)
    Comparison._meta.get_field("rendered").set_cached_value(comparison, rendered)
    comparison.project = membership.project
    assignment.comparison = comparison
    assignment.annotator = membership
    return assignment
