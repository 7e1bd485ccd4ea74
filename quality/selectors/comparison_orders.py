"""The orders of the table of comparisons, and places in them as they stand in addresses."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Order:
    """One way to sort; comparisons without a value in it are left out."""

    label: str
    field: str = ""
    descending: bool = False

    @property
    def columns(self) -> list[str]:
        """What rows are sorted by; the last one tells all rows apart."""
        return [self.field, "comparison_id"] if self.field else ["comparison_id"]


ORDERS = {
    "": Order("Order of import"),
    "-disagreement": Order("Most disputed first", "disagreement", descending=True),
    "confidence": Order("Least confident first", "confidence"),
    "-confidence": Order("Most confident first", "confidence", descending=True),
    "-newest": Order("Newest judgment first", "last_judged_at", descending=True),
}

Key = tuple[Any, ...]


def read_key(text: str, order: Order) -> Key | None:
    """The key that ``write_key`` wrote; None where it is something else."""
    *values, pk = text.split("~")
    if len(values) != len(order.columns) - 1 or not pk.isascii() or not pk.isdecimal():
        return None
    if len(pk) > 18:
        return None
    try:
        return (*(_value(value, order) for value in values), int(pk))
    except ValueError:
        return None


def write_key(key: Key) -> str:
    """A key as it stands in an address."""
    *values, pk = key
    shown = [one.isoformat() if isinstance(one, datetime) else repr(one) for one in values]
    return "~".join([*shown, str(pk)])


def _value(text: str, order: Order) -> Any:
    if order.field != "last_judged_at":
        return float(text)
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone")
    return moment
