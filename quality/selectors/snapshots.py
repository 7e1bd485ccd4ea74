"""Reading everything as of one moment."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection, transaction


@contextmanager
def consistent_snapshot() -> Iterator[datetime]:
    """Read-only: every query of the block sees the database as of the moment yielded.

    It opens its own outermost transaction, and holds back no writer.
    """
    with transaction.atomic(durable=True):
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SELECT now()")
            (as_of,) = cursor.fetchone()
        yield as_of
