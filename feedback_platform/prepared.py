"""Statements that the database plans once per connection, for those that run thousands of times."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, cast

from django.db import connection, models
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.backends.utils import CursorWrapper


@contextmanager
def prepared_cursor() -> Iterator[CursorWrapper]:
    """A cursor that leaves the parameters to the server, which so can keep the plan.

    Django's own cursor writes them into the text, and every text is planned anew. After
    ``prepare_threshold`` runs (settings) psycopg prepares the statement. To be opened inside
    a transaction.
    """
    connection.ensure_connection()
    # Not the cursor of the stubs: psycopg's class with Django's adaptations.
    raw: Any = cast(Any, ServerBindingCursor)(connection.connection)
    wrap = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    with wrap(raw) as cursor:
        yield cursor


def model_from(
    model: Any, fields: Sequence["models.Field[Any, Any]"], values: Sequence[Any]
) -> Any:
    """A row of such a statement as its model; ``fields`` that are left out are deferred."""
    python = [
        field.from_db_value(value, None, connection) if hasattr(field, "from_db_value") else value
        for field, value in zip(fields, values, strict=True)
    ]
    return model.from_db(connection.alias, [field.attname for field in fields], python)
