"""Which response is shown on the left: random permuted blocks, drawn from a secret."""

import hashlib
import random
from collections.abc import Sequence

BLOCK = 10


def swapped_at(seed: bytes, count: int) -> bool:
    """Whether response B goes to the left in an annotator's hand-out number ``count`` (from 0).

    Each block of ten has five of either kind, in an order that only the holder of ``seed`` can
    foresee; the same seed and count always give the same side.
    """
    block, place = divmod(count, BLOCK)
    return _block(seed, block)[place]


def _block(seed: bytes, number: int) -> Sequence[bool]:
    digest = hashlib.sha256(seed + number.to_bytes(8, "big")).digest()
    sides = [True] * (BLOCK // 2) + [False] * (BLOCK // 2)
    random.Random(digest).shuffle(sides)
    return sides


def in_own_order(shown_preference: int, *, swapped: bool) -> int:
    """A preference as read on the screen (negative: left is better), in the comparison's order.

    The reverse is the same operation.
    """
    return -shown_preference if swapped else shown_preference


def response_on(side: str, *, swapped: bool) -> str:
    """Which response, a or b, was on the left or on the right."""
    return "a" if (side == "left") != swapped else "b"


def shown_side(response: str, *, swapped: bool) -> str:
    """The side, left or right, on which response a or b was."""
    return "left" if (response == "a") != swapped else "right"
