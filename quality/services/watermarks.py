"""How far a reader of growing tables has come, without missing rows that were committed late."""

from dataclasses import dataclass
from datetime import timedelta

from django.db import connection
from django.utils import timezone

from quality.models import Watermark
from quality.services.states_sql import HEADS, SOURCES

# Long looks take at most this share of the time, however much comes in.
SHARE_OF_TIME = 0.25
LONG_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Heads:
    """Where the tables end at one moment, and which transactions may still add rows below."""

    keys: dict[str, int]
    arrangements: list[int]
    oldest: int
    next: int


def locked_watermark(name: str) -> Watermark | None:
    """The watermark, locked for this transaction; None while another worker has it; one query."""
    rows = Watermark.objects.filter(name=name)
    mark = rows.select_for_update(skip_locked=True).first()
    if mark is None and not rows.exists():
        Watermark.objects.bulk_create([Watermark(name=name)], ignore_conflicts=True)
        mark = rows.select_for_update(skip_locked=True).first()
    return mark


def is_due(mark: Watermark) -> bool:
    """Whether the last look is long enough ago, given how long it took."""
    if mark.read_at is None or mark.seconds < LONG_SECONDS:
        return True
    return mark.read_at + timedelta(seconds=mark.seconds / SHARE_OF_TIME) <= timezone.now()


def heads_now(mark: Watermark) -> Heads:
    """Where the tables end; one query, by their primary keys."""
    since = mark.read_at or timezone.now() - timedelta(days=1)
    with connection.cursor() as cursor:
        cursor.execute(HEADS, {"since": since})
        keys, arrangements, oldest, following = cursor.fetchone()
    return Heads(dict(zip(SOURCES, keys, strict=True)), arrangements, oldest, following)


def advance(mark: Watermark, heads: Heads, *, seconds: float) -> None:
    """Note that everything up to ``heads`` was read that had been committed by then."""
    if heads.oldest >= mark.transaction:
        # Whoever could still have added a row below the earlier look has ended, and was read now.
        mark.settled = {name: mark.read.get(name, 0) for name in SOURCES}
    mark.read = {**heads.keys, "arrangements": heads.arrangements}
    mark.transaction = heads.next
    mark.read_at, mark.seconds = timezone.now(), seconds
    mark.save(update_fields=["settled", "read", "transaction", "read_at", "seconds"])
