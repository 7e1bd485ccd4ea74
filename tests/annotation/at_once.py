"""Two people, or two clicks, in the same moment."""

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from django.db import connection, transaction

First = TypeVar("First")
Second = TypeVar("Second")

WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"


def at_once(
    first: Callable[[], First], second: Callable[[], Second]
) -> "tuple[First, Future[Second]]":
    """The second one starts, and finds nothing, while the first one is not committed."""
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            stored = first()
            other = pool.submit(_in_another_connection, second)
            _wait_until_somebody_waits()
        other.exception(timeout=10)
    return stored, other


def _in_another_connection(work: Callable[[], Second]) -> Second:
    try:
        return work()
    finally:
        connection.close()


def _wait_until_somebody_waits() -> None:
    with connection.cursor() as cursor:
        for _ in range(500):
            cursor.execute(WAITING)
            if cursor.fetchone()[0]:
                return
            time.sleep(0.01)
    raise AssertionError("nobody waits for a lock")
