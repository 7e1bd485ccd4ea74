"""Reading rows from JSONL, CSV and Parquet files, plain or gzip, with the place of each."""

import csv
import gzip
import io
import json
import zlib
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import IO, Any, cast

import pyarrow
import pyarrow.parquet

from training_bridge.reward_model.errors import TrainingRefused

LONGEST_LINE = 64 * 2**20
GZIP_MAGIC, PARQUET_MAGIC = b"\x1f\x8b", b"PAR1"


def read_rows(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (place, row) for each row, the place as "file, line 12".

    Raises:
        TrainingRefused: the file cannot be read, or is none of the formats.
    """
    try:
        with path.open("rb") as raw:
            magic = raw.read(4)
        if magic == PARQUET_MAGIC:
            yield from _parquet_rows(path)
            return
        is_gzip = magic[:2] == GZIP_MAGIC
        with gzip.open(path) if is_gzip else path.open("rb") as content:
            yield from _text_rows(cast(IO[bytes], content), path.name)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise TrainingRefused(
            f"{path.name} is a damaged or cut-off gzip file ({error}). Copy it again."
        ) from error
    except OSError as error:
        raise TrainingRefused(f"{path} cannot be read: {error.strerror or error}.") from error


def _text_rows(content: IO[bytes], name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    lines = ((number, line) for number, line in _decoded_lines(content, name) if line.strip())
    first = next(lines, None)
    if first is None:
        raise TrainingRefused(f"{name} is empty.")
    if first[1].lstrip().startswith("{"):
        yield from _json_rows(chain([first], lines), name)
    else:
        yield from _csv_rows(first[1], (line for _, line in lines), name)


def _decoded_lines(content: IO[bytes], name: str) -> Iterator[tuple[int, str]]:
    number = 0
    while raw := content.readline(LONGEST_LINE + 1):
        number += 1
        if len(raw) > LONGEST_LINE:
            raise TrainingRefused(f"{name}, line {number}: longer than {LONGEST_LINE:,} bytes.")
        try:
            yield number, raw.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise TrainingRefused(
                f"{name}, line {number}: not UTF-8 (byte {error.start + 1}). Save it as UTF-8."
            ) from error


def _json_rows(lines: Iterable[tuple[int, str]], name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for number, line in lines:
        try:
            yield f"{name}, line {number}", json.loads(line)
        except (json.JSONDecodeError, RecursionError) as error:
            raise TrainingRefused(f"{name}, line {number}: not JSON ({error}).") from error


def _csv_rows(first: str, lines: Iterator[str], name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    header = next(csv.reader(io.StringIO(first)))
    if not {"prompt", "chosen", "rejected"} <= set(header):
        raise TrainingRefused(
            f"{name} is neither JSONL nor a CSV file with the columns prompt, chosen and "
            "rejected, nor Parquet."
        )
    reader = csv.DictReader(lines, fieldnames=header, strict=True)
    csv.field_size_limit(LONGEST_LINE)
    try:
        for row in reader:
            if None in row:
                raise TrainingRefused(f"{name}, line {reader.line_num + 1}: too many columns.")
            yield f"{name}, line {reader.line_num + 1}", row
    except csv.Error as error:
        raise TrainingRefused(f"{name}, line {reader.reader.line_num + 1}: {error}.") from error


def _parquet_rows(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    try:
        with pyarrow.parquet.ParquetFile(path) as parquet:
            number = 0
            for batch in parquet.iter_batches(batch_size=1000):
                for row in batch.to_pylist():
                    number += 1
                    yield f"{path.name}, row {number}", row
    except (pyarrow.ArrowException, UnicodeDecodeError) as error:
        raise TrainingRefused(f"{path.name} is a damaged Parquet file ({error}).") from error
