"""A chart as it is stored with a report."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart with its finding as the title, its text alternative and its data."""

    name: str
    title: str
    alternative: str
    svg: str
    columns: list[str]
    rows: list[list[str]]
