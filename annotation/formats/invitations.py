"""Lists of people to invite: CSV in, CSV with their links out."""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass

from annotation.formats.problems import BadRow

MAX_ROWS = 1_000
MAX_LABEL = 150
ROLES = ("annotator", "reviewer", "manager")
COLUMNS = ("name", "email", "label", "role", "team")
# A spreadsheet takes a cell that starts so for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Invitee:
    """One row: who is meant, as what, and into which team (or none)."""

    line: int
    label: str
    role: str
    team: str


def read_invitees(text: str) -> tuple[list[Invitee], list[BadRow]]:
    """The people of a list, and what is wrong with its rows.

    The first row names the columns: ``name`` or ``email`` (or both), and optionally ``label``
    (shown in its place), ``role`` (annotator, if empty) and ``team``. Commas, semicolons and
    tabs separate. More than 1,000 rows, no column for the person and no row are problems of the
    list as a whole.
    """
    lines = csv.reader(io.StringIO(text.lstrip("\ufeff")), delimiter=_delimiter(text), strict=True)
    invitees: list[Invitee] = []
    problems: list[BadRow] = []
    try:
        header = [cell.strip().lower() for cell in next(lines, [])]
        problems = _problems_of_header(header)
        if problems:
            return [], problems
        seen: dict[str, int] = {}
        for cells in lines:
            if not any(cell.strip() for cell in cells):
                continue
            if len(invitees) + len(problems) >= MAX_ROWS:
                reason = f"has more than {MAX_ROWS:,} rows: send it in several parts"
                return [], [BadRow(lines.line_num, "list", reason)]
            row = _invitee(lines.line_num, header, cells)
            found = _problems_of(row, seen, n_cells=len(cells), n_columns=len(header))
            problems += found
            if not found:
                seen[row.label.casefold()] = row.line
                invitees.append(row)
    except csv.Error as error:
        problems.append(
            BadRow(lines.line_num, "row", f"cannot be read ({error}): check its quotes")
        )
    if not invitees and not problems:
        problems.append(BadRow(2, "list", "names nobody: add a row for each person"))
    return invitees, problems


def links_as_csv(rows: Iterable[tuple[str, str, str, str, str]]) -> str:
    """A table of (label, role, team, link, end) that spreadsheets open safely."""
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow(["name", "role", "team", "link", "ends"])
    for row in rows:
        writer.writerow(["'" + cell if cell.startswith(FORMULA) else cell for cell in row])
    return target.getvalue()


def _delimiter(text: str) -> str:
    header = text.partition("\n")[0]
    return max(",;\t", key=header.count)


def _invitee(line: int, header: list[str], cells: list[str]) -> Invitee:
    values = {name: " ".join(cell.split()) for name, cell in zip(header, cells, strict=False)}
    label = values.get("label") or values.get("name") or values.get("email") or ""
    return Invitee(
        line=line,
        label=label,
        role=values.get("role", "").lower() or ROLES[0],
        team=values.get("team", ""),
    )


def _problems_of_header(header: list[str]) -> list[BadRow]:
    if not {"name", "email"} & set(header):
        wanted = "has no column name or email: the first row names the columns"
        return [BadRow(1, "list", wanted)]
    problems = []
    for place, name in enumerate(header):
        if name in header[:place]:
            problems.append(BadRow(1, name, "is there twice: remove one of the columns"))
        elif name not in COLUMNS:
            known = ", ".join(COLUMNS)
            reason = f"is no column of such a list: use {known}, or remove it"
            problems.append(BadRow(1, name[:MAX_LABEL] or "column", reason))
    return problems


def _problems_of(
    row: Invitee, seen: dict[str, int], *, n_cells: int, n_columns: int
) -> list[BadRow]:
    problems = []
    if n_cells > n_columns:
        reason = f"has {n_cells} cells for {n_columns} columns: quote a cell that holds a separator"
        problems.append(BadRow(row.line, "row", reason))
    if not row.label:
        problems.append(BadRow(row.line, "name", "is empty: say who the link is for"))
    elif len(row.label) > MAX_LABEL:
        reason = f"has more than {MAX_LABEL} characters: shorten it"
        problems.append(BadRow(row.line, "name", reason))
    elif "\0" in row.label or "\0" in row.team:
        problems.append(BadRow(row.line, "row", "holds a character that is no text: remove it"))
    elif row.label.casefold() in seen:
        reason = f'"{row.label}" stands in line {seen[row.label.casefold()]} too: remove one'
        problems.append(BadRow(row.line, "name", reason))
    if row.role not in ROLES:
        reason = f'"{row.role[:40]}" is no role: use annotator, reviewer or manager'
        problems.append(BadRow(row.line, "role", reason))
    return problems
