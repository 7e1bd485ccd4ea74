"""The models behind a row of the hand-out: one statement reserves and reads what is shown."""

from collections.abc import Sequence
from typing import Any

from django.db import connection, models

from annotation.models import Assignment, Comparison, Membership, RenderedComparison
from annotation.services.seats_sql import ASSIGNMENT_FIELDS, COMPARISON_FIELDS, RENDERED_FIELDS


def given_assignment(row: Sequence[Any], *, membership: Membership) -> Assignment:
    """The assignment with its annotator, its comparison's texts, and their HTML where there is one.

    Other fields of the comparison are read when somebody asks for them.
    """
    first, second = len(ASSIGNMENT_FIELDS), len(ASSIGNMENT_FIELDS) + len(COMPARISON_FIELDS)
    assignment = _made(Assignment, ASSIGNMENT_FIELDS, row[:first])
    comparison = _made(Comparison, COMPARISON_FIELDS, row[first:second])
    html = row[second:]
    rendered = None if html[0] is None else _made(RenderedComparison, RENDERED_FIELDS, html)
    Comparison._meta.get_field("rendered").set_cached_value(comparison, rendered)
    comparison.project = membership.project
    assignment.comparison = comparison
    assignment.annotator = membership
    return assignment


def _made(model: Any, fields: Sequence["models.Field[Any, Any]"], values: Sequence[Any]) -> Any:
    """The stored row as its model; ``fields`` that are left out are deferred."""
    python = [
        field.from_db_value(value, None, connection) if hasattr(field, "from_db_value") else value
        for field, value in zip(fields, values, strict=True)
    ]
    return model.from_db(connection.alias, [field.attname for field in fields], python)
