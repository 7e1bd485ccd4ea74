"""The rows of a file that were not imported."""

import json
import os
from pathlib import Path
from typing import Any

from annotation.formats.problems import BadRow
from feedback_platform.errors import BadInput


class Rejects:
    """Bad rows, up to a limit beyond which the file is given up."""

    def __init__(self, *, limit: int) -> None:
        self._limit = limit
        self._rows: list[BadRow] = []

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def room(self) -> int:
        """How many more can be listed."""
        return self._limit - len(self._rows)

    def add(self, row: BadRow) -> None:
        """
        Raises:
            TooManyRejects: the file has more bad rows than are listed.
        """
        if self.room <= 0:
            raise TooManyRejects(self, self._limit)
        self._rows.append(row)

    def rows(self) -> list[BadRow]:
        """By line, and within one as they were found."""
        return sorted(self._rows, key=lambda row: row.line)

    def as_dicts(self) -> list[dict[str, Any]]:
        return [row.as_dict() for row in self.rows()]

    def write(self, path: Path) -> None:
        """One JSON object per bad row: line, field, reason and the start of the row."""
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        aside = path.with_suffix(".part")
        with aside.open("w", encoding="utf-8") as file:
            for row in self.rows():
                document = {**row.as_dict(), "raw": row.raw}
                file.write(json.dumps(document, ensure_ascii=False) + "\n")
        os.replace(aside, path)


class RejectedRows(BadInput):
    """A file that is not imported, with the rows that are the reason."""

    def __init__(self, message: str, rejects: Rejects) -> None:
        super().__init__(message)
        self.rejects = rejects


class TooManyRejects(RejectedRows):
    """So many bad rows that the file is hardly what it was taken for."""

    def __init__(self, rejects: Rejects, limit: int) -> None:
        first = rejects.rows()[0]
        super().__init__(
            f"More than {limit:,} rows are bad (IMPORT_MAX_BAD_ROWS), so the file was given up. "
            f"Line {first.line:,}: {first.field} {first.reason}. Check the format and the mapping.",
            rejects,
        )
