"""Which column of a file holds which of our fields."""

from collections.abc import Iterable

from annotation.formats import own, preference

FIELDS = own.KNOWN_FIELDS | preference.KNOWN_FIELDS | {"margin"}


def parse_mapping(pairs: Iterable[str]) -> dict[str, str]:
    """``FIELD=COLUMN`` pairs as our field name to the file's column.

    Raises:
        ValueError: a pair has no column, names no field of ours, or repeats one.
    """
    mapping: dict[str, str] = {}
    for pair in pairs:
        field, _, column = (part.strip() for part in pair.partition("="))
        if not column or field not in FIELDS:
            known = ", ".join(sorted(FIELDS))
            raise ValueError(f"{pair!r} is not FIELD=COLUMN with one of the fields {known}")
        if field in mapping or column in mapping.values():
            raise ValueError(f"{pair!r} repeats a field or a column")
        mapping[field] = column
    return mapping
