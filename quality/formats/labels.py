"""What units, coders and values are called, and in which order."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from math import isfinite
from typing import Any

import numpy as np
from numpy.typing import NDArray

from feedback_platform.errors import BadInput


class Labels:
    """Labels in the order in which they first occur, and the line of that.

    Text is taken as it stands: "nan", "None" and "" are labels like any other. A number is
    named by its shortest text, so that 1, 1.0 and the text "1" are one label.
    """

    def __init__(self, what: str) -> None:
        self._what = what
        # Of other things than text the type belongs to the key: True == 1 == 1.0 in Python.
        self._codes: dict[Any, int] = {}
        self.labels: dict[str, int] = {}
        self.lines: list[int] = []
        # Those that were written as numbers, not as texts.
        self.of_numbers: set[str] = set()

    def code(self, raw: Any, line: int) -> int:
        key = raw if type(raw) is str else (type(raw), raw)
        try:
            return self._codes[key]
        except KeyError:
            pass
        except TypeError:
            raise _unusable(self._what, f"is a {type(raw).__name__}", line) from None
        label = _label(raw, self._what, line)
        if label not in self.labels:
            self.labels[label] = len(self.labels)
            self.lines.append(line)
        if isinstance(raw, int | float | Decimal) and not isinstance(raw, bool):
            self.of_numbers.add(label)
        self._codes[key] = self.labels[label]
        return self._codes[key]


def in_order(labels: Iterable[str]) -> tuple[str, ...]:
    """Numbers in their order where all are numbers, else texts in alphabetical order."""
    found = list(labels)
    numbers = [number_of(label) for label in found]
    if None in numbers:
        return tuple(sorted(found))
    return tuple(label for _, label in sorted(zip(numbers, found, strict=True)))


def scale_of(domain: tuple[str, ...]) -> NDArray[np.float64] | None:
    """The number of each value, or None where they are not all numbers."""
    numbers = [number_of(label) for label in domain]
    return None if None in numbers else np.array(numbers, dtype=np.float64)


def number_of(label: str) -> float | None:
    """The finite number a label stands for, or None. Python alone reads 1_0 as ten."""
    if "_" in label:
        return None
    try:
        number = float(label)
    except ValueError:
        return None
    return number if isfinite(number) else None


def is_text(text: str) -> bool:
    """Whether it can be written: half of a surrogate pair, which JSON may hold, is no character."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _label(raw: Any, what: str, line: int) -> str:
    """What a number, a text or a date is called."""
    if isinstance(raw, str):
        if not is_text(raw):
            raise _unusable(what, f"{raw[:40]!r} holds half a character", line)
        return raw
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, int):
        return str(raw)
    if isinstance(raw, float | Decimal):
        if not isfinite(raw):
            raise _unusable(what, f"is {raw}, which is no label", line)
        return str(int(raw)) if raw == int(raw) else repr(float(raw))
    if isinstance(raw, date):
        return raw.isoformat()
    raise _unusable(what, f"is a {type(raw).__name__}", line)


def _unusable(what: str, why: str, line: int) -> BadInput:
    remedy = ", or null where no value was given" if what == "value" else ""
    return BadInput(f"line {line:,}: the {what} {why}; write a text or a number{remedy}.")
