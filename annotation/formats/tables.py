"""Rows from CSV and Parquet."""

import csv
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pyarrow
import pyarrow.parquet

from annotation.formats.limits import Limits
from annotation.formats.opening import Source
from annotation.formats.problems import BadFile, BadRow, shortened
from annotation.formats.rows import RawRow

DELIMITERS = (",", ";", "\t")
# Few rows at once: a row may be as large as the line limit.
BATCH_ROWS = 128
ROW_GROUP_BYTES = 1024**3


class _Undecodable(Exception):
    """A line of a CSV file is no UTF-8 or too long."""


def csv_rows(source: Source) -> Iterator[RawRow | BadRow]:
    """Records of a CSV file with a header; the line is the one a record starts on."""
    # The limit on a record, below, is the one that counts; the module's own is far lower.
    csv.field_size_limit(source.limits.line_bytes)
    lines = _TextLines(source)
    try:
        header_line = next(lines)
    except (_Undecodable, StopIteration) as problem:
        raise BadFile(f"the header {problem or 'is missing'}", line=1) from None
    delimiter = max(DELIMITERS, key=header_line.count)
    header = _header(header_line, delimiter, source.limits)
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        first_line = source.line + 1
        lines.start_record()
        try:
            record = next(reader)
        except StopIteration:
            return
        except _Undecodable as problem:
            yield BadRow(source.line, "row", str(problem))
            continue
        except csv.Error as problem:
            raise BadFile(f"a record is not valid CSV: {problem}", line=first_line) from None
        if not record:
            continue
        if len(record) != len(header):
            reason = f"has {len(record)} fields; the header has {len(header)}"
            yield BadRow(first_line, "row", reason, shortened(record))
        else:
            yield RawRow(first_line, dict(zip(header, record, strict=True)), record)


class _TextLines(Iterator[str]):
    """Decoded lines. A class, since a generator would end at the first bad one."""

    def __init__(self, source: Source) -> None:
        self._limits = source.limits
        self._lines = source.lines()
        self._record_bytes = 0

    def start_record(self) -> None:
        self._record_bytes = 0

    def __next__(self) -> str:
        number, line = next(self._lines)
        if line is None:
            size = f"{self._limits.line_bytes:,} bytes (IMPORT_MAX_LINE_BYTES)"
            raise _Undecodable(f"is longer than {size}")
        self._record_bytes += len(line)
        if self._record_bytes > self._limits.line_bytes:
            size = f"{self._limits.line_bytes:,} bytes (IMPORT_MAX_LINE_BYTES)"
            reason = f"the record is longer than {size}; is a quotation mark missing?"
            raise BadFile(reason, line=number)
        try:
            return line.decode()
        except UnicodeDecodeError as error:
            reason = f"is not UTF-8 text (byte {error.start + 1} of the line); save it as UTF-8"
            raise _Undecodable(reason) from None


def _header(line: str, delimiter: str, limits: Limits) -> list[str]:
    try:
        names = next(csv.reader([line], delimiter=delimiter, strict=True))
    except csv.Error as problem:
        raise BadFile(f"the header is not valid CSV: {problem}", line=1) from None
    names = [name.strip() for name in names]
    if len(names) > limits.fields:
        raise BadFile(
            f"the header has {len(names)} fields; {limits.fields} at most (IMPORT_MAX_FIELDS)",
            line=1,
        )
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise BadFile(f"the header names {', '.join(twice)!r} twice", line=1)
    if "" in names:
        raise BadFile("the header has a field without a name", line=1)
    return names


def parquet_rows(source: Source, path: Path) -> Iterator[RawRow | BadRow]:
    """Rows of a Parquet file, numbered from 1, a small batch at a time."""
    if not source.is_gzip:
        yield from _batches(path, source)
        return
    # Parquet is read from its end, so the inflated file must be at hand.
    with tempfile.NamedTemporaryFile(suffix=".parquet") as inflated:
        _inflate(source, inflated)
        yield from _batches(Path(inflated.name), source)


def _inflate(source: Source, target: IO[bytes]) -> None:
    for piece in source.pieces():
        target.write(piece)
    target.flush()


def _batches(path: Path, source: Source) -> Iterator[RawRow | BadRow]:
    limits = source.limits
    number = 0
    try:
        with pyarrow.parquet.ParquetFile(path) as file:
            _check_shape(file, limits)
            for batch in file.iter_batches(batch_size=BATCH_ROWS, use_threads=False):
                # A value repeated by a dictionary is small in the file and large here.
                source.count_inflated(batch.nbytes)
                for values in batch.to_pylist():
                    number += 1
                    yield RawRow(number, values, values)
    except pyarrow.ArrowException as problem:
        reason = str(problem).splitlines()[0][:200]
        raise BadFile(f"the Parquet file is damaged: {reason}", line=number + 1) from None
    except UnicodeDecodeError:
        raise BadFile("a value is not UTF-8 text", line=number + 1) from None


def _check_shape(file: pyarrow.parquet.ParquetFile, limits: Limits) -> None:
    names = file.schema_arrow.names
    if len(names) > limits.fields:
        raise BadFile(
            f"the file has {len(names)} columns; {limits.fields} at most (IMPORT_MAX_FIELDS)"
        )
    if len(set(names)) != len(names):
        raise BadFile("two columns have the same name")
    for index in range(file.metadata.num_row_groups):
        size = file.metadata.row_group(index).total_byte_size
        if size > min(ROW_GROUP_BYTES, limits.inflated_bytes):
            raise BadFile(
                f"row group {index + 1} inflates to {size:,} bytes; write the file with smaller "
                "row groups"
            )
