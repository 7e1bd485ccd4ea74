"""What can be wrong with a file, a row or a value, in words for the person who made it."""

import json
from dataclasses import dataclass
from typing import Any

RAW_CHARACTERS = 500


class BadFile(Exception):
    """The file as a whole cannot be read."""

    def __init__(self, reason: str, *, line: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


class BadValue(Exception):
    """One value of a row cannot be used; ``field`` is "row" when it is the row itself."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field} {reason}")
        self.field = field
        self.reason = reason


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that is not imported: where it is, what is wrong, and its start."""

    line: int
    field: str
    reason: str
    raw: str = ""

    def as_dict(self) -> dict[str, Any]:
        return {"line": self.line, "field": self.field, "reason": self.reason}


def shortened(raw: object) -> str:
    """The start of a row as text that PostgreSQL and JSON can hold."""
    if isinstance(raw, bytes):
        text = raw[: RAW_CHARACTERS * 4].decode("utf-8", errors="replace").rstrip("\r\n")
    elif isinstance(raw, str):
        text = raw
    else:
        text = json.dumps(raw, ensure_ascii=False, default=str)
    text = (
        text.encode("utf-8", errors="replace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}")
    )
    return text if len(text) <= RAW_CHARACTERS else text[:RAW_CHARACTERS] + "…"
