"""One table written as JSONL and as Parquet side by side, in batches of bounded size."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import pyarrow as pa
import pyarrow.parquet as pq

from quality.formats.schemas import schema_of

BATCH_ROWS = 5_000
BATCH_BYTES = 8_000_000


class TableWriter:
    """Rows of one kind into ``STEM.jsonl`` and ``STEM.parquet``.

    Batches end after 5,000 rows or 8 MB of text, so memory stays the same however long the
    table is. The same rows in the same order give the same bytes.
    """

    def __init__(self, folder: Path, stem: str, *, kind: str, conversational: bool) -> None:
        self._schema = schema_of(kind, conversational=conversational)
        self.rows = 0
        self.jsonl = folder / f"{stem}.jsonl"
        self.parquet = folder / f"{stem}.parquet"
        self.jsonl.parent.mkdir(parents=True, exist_ok=True)
        self._lines = self.jsonl.open("w", encoding="utf-8", newline="\n")
        self._table = pq.ParquetWriter(self.parquet, self._schema, compression="zstd")
        self._batch: list[Mapping[str, Any]] = []
        self._batch_bytes = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        try:
            if kind is None:
                self._flush()
        finally:
            self._lines.close()
            self._table.close()

    def write(self, row: Mapping[str, Any]) -> None:
        """Add one row; its keys are the columns of the kind, in their order."""
        line = json.dumps(row, ensure_ascii=False, allow_nan=False)
        self._lines.write(line + "\n")
        self._batch.append(row)
        self._batch_bytes += len(line)
        self.rows += 1
        if len(self._batch) >= BATCH_ROWS or self._batch_bytes >= BATCH_BYTES:
            self._flush()

    def _flush(self) -> None:
        if self._batch:
            self._table.write_table(pa.Table.from_pylist(self._batch, schema=self._schema))
        self._batch, self._batch_bytes = [], 0
