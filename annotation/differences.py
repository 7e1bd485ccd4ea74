"""What changed between two texts, line by line and word by word."""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass

# Unchanged lines shown around a change.
AROUND = 2
# Texts beyond this are compared by line only: words would take seconds.
MAX_WORDS = 20_000
WORDS = re.compile(r"\s+|\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a difference: same, added, removed, or a gap of unchanged lines.

    ``parts`` are (text, whether it differs within a line that was changed).
    """

    kind: str
    parts: tuple[tuple[str, bool], ...] = ()
    n_hidden: int = 0


def differences(before: str, after: str) -> list[Line]:
    """The lines that were added and removed, with what stands around them."""
    old, new = before.splitlines(), after.splitlines()
    by_word = len(before) + len(after) <= MAX_WORDS
    lines: list[Line] = []
    for tag, i, j, k, m in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            lines += _context(old[i:j], is_first=i == 0, is_last=j == len(old))
        else:
            lines += _changed(old[i:j], new[k:m], by_word=by_word)
    return lines


def _context(same: list[str], *, is_first: bool, is_last: bool) -> Iterator[Line]:
    """Unchanged lines, those far from a change folded away."""
    head = 0 if is_first else AROUND
    tail = 0 if is_last else AROUND
    n_hidden = len(same) - head - tail
    if n_hidden <= 1:
        yield from (Line("same", ((text, False),)) for text in same)
        return
    yield from (Line("same", ((text, False),)) for text in same[:head])
    yield Line("gap", n_hidden=n_hidden)
    yield from (Line("same", ((text, False),)) for text in same[len(same) - tail :])


def _changed(old: list[str], new: list[str], *, by_word: bool) -> Iterator[Line]:
    if by_word and len(old) == len(new):
        for before, after in zip(old, new, strict=True):
            removed, added = _by_word(before, after)
            yield Line("removed", removed)
            yield Line("added", added)
        return
    yield from (Line("removed", ((text, False),)) for text in old)
    yield from (Line("added", ((text, False),)) for text in new)


def _by_word(before: str, after: str) -> tuple[tuple[tuple[str, bool], ...], ...]:
    old, new = WORDS.findall(before), WORDS.findall(after)
    removed, added = [], []
    for tag, i, j, k, m in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if i < j:
            removed.append(("".join(old[i:j]), tag != "equal"))
        if k < m:
            added.append(("".join(new[k:m]), tag != "equal"))
    return tuple(removed), tuple(added)
