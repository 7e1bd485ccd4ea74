"""The counts of a project in the order in which its progress page is read."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

# Seconds between two looks of a page: few while newer numbers are on their way.
POLL, POLL_COUNTING = 10, 2


@dataclass(frozen=True, slots=True)
class ProgressReading:
    """What a progress page says.

    Attributes:
        as_of: When it was counted.
        results: What was counted.
        is_counting: Newer numbers are on their way.
    """

    as_of: datetime
    results: dict[str, Any]
    is_counting: bool = False

    @property
    def share(self) -> float | None:
        """Judgments made of judgments wanted; None before anything is wanted."""
        wanted = self.results["wanted"]
        return self.results["filled"] / wanted if wanted else None

    @property
    def n_open(self) -> int:
        """Judgments that are wanted now: seats that are free or in somebody's hands."""
        return int(self.results["free"] + self.results["held"])

    @property
    def annotators(self) -> list[dict[str, Any]]:
        """Rows of the table, the time of the last judgment as a moment."""
        return [
            {**row, "last_at": datetime.fromisoformat(row["last_at"])}
            for row in self.results["annotators"]
        ]

    @property
    def finish(self) -> datetime | None:
        return self._moment("days")

    @property
    def earliest(self) -> datetime | None:
        return self._moment("low")

    @property
    def latest(self) -> datetime | None:
        return self._moment("high")

    @property
    def seconds_left(self) -> float | None:
        days = self.results["forecast"]["days"]
        return None if days is None else days * 86_400

    def _moment(self, name: str) -> datetime | None:
        days = self.results["forecast"][name]
        if days is None:
            return None
        try:
            return self.as_of + timedelta(days=days)
        except OverflowError:
            # Beyond the calendar: at this pace it never ends.
            return None
