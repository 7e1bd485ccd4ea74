"""Reading the prompts of another dataset, a row at a time."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from annotation.content import Messages
from annotation.formats import values
from annotation.formats.limits import Limits
from annotation.formats.opening import UTF8_MARK, Source
from annotation.formats.problems import BadFile, BadRow, BadValue, shortened
from annotation.formats.reading import container_of, raw_rows
from annotation.formats.rows import RawRow

TEXT_ENDINGS = {"txt", "text"}
# Where fine-tuning data keep their prompts, in the order of precedence.
COLUMNS = ("prompt", "messages", "conversations", "instruction", "question", "query", "input")
# ShareGPT's names of the speakers.
SPEAKERS = {"human": "user", "user": "user", "gpt": "assistant", "assistant": "assistant"}
SPEAKERS |= {"chatgpt": "assistant", "system": "system"}


class PromptReader:
    """A file of prompts: plain text with one a line, or rows with a column that holds them.

    Args:
        path: The stored file.
        name: What its owner calls it.
        column: The column with the prompts; empty: the first of COLUMNS that a row has.

    Raises:
        BadFile: it cannot be opened, or is no kind of file that is read.
    """

    def __init__(self, path: Path, *, name: str, column: str, limits: Limits) -> None:
        self._column = column
        self._source = Source(path, limits)
        try:
            ending = name.lower().removesuffix(".gz").rpartition(".")[2]
            self._rows = (
                _lines(self._source, limits)
                if ending in TEXT_ENDINGS
                else raw_rows(self._source, path, container_of(self._source, name))
            )
        except BaseException:
            self._source.close()
            raise

    @property
    def size(self) -> int:
        return self._source.size

    @property
    def position(self) -> int:
        """Bytes of the file that were read, for progress."""
        return self._source.position

    def close(self) -> None:
        self._source.close()

    def prompts(self) -> Iterator[str | Messages | BadRow]:
        """The prompt of each row, or what is wrong with the row."""
        for row in self._rows:
            if isinstance(row, BadRow):
                yield row
                continue
            try:
                yield _prompt(row.values, self._column)
            except BadValue as problem:
                yield BadRow(row.line, problem.field, problem.reason, shortened(row.raw))


def _lines(source: Source, limits: Limits) -> Iterator[RawRow | BadRow]:
    for number, line in source.lines():
        if line is None:
            reason = f"is longer than {limits.line_bytes:,} bytes (IMPORT_MAX_LINE_BYTES)"
            yield BadRow(number, "row", reason)
            continue
        try:
            text = line.removeprefix(UTF8_MARK).decode().strip()
        except UnicodeDecodeError as error:
            reason = f"is not UTF-8 text (byte {error.start + 1} of the line)"
            yield BadRow(number, "row", reason, shortened(line))
            continue
        if text:
            yield RawRow(number, {"prompt": text}, line)


def _prompt(row: Mapping[str, Any], column: str) -> str | Messages:
    name = column or next((known for known in COLUMNS if row.get(known)), "")
    if not name:
        fields = ", ".join(sorted(row)[:20])[:300]
        raise BadValue(
            "row",
            f"has no prompt: expected one of {', '.join(COLUMNS)}, or name the column "
            f"(it has {fields or 'no field'})",
        )
    if name not in row:
        raise BadValue(name[:100], "is no field of this row")
    value = row[name]
    if isinstance(value, list):
        prompt: str | Messages = _asked(value, name)
    else:
        prompt = values.text(value, name)
        if not column and name == "instruction" and row.get("input"):
            prompt = f"{prompt}\n\n{values.text(row['input'], 'input')}"
    if not prompt or (isinstance(prompt, str) and not prompt.strip()):
        raise BadValue(name[:100], "is empty")
    return prompt


def _asked(turns: list[Any], name: str) -> list[dict[str, str]]:
    """A conversation up to its last question: the answers to learn from are no prompt."""
    if turns and all(isinstance(turn, dict) and {"from", "value"} <= turn.keys() for turn in turns):
        turns = [
            {"role": SPEAKERS.get(str(turn["from"]), str(turn["from"])), "content": turn["value"]}
            for turn in turns
        ]
    messages = values.messages(turns, name)
    while messages and messages[-1]["role"] == "assistant":
        messages.pop()
    if not messages:
        raise BadValue(name[:100], "has no question, only answers")
    return messages


def refusal(name: str, problem: BadFile) -> str:
    """What is wrong with a file as a sentence."""
    place = f"{name}, line {problem.line:,}" if problem.line else name
    return f"{place}: {problem.reason}."
