"""A number with its uncertainty, or the reason why there is none."""

from dataclasses import dataclass
from math import isfinite
from typing import TypedDict


class EstimateDict(TypedDict):
    """The JSON form of an estimate, the same in commands, API and files."""

    value: float | None
    low: float | None
    high: float | None
    n: int
    undefined_because: str


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with the ends of its 95 % interval and the number of units behind it.

    ``value`` is None where the measure is undefined; ``undefined_because`` then says why.
    ``low`` and ``high`` are None where only the interval is undefined; the reason is in
    ``undefined_because`` as well.

    Raises:
        ValueError: a number is not finite, a value is missing without a reason, or only one
            end of the interval is given.
    """

    value: float | None
    low: float | None
    high: float | None
    n: int
    undefined_because: str = ""

    def __post_init__(self) -> None:
        for number in (self.value, self.low, self.high):
            if number is not None and not isfinite(number):
                raise ValueError(f"expected finite numbers, got {self}")
        if (self.low is None) != (self.high is None):
            raise ValueError(f"expected both ends of the interval or none, got {self}")
        if (self.value is None or self.low is None) and not self.undefined_because:
            raise ValueError("an undefined value or interval needs its reason")

    @classmethod
    def undefined(cls, reason: str, n: int = 0) -> "Estimate":
        return cls(None, None, None, n, reason)

    def as_dict(self) -> EstimateDict:
        return EstimateDict(
            value=self.value,
            low=self.low,
            high=self.high,
            n=self.n,
            undefined_because=self.undefined_because,
        )
