"""One door to every format: detect it, then read rows that are ready to be stored."""

from collections.abc import Callable, Iterator, Mapping
from itertools import chain, islice
from pathlib import Path
from typing import Any

from annotation.formats import label_studio, own, preference
from annotation.formats.json_rows import json_array, json_lines
from annotation.formats.limits import Limits
from annotation.formats.opening import PARQUET_MAGIC, UTF8_MARK, Source
from annotation.formats.problems import BadFile, BadRow, BadValue, shortened
from annotation.formats.rows import ParsedRow, RawRow
from annotation.formats.tables import csv_rows, parquet_rows

Parser = Callable[..., list[ParsedRow]]
FORMAT_NAMES = {
    "comparisons": "Comparisons",
    "judgments": "Judgments made elsewhere",
    "preference": "Preference data (chosen, rejected)",
    "hh": "Transcripts (chosen, rejected)",
    "label_studio": "Label Studio export",
}
AUTO = "auto"
# Rows looked at before a format is given up.
LOOK_AHEAD = 100


class FileReader:
    """A file, its container (JSON lines, CSV, ...) and the format of its rows.

    Args:
        path: The stored file.
        name: What its owner calls it; the ending helps to tell CSV from JSON lines.
        format: A key of ``FORMAT_NAMES``, or "auto".
        mapping: Our field name to the column that holds it.

    Raises:
        BadFile: it cannot be opened, or its format cannot be told.
    """

    def __init__(
        self,
        path: Path,
        *,
        name: str,
        format: str = AUTO,
        mapping: Mapping[str, str] | None = None,
        limits: Limits,
    ) -> None:
        self._columns = {column: field for field, column in (mapping or {}).items()}
        self.limits = limits
        self._source = Source(path, limits)
        try:
            self.container = container_of(self._source, name)
            self._raw = raw_rows(self._source, path, self.container)
            self._first = list(islice(self._raw, LOOK_AHEAD))
            self.format = self._detected() if format == AUTO else format
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

    def rows(self) -> Iterator[ParsedRow | BadRow]:
        """Every row once, in file order; a bad one says what is wrong with it."""
        parser = _parser_of(self.format)
        from_text = self.container == "csv"
        for row in chain(self._first, self._raw):
            if isinstance(row, BadRow):
                yield row
                continue
            try:
                yield from parser(self._mapped(row), from_text=from_text)
            except BadValue as problem:
                yield BadRow(row.line, problem.field, problem.reason, shortened(row.raw))

    def _mapped(self, row: RawRow) -> RawRow:
        if not self._columns:
            return row
        if isinstance(row.values.get("data"), dict):
            data = self._renamed(row.values["data"])
            return row._replace(values={**row.values, "data": data})
        return row._replace(values=self._renamed(row.values))

    def _renamed(self, values: dict[str, Any]) -> dict[str, Any]:
        """Columns under our field names; one whose name is taken by another keeps its value."""
        taken = {field for column, field in self._columns.items() if column in values}
        renamed = {}
        for column, value in values.items():
            kept = f"file.{column}" if column in taken else column
            renamed[self._columns.get(column, kept)] = value
        return renamed

    def _detected(self) -> str:
        good = [row for row in self._first if isinstance(row, RawRow)]
        if not good:
            bad = [row for row in self._first if isinstance(row, BadRow)]
            if not bad:
                raise BadFile("the file has no rows")
            first = bad[0]
            reason = f"no row can be read; line {first.line:,}: {first.field} {first.reason}"
            raise BadFile(reason, line=first.line)
        for row in good:
            found = detected_format(self._mapped(row).values)
            if found:
                return found
        names = ", ".join(sorted(good[0].values)[:20])
        raise BadFile(
            f"the format cannot be told from the fields ({names[:300]}). Expected prompt or "
            "messages with response_a and response_b, or chosen and rejected; --map FIELD=COLUMN "
            "names a field's column",
            line=good[0].line,
        )


def raw_rows(source: Source, path: Path, container: str) -> Iterator[RawRow | BadRow]:
    """The rows of a file as it gives them, whatever its container."""
    if container == "parquet":
        return parquet_rows(source, path)
    readers = {"csv": csv_rows, "json": json_array, "jsonl": json_lines}
    return readers[container](source)


def _parser_of(format: str) -> Parser:
    parsers: dict[str, Parser] = {
        "comparisons": own.parse_comparison,
        "judgments": own.JudgmentParser(),
        "preference": preference.parse_preference,
        "hh": preference.parse_transcripts,
        "label_studio": label_studio.parse_task,
    }
    return parsers[format]


def detected_format(values: Mapping[str, Any]) -> str:
    """The format that a row's field names point to, or "" where they point to none."""
    names = values.keys()
    if "data" in names and "annotations" in names:
        return "label_studio"
    if {"chosen", "rejected"} <= names:
        implicit = "prompt" not in names and "messages" not in names
        return "hh" if implicit and preference.is_transcript(values["chosen"]) else "preference"
    if names & {"response_a", "response_b"}:
        return "judgments" if names & {"annotator", "choice"} else "comparisons"
    return ""


def container_of(source: Source, name: str) -> str:
    """What a file is by its first bytes and its name: parquet, jsonl, json or csv."""
    ending = name.lower().removesuffix(".gz").rpartition(".")[2]
    if source.start.startswith(PARQUET_MAGIC):
        return "parquet"
    if ending == "parquet":
        raise BadFile("the file is named .parquet but is not a Parquet file")
    start = source.start.removeprefix(UTF8_MARK).lstrip()
    if start.startswith(b"{"):
        return "jsonl"
    if ending in {"csv", "tsv"}:
        return "csv"
    if start.startswith(b"["):
        return "json"
    if ending in {"json", "jsonl", "ndjson"}:
        return "jsonl"
    if any(mark in start.partition(b"\n")[0] for mark in (b",", b";", b"\t")):
        return "csv"
    raise BadFile("the file is neither JSON lines, a JSON array, CSV nor Parquet")
