"""Indexing the words of comparisons for the search, behind the imports that bring them."""

import time

from django.db import connection, transaction

from quality.services.states_sql import INDEX_TEXTS
from quality.services.watermarks import advance, heads_now, locked_watermark

TEXTS = "texts"
# Comparisons of one transaction, and seconds of one call.
CHUNK = 1_000
BUDGET_SECONDS = 20.0
# Of each text; what is further on is not found.
LONGEST_TEXT = 100_000


def index_texts() -> int:
    """Make new comparisons findable by their words; returns how many.

    Costs two queries when there is none. It works in short transactions and stops when its time
    is up; the next call goes on from there.
    """
    deadline = time.monotonic() + BUDGET_SECONDS
    n_indexed, after = 0, 0
    while time.monotonic() < deadline:
        with transaction.atomic():
            mark = locked_watermark(TEXTS)
            if mark is None:
                break
            heads = heads_now(mark)
            settled = mark.settled.get("comparison", 0)
            if heads.keys["comparison"] == settled:
                break
            n_found, last = _index(after=max(after, settled))
            n_indexed += n_found
            if n_found < CHUNK:
                # After a longer run the next call looks at all of it once more.
                if not after:
                    advance(mark, heads, seconds=0)
                break
            after = last
    return n_indexed


def _index(*, after: int) -> tuple[int, int]:
    """How many comparisons behind a key were indexed, and the last of them."""
    parameters = {"after": after, "limit": CHUNK, "longest": LONGEST_TEXT}
    with connection.cursor() as cursor:
        cursor.execute(INDEX_TEXTS, parameters)
        n_found, last = cursor.fetchone()
    return int(n_found), int(last or 0)
