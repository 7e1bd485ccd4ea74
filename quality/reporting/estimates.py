"""Estimates in stored documents."""

from collections.abc import Iterator
from typing import Any

from quality.metrics.estimates import Estimate

KEYS = frozenset({"value", "low", "high", "n", "undefined_because"})
MISSING = "it was not measured"


def is_estimate(found: Any) -> bool:
    """Whether a part of a document is an estimate."""
    return isinstance(found, dict) and found.keys() >= KEYS


def estimate_of(found: Any) -> Estimate:
    """A part of a document as an estimate; undefined where it is none."""
    if not is_estimate(found):
        return Estimate.undefined(MISSING)
    return Estimate(**{name: found[name] for name in KEYS})


def estimates_in(
    document: dict[str, Any], place: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], Estimate]]:
    """Every estimate that keys lead to, with these keys; rows of lists are left aside."""
    for key, found in document.items():
        if is_estimate(found):
            yield (*place, key), estimate_of(found)
        elif isinstance(found, dict):
            yield from estimates_in(found, (*place, key))


def excludes_zero(one: Estimate) -> bool:
    """Whether all of the interval lies on one side of zero."""
    return one.low is not None and one.high is not None and (one.low > 0 or one.high < 0)
