"""Reading single values, with a reason for every refusal."""

import json
import math
import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from annotation.formats.problems import BadValue

LABEL_CHARACTERS = 200
ANNOTATOR_CHARACTERS = 150
LARGEST_DURATION_S = 2_147_483
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
# An even number of backslashes before it would make this the six characters themselves.
ESCAPED_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")
ROLES = frozenset({"system", "user", "assistant", "tool"})


def text(value: object, field: str) -> str:
    """A string that PostgreSQL and JSON can hold; empty is allowed, missing is not."""
    if type(value) is not str:
        if value is None:
            raise BadValue(field, "is missing")
        raise BadValue(field, f"must be text, not {_kind(value)}")
    if "\0" in value:
        raise BadValue(field, "holds a NUL character; remove it")
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise BadValue(field, "holds half of a surrogate pair, which is no text") from None
    return value


def optional_text(value: object, field: str) -> str:
    return "" if value is None else text(value, field)


def label(value: object, field: str, *, longest: int = LABEL_CHARACTERS) -> str:
    """A short name or number used as a name; empty where there is none."""
    if value is None:
        return ""
    if type(value) is int:
        # str() of an enormous integer is refused by Python itself.
        value = "" if value.bit_length() > 700 else str(value)
        if not value:
            raise BadValue(field, f"is longer than {longest} characters")
    name = text(value, field).strip()
    if len(name) > longest:
        raise BadValue(field, f"is longer than {longest} characters")
    return name


def required_label(value: object, field: str, *, longest: int = LABEL_CHARACTERS) -> str:
    name = label(value, field, longest=longest)
    if not name:
        raise BadValue(field, "is missing")
    return name


def number(value: object, field: str, *, from_text: bool) -> float | None:
    """A finite number, or None where there is none; text is read where the file has no types."""
    if value is None or (from_text and value == ""):
        return None
    if from_text and isinstance(value, str):
        if not NUMBER.fullmatch(value.strip()):
            raise BadValue(field, f"must be a finite number, not {value[:40]!r}")
        value = float(value)
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise BadValue(field, f"must be a number, not {_kind(value)}")
    try:
        result = float(value)
    except OverflowError:
        raise BadValue(field, "is too large a number") from None
    if not math.isfinite(result):
        raise BadValue(field, "must be a finite number, not NaN or Infinity")
    return result


def not_negative(value: object, field: str, *, from_text: bool) -> float | None:
    result = number(value, field, from_text=from_text)
    if result is not None and result < 0:
        raise BadValue(field, f"must not be negative, but is {result:g}")
    return result


def truth(value: object, field: str, *, from_text: bool) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    if from_text and isinstance(value, str):
        known = {"": None, "true": True, "1": True, "false": False, "0": False}
        if value.strip().lower() in known:
            return known[value.strip().lower()]
    raise BadValue(field, "must be true or false")


def moment(value: object, field: str) -> datetime | None:
    """An ISO 8601 date and time; without a zone it is UTC."""
    if value is None or value == "":
        return None
    try:
        parsed = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
        if isinstance(value, datetime | str):
            return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise BadValue(field, "must be a date and time such as 2026-11-23T14:05:00Z")


def milliseconds(value: object, field: str, *, from_text: bool) -> int | None:
    seconds = not_negative(value, field, from_text=from_text)
    if seconds is None:
        return None
    if seconds > LARGEST_DURATION_S:
        raise BadValue(field, f"must be at most {LARGEST_DURATION_S:,} seconds")
    return round(seconds * 1000)


def messages(value: object, field: str) -> list[dict[str, str]]:
    """A conversation: a list of objects with a role and a text."""
    if not isinstance(value, list) or not value:
        raise BadValue(field, "must be a list of messages, each with a role and a content")
    return [_message(turn, f"{field}[{index}]") for index, turn in enumerate(value)]


def _message(turn: object, place: str) -> dict[str, str]:
    if not isinstance(turn, dict) or not {"role", "content"} <= turn.keys():
        raise BadValue(place, "must be an object with a role and a content")
    role = text(turn["role"], f"{place}.role")
    if role not in ROLES:
        raise BadValue(f"{place}.role", f"must be one of {', '.join(sorted(ROLES))}")
    return {"role": role, "content": text(turn["content"], f"{place}.content")}


def metadata(values: dict[str, Any]) -> dict[str, Any]:
    """The columns that nothing else reads, as what a JSON column can hold."""
    for name, value in values.items():
        text(name, "metadata")
        if type(value) is str:
            text(value, name)
        elif value is not None and type(value) is not bool:
            values[name] = _as_json(value, name)
    return values


def _as_json(value: object, field: str) -> Any:
    try:
        dumped = json.dumps(value, ensure_ascii=False, allow_nan=False, default=_plain)
        dumped.encode()
    except (ValueError, TypeError):
        raise BadValue(field, "holds a value that JSON cannot hold") from None
    if ESCAPED_NUL.search(dumped):
        raise BadValue(field, "holds a NUL character; remove it")
    return json.loads(dumped)


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"no JSON for {type(value).__name__}")


def _kind(value: object) -> str:
    names = {dict: "an object", list: "a list", bool: "true or false", str: "text"}
    return names.get(type(value), "a number" if isinstance(value, int | float) else "that")
