"""Long-format values from a file of any shape: who gave which value to which unit."""

from array import array
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotation.formats.limits import Limits
from annotation.formats.opening import Source
from annotation.formats.problems import BadFile, BadRow
from annotation.formats.reading import container_of, raw_rows
from feedback_platform.errors import BadInput
from quality.formats.domains import domain_of
from quality.formats.labels import Labels, in_order, is_text, scale_of
from quality.metrics.alpha import Level
from quality.metrics.reliability import MISSING

# What the columns are called where nobody says so, the likeliest first.
GUESSES = {
    "unit": ("unit", "unit_id", "item_id", "item", "comparison_id", "task_id", "task", "id"),
    "coder": (
        "coder",
        "annotator",
        "annotator_id",
        "rater",
        "worker",
        "worker_id",
        "judge",
        "user",
    ),
    "value": ("value", "choice", "label", "rating", "score", "answer"),
}
Step = Callable[[int], None]
STEP_ROWS = 100_000


@dataclass(frozen=True, slots=True)
class LongValues:
    """The values of a file as codes.

    Attributes:
        columns: The column that each of unit, coder and value was read from.
        unit: Unit of each value, codes into ``units``, shape (n_given,), in file order.
        coder: Coder of each value, codes into ``coders``, same shape.
        value: Codes into ``domain``, same shape.
        units: Names of the units, those included that have no value; in file order.
        coders: Names of the coders, sorted.
        domain: The values, in their order.
        scale: The number of each value, or None where they are not all numbers.
        n_rows: Rows of the file.
        n_missing: Rows without a value: null, left out.
    """

    columns: dict[str, str]
    unit: NDArray[np.int64]
    coder: NDArray[np.int64]
    value: NDArray[np.int64]
    units: tuple[str, ...]
    coders: tuple[str, ...]
    domain: tuple[str, ...]
    scale: NDArray[np.float64] | None
    n_rows: int
    n_missing: int


def read_long_values(
    path: Path,
    *,
    columns: Mapping[str, str],
    domain: tuple[str, ...] | None,
    level: Level,
    limits: Limits,
    step: Step = lambda n_rows: None,
) -> LongValues:
    """Read JSON lines, a JSON array, CSV or Parquet, gzip or not, a row at a time.

    Args:
        path: The file.
        columns: Column names of unit, coder and value; those not given are guessed from the
            first row.
        domain: The values in their order; None to take those that occur, numbers in their
            order, texts in alphabetical order.
        level: Ordinal values need an order, interval values must be numbers.
        limits: How much is read.
        step: Called now and then with the number of rows read.

    Raises:
        BadInput: the file, a row or a value cannot be used; the message says where and what to
            do.
    """
    names = {what: Labels(what) for what in GUESSES}
    codes: dict[str, array[int]] = {what: array("i") for what in GUESSES}
    found: dict[str, str] = {}
    n_rows = 0
    try:
        source = Source(path, limits)
        try:
            rows = raw_rows(source, path, container_of(source, path.name))
            for row in rows:
                if isinstance(row, BadRow):
                    raise BadInput(f"{path.name}, line {row.line:,}: {row.field} {row.reason}.")
                found = found or _columns(row.values, columns, path)
                for what, column in found.items():
                    codes[what].append(_code(row.values, column, names[what], what, row.line))
                n_rows += 1
                if n_rows % STEP_ROWS == 0:
                    step(n_rows)
        finally:
            source.close()
    except BadFile as problem:
        place = f", line {problem.line:,}" if problem.line else ""
        raise BadInput(f"{path.name}{place}: {problem.reason}.") from None
    if not n_rows:
        raise BadInput(f"{path.name}: there are no rows; give a file with one row per value.")
    return _coded(names, codes, found, domain=domain, level=level)


def _columns(row: Mapping[str, Any], given: Mapping[str, str], path: Path) -> dict[str, str]:
    found = {}
    for what, guesses in GUESSES.items():
        by_lower = {name.lower(): name for name in reversed(list(row))}
        known = (by_lower[guess] for guess in guesses if guess in by_lower)
        name = given.get(what) or next(known, "")
        if name not in row:
            asked = f"column {name!r}" if name else f"column that looks like the {what}"
            raise BadInput(
                f"{path.name}: there is no {asked} among {_listed(row)}; "
                f"name it with --{what} COLUMN."
            )
        if not is_text(name):
            raise BadInput(f"{path.name}: the column {name!r} holds half a character; rename it.")
        found[what] = name
    return found


def _code(row: Mapping[str, Any], column: str, names: Labels, what: str, line: int) -> int:
    try:
        raw = row[column]
    except KeyError:
        raise BadInput(
            f"line {line:,}: there is no column {column!r} among {_listed(row)}; give every row "
            f"the same columns, with null where no value was given."
        ) from None
    if raw is None and what != "value":
        raise BadInput(f"line {line:,}: {column!r} is null; name the {what} or remove the row.")
    return MISSING if raw is None else names.code(raw, line)


def _coded(
    names: dict[str, Labels],
    codes: "dict[str, array[int]]",
    columns: dict[str, str],
    *,
    domain: tuple[str, ...] | None,
    level: Level,
) -> LongValues:
    values, coders = names["value"], names["coder"]
    if not values.labels:
        raise BadInput(
            f"every {columns['value']!r} is null; there is nothing to measure. "
            f"Name the column of the values with --value COLUMN."
        )
    domain, of_label = domain_of(values, domain, level)
    sorted_coders = in_order(coders.labels)
    unit, coder, value = (np.array(codes[what], dtype=np.int64) for what in GUESSES)
    given = value != MISSING
    return LongValues(
        columns=columns,
        unit=unit[given],
        coder=_places(list(coders.labels), sorted_coders)[coder[given]],
        value=_places(of_label, domain)[value[given]],
        units=tuple(names["unit"].labels),
        coders=sorted_coders,
        domain=domain,
        scale=scale_of(domain),
        n_rows=unit.shape[0],
        n_missing=int((~given).sum()),
    )


def _places(labels: list[str], order: tuple[str, ...]) -> NDArray[np.int64]:
    """The place in the order of each label's code."""
    place = {label: index for index, label in enumerate(order)}
    return np.array([place[label] for label in labels], dtype=np.int64)


def _listed(row: Mapping[str, Any]) -> str:
    names = ", ".join(sorted(map(str, row))[:20])
    return names[:300] or "no columns at all"
