"""Rows from JSON lines and from a JSON array, read element by element."""

import codecs
import json
import re
from collections.abc import Iterator
from typing import Any

from annotation.formats.limits import Limits
from annotation.formats.opening import Source
from annotation.formats.problems import BadFile, BadRow, BadValue, shortened
from annotation.formats.rows import RawRow

# A string that is not closed yet runs to the end.
BRACKETS = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?|([\[{])|([\]}])', re.DOTALL)
# The byte order mark counts as space at the start of a file.
SPACE = re.compile("[ \t\r\n\ufeff]*")


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise BadValue(twice[:100], "occurs twice in one object")
    return values


DECODER = json.JSONDecoder(object_pairs_hook=_unique)


def decoded(raw: bytes, limits: Limits) -> dict[str, Any]:
    """One JSON object, strictly read.

    Raises:
        BadValue: it is no UTF-8, no JSON, no object, too deep or too wide, or names a field
            twice.
    """
    try:
        content = raw.decode()
    except UnicodeDecodeError as error:
        raise BadValue("row", f"is not UTF-8 text (byte {error.start + 1} of the line)") from None
    _check_depth(content, limits)
    try:
        value = DECODER.decode(content)
    except json.JSONDecodeError as error:
        raise BadValue("row", f"is not valid JSON: {error.msg} at column {error.colno}") from None
    except RecursionError:
        raise _too_deep(limits) from None
    except ValueError:
        raise BadValue("row", "holds a number with too many digits") from None
    return _checked_object(value, limits)


def json_lines(source: Source) -> Iterator[RawRow | BadRow]:
    """One object per line; blank lines are passed over."""
    limits = source.limits
    for number, line in source.lines():
        if line is None:
            reason = f"is longer than {limits.line_bytes:,} bytes (IMPORT_MAX_LINE_BYTES)"
            yield BadRow(number, "row", reason)
        elif line.strip():
            try:
                yield RawRow(number, decoded(line, limits), line)
            except BadValue as problem:
                yield BadRow(number, problem.field, problem.reason, shortened(line))


def json_array(source: Source) -> Iterator[RawRow | BadRow]:
    """The elements of one array, numbered from 1 in place of lines.

    An element that is no JSON ends the file: what follows it has no sure beginning.
    """
    elements = _Elements(source)
    number = 0
    while (found := elements.next(number + 1)) is not None:
        number += 1
        value, raw = found
        if isinstance(value, BadValue):
            yield BadRow(number, value.field, value.reason, shortened(raw))
            continue
        try:
            yield RawRow(number, _checked_object(value, source.limits), raw)
        except BadValue as problem:
            yield BadRow(number, problem.field, problem.reason, shortened(raw))


class _Elements:
    """A window over an array that holds little more than one element and one piece."""

    def __init__(self, source: Source) -> None:
        self._limits = source.limits
        self._pieces = source.pieces()
        # Bytes that are no UTF-8 are kept aside as surrogates: only their element is refused.
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="surrogateescape")
        self._window = ""
        self._at = 0
        self._at_end = False

    def next(self, number: int) -> tuple[Any, str] | None:
        """The next value (or the reason it is refused) and its text; None after the last."""
        mark = self._next_mark(number)
        if number == 1 or mark == ",":
            self._at += 1
            mark = self._next_mark(number)
            if mark == "]" and number > 1:
                raise BadFile("the array ends with a comma", line=number)
        elif mark != "]":
            raise BadFile(f"element {number - 1:,} is not followed by a comma", line=number)
        if mark == "]":
            self._check_rest(number)
            return None
        return self._element(number)

    def _element(self, number: int) -> tuple[Any, str]:
        while True:
            try:
                _check_depth(self._window, self._limits, self._at)
                value, end = DECODER.raw_decode(self._window, self._at)
                text = self._window[self._at : end]
                self._at = end
                return self._verdict(value, text), text
            except json.JSONDecodeError as error:
                reason = f"is cut off or not valid JSON: {error.msg}"
                if self._at_end:
                    raise BadFile(f"element {number:,} {reason}", line=number) from None
            except RecursionError:
                raise _refused(number, _too_deep(self._limits)) from None
            except BadValue as problem:
                raise _refused(number, problem) from None
            except ValueError:
                long_number = BadValue("row", "holds a number with too many digits")
                raise _refused(number, long_number) from None
            held = len(self._window) - self._at
            if held > self._limits.line_bytes:
                limit = f"{self._limits.line_bytes:,} bytes (IMPORT_MAX_LINE_BYTES)"
                reason = f"element {number:,} is not valid JSON or longer than {limit}"
                raise BadFile(reason, line=number)
            # Twice as much each time: trying again costs no more than the reading.
            self._fill(held * 2)

    def _verdict(self, value: Any, text: str) -> Any:
        try:
            size = len(text.encode())
        except UnicodeEncodeError:
            return BadValue("row", "is not UTF-8 text")
        if size > self._limits.line_bytes:
            limit = f"{self._limits.line_bytes:,} bytes (IMPORT_MAX_LINE_BYTES)"
            return BadValue("row", f"is longer than {limit}")
        return value

    def _fill(self, wanted: int) -> None:
        """Drop what was read and hold at least ``wanted`` characters, unless the file ends."""
        held = [self._window[self._at :]]
        size = len(held[0])
        while size <= wanted and not self._at_end:
            piece = next(self._pieces, b"")
            self._at_end = not piece
            held.append(self._decoder.decode(piece, final=self._at_end))
            size += len(held[-1])
        self._window = "".join(held)
        self._at = 0

    def _next_mark(self, number: int) -> str:
        """The next character that is no white space."""
        while True:
            start = SPACE.match(self._window, self._at)
            self._at = start.end() if start else self._at
            if self._at < len(self._window):
                return self._window[self._at]
            if self._at_end:
                raise BadFile(f"the array is cut off after element {number - 1:,}", line=number)
            self._fill(0)

    def _check_rest(self, number: int) -> None:
        self._at += 1
        try:
            self._next_mark(number)
        except BadFile:
            return
        raise BadFile("something follows the end of the array", line=number)


def _refused(number: int, problem: BadValue) -> BadFile:
    return BadFile(f"element {number:,}: {problem.field} {problem.reason}", line=number)


def _check_depth(content: str, limits: Limits, start: int = 0) -> None:
    """Refuse a value that nests too deep, before the decoder recurses into it."""
    if content.count("[", start) + content.count("{", start) <= limits.depth:
        return
    depth = 0
    for match in BRACKETS.finditer(content, start):
        if match.group(1):
            depth += 1
            if depth > limits.depth:
                raise _too_deep(limits)
        elif match.group(2):
            depth -= 1
            if depth <= 0:
                return


def _too_deep(limits: Limits) -> BadValue:
    return BadValue("row", f"is nested more than {limits.depth} levels deep (IMPORT_MAX_NESTING)")


def _checked_object(value: object, limits: Limits) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise BadValue("row", "must be a JSON object with named fields")
    if len(value) > limits.fields:
        raise BadValue(
            "row", f"has {len(value)} fields; {limits.fields} at most (IMPORT_MAX_FIELDS)"
        )
    return value
