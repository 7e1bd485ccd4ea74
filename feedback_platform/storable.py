"""Values that cannot be stored, or cannot be sent back in an answer."""

import math
import re
from typing import Any

from feedback_platform.errors import BadInput

MAX_NESTING = 50
# NUL, and halves of a pair: neither is text in PostgreSQL, and no half can be written as UTF-8.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def check_storable(value: Any) -> None:
    """Look at a text, or at everything in a JSON document, its keys included.

    Raises:
        BadInput: something in it cannot be stored.
    """
    waiting = [(value, 0)]
    while waiting:
        one, depth = waiting.pop()
        if depth > MAX_NESTING:
            raise BadInput(f"This is nested deeper than {MAX_NESTING} levels.")
        if isinstance(one, str) and _UNSTORABLE.search(one):
            raise BadInput("This text has a character that no text may have: NUL, or half a pair.")
        if isinstance(one, float) and not math.isfinite(one):
            raise BadInput("A number is too large.")
        if isinstance(one, dict):
            waiting += [(inner, depth + 1) for item in one.items() for inner in item]
        elif isinstance(one, list):
            waiting += [(inner, depth + 1) for inner in one]
