"""Which values there are, and in which order."""

import csv
from itertools import pairwise

from feedback_platform.errors import BadInput
from quality.formats.labels import Labels, in_order, is_text, number_of
from quality.metrics.alpha import Level

# Tables of more values than these fill the memory: at the ordinal level of all pairs of values.
MAX_VALUES = {Level.NOMINAL: 10_000, Level.INTERVAL: 10_000, Level.ORDINAL: 200}
# Squares of greater and of smaller distances, added up over a file, are no numbers any more.
FURTHEST, CLOSEST = 1e100, 1e-100


def domain_from_text(text: str) -> tuple[str, ...]:
    """The values of ``--domain``: separated by commas, quoted where they hold one.

    Raises:
        BadInput: it cannot be read, is empty, or names a value twice.
    """
    try:
        values = tuple(next(csv.reader([text], skipinitialspace=True), []))
    except csv.Error as problem:
        raise BadInput(
            f"--domain cannot be read ({problem}); separate the values by commas, and quote those "
            "that hold a comma or a line break."
        ) from None
    wrong = next((value for value in values if not is_text(value)), None)
    if wrong is not None:
        raise BadInput(f"--domain holds {wrong!r}, which is not UTF-8; correct it.")
    if not values:
        raise BadInput("--domain names no value; give them in their order, as in --domain a,tie,b.")
    twice = next((value for value in values if values.count(value) > 1), None)
    if twice is not None:
        raise BadInput(f"--domain names {twice!r} twice; name each value once.")
    return values


def domain_of(
    values: Labels, named: tuple[str, ...] | None, level: Level
) -> tuple[tuple[str, ...], list[str]]:
    """The values in their order, and for each label of the file the one of them that it is.

    Args:
        values: The labels of the file.
        named: The values in their order; None to take those of the file.
        level: Interval values must be numbers; ordinal ones as well where nobody names them.

    Raises:
        BadInput: a label is not named or no number, two are one number, there are too many, or
            the numbers are too far apart to be squared.
    """
    needs_number = level is Level.INTERVAL or (level is Level.ORDINAL and named is None)
    found = list(values.labels) if named is None else _named(values, named)
    for label, line in zip(values.labels, values.lines, strict=True):
        if needs_number and number_of(label) is None:
            ordered = ", or name the values in their order with --domain low,middle,high"
            raise BadInput(
                f"line {line:,}: the value {label!r} is no number, which --level {level} needs; "
                f"use --level nominal{ordered if level is Level.ORDINAL else ''}."
            )
    domain = in_order(values.labels) if named is None else named
    most = MAX_VALUES[level]
    if len(domain) > most:
        raise BadInput(
            f"there are {len(domain):,} different values; --level {level} takes {most:,} at most. "
            f"Round them, or name the column of the values with --value COLUMN."
        )
    if needs_number:
        _check_numbers(values, domain, level)
    return domain, found


def _named(values: Labels, named: tuple[str, ...]) -> list[str]:
    """What each label is called in ``--domain``: a number of the file may be written otherwise."""
    known = set(named)
    by_number = {number_of(value): value for value in named}
    by_number.pop(None, None)
    found = []
    for label, line in zip(values.labels, values.lines, strict=True):
        value = label if label in known else None
        if value is None and label in values.of_numbers:
            value = by_number.get(number_of(label))
        if value is None:
            raise BadInput(
                f"line {line:,}: the value {label!r} is not in --domain; add it there, or "
                f"correct the row."
            )
        found.append(value)
    return found


def _check_numbers(values: Labels, domain: tuple[str, ...], level: Level) -> None:
    numbers = {label: number_of(label) for label in domain}
    wrong = next((label for label, number in numbers.items() if number is None), None)
    if wrong is not None:
        raise BadInput(f"--domain holds {wrong!r}, which is no number; --level interval needs one.")
    ordered = sorted((number, label) for label, number in numbers.items() if number is not None)
    for (low, first), (high, second) in pairwise(ordered):
        if low == high:
            why = "one number; write it one way, or use --level nominal"
            raise _unusable(values, first, second, why)
        if level is Level.INTERVAL and high - low < CLOSEST:
            raise _unusable(values, first, second, "too close for squares; multiply all numbers")
    (low, first), (high, second) = ordered[0], ordered[-1]
    if level is Level.INTERVAL and high - low > FURTHEST:
        raise _unusable(values, first, second, "too far apart for squares; divide all numbers")


def _unusable(values: Labels, first: str, second: str, why: str) -> BadInput:
    lines = dict(zip(values.labels, values.lines, strict=True))
    known = [lines[label] for label in (first, second) if label in lines]
    place = f"line {max(known):,}: " if known else "--domain: "
    return BadInput(f"{place}the values {first!r} and {second!r} are {why}.")
