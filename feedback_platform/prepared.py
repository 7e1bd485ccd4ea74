"""Statements that the database plans once per connection, for those that run thousands of times."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any, Self, cast

import psycopg
from django.db import connection, models, transaction
from django.db.backends.utils import CursorWrapper


class _PreparedCursor(psycopg.Cursor[Any]):
    """Prepares a statement when it is first run, not after psycopg's usual five runs."""

    def execute(
        self,
        query: Any,
        params: Any = None,
        *,
        prepare: bool | None = True,
        binary: bool | None = None,
    ) -> Self:
        return super().execute(query, params, prepare=prepare, binary=binary)


@contextmanager
def prepared_cursor() -> Iterator[CursorWrapper]:
    """A cursor that leaves the parameters to the server, which so can keep the plan.

    Django's own cursor writes them into the text, and every text is planned anew. Outside of a
    transaction each statement is one by itself, which saves opening and closing it.
    """
    connection.ensure_connection()
    raw: Any = _PreparedCursor(cast(Any, connection.connection))
    wrap = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    with wrap(raw) as cursor:
        yield cursor


def as_one_statement() -> AbstractContextManager[None]:
    """Around a statement that may fail: a savepoint where somebody has opened a transaction."""
    return transaction.atomic() if connection.in_atomic_block else nullcontext()


def model_from(
    model: Any, fields: Sequence["models.Field[Any, Any]"], values: Sequence[Any]
) -> Any:
    """A row of such a statement as its model; ``fields`` that are left out are deferred."""
    python = [
        field.from_db_value(value, None, connection) if hasattr(field, "from_db_value") else value
        for field, value in zip(fields, values, strict=True)
    ]
    return model.from_db(connection.alias, [field.attname for field in fields], python)
