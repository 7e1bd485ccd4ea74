"""Which hand-outs are checks and which judgments are audited: seeded draws from a secret.

Only the holder of the secret can foresee a draw; the same secret and number always give the same.
"""

import hashlib
from collections.abc import Mapping

# Places tried before a block counts as full; a free half is missed once in 2 ** 64 times.
MAX_TRIES = 64


def check_at(secret: bytes, count: int, rates: Mapping[str, float]) -> str:
    """The kind of check that an annotator's hand-out ``count`` (from 0) is; empty for work.

    ``rates`` names each kind with its share of the hand-outs, from 0 to 0.5; the first names go
    first. Each block of ``block_of(rate)`` hand-outs has exactly one check of a kind, at a place
    that no earlier kind has taken; none where the earlier ones have taken all.
    """
    drawn: dict[str, int] = {}
    for kind, rate in rates.items():
        if rate <= 0:
            continue
        if _place(secret, kind, count // block_of(rate), drawn, block_of(rate)) == count:
            return kind
        drawn[kind] = block_of(rate)
    return ""


def block_of(rate: float) -> int:
    """Hand-outs among which one is a check, at a rate above 0."""
    return max(round(1 / rate), 1)


def is_drawn(secret: bytes, name: str, share: float) -> bool:
    """Whether something of this name belongs to a random share of all such things."""
    return _number(secret, name) < share * 2**64


def order_of(secret: bytes, name: str) -> bytes:
    """A key that sorts things into an order which nobody else can foresee."""
    return hashlib.sha256(secret + name.encode()).digest()


def _place(
    secret: bytes, kind: str, block: int, earlier: Mapping[str, int], size: int
) -> int | None:
    """The hand-out of a block that is of this kind; None where earlier kinds have them all."""
    for attempt in range(MAX_TRIES):
        place = block * size + _number(secret, f"{kind}/{block}/{attempt}") % size
        if not _is_taken(secret, place, earlier):
            return place
    return None


def _is_taken(secret: bytes, place: int, kinds: Mapping[str, int]) -> bool:
    earlier: dict[str, int] = {}
    for kind, size in kinds.items():
        if _place(secret, kind, place // size, earlier, size) == place:
            return True
        earlier[kind] = size
    return False


def _number(secret: bytes, name: str) -> int:
    """A number below 2 ** 64."""
    return int.from_bytes(order_of(secret, name)[:8], "big")
