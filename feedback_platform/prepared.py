"""Statements that the database plans once per connection, for those that run thousands of times."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
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
    raw = ServerBindingCursor(connection.connection)
    wrap = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    with wrap(raw) as cursor:
        yield cursor
