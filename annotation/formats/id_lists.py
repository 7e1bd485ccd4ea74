"""Lists of external ids, pasted or as a file."""

import csv
import io

# No external id is longer; what follows it in a row is not read.
MAX_LINE = 1_000
HEADERS = frozenset({"external_id", "item_id", "id"})


def read_ids(text: str) -> list[str]:
    """The first column of each row, without its header and empty rows.

    Rows are lines; quotes may hold an id with a comma, as spreadsheets write it.
    """
    ids = [cells[0].strip() for line in text.splitlines() if (cells := _cells(line))]
    found = [one for one in ids if one]
    return found[1:] if found and found[0].lower() in HEADERS else found


def _cells(line: str) -> list[str]:
    return next(csv.reader(io.StringIO(line[:MAX_LINE])), [])
