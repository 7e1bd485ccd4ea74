"""What in a report deserves a look; a flag is a question, not a verdict."""

from statistics import median
from typing import Any

# Smaller differences are not worth anybody's time, however certain they are.
NOTABLE = 0.05
# Good responses may well be longer, so a habit must stand out further.
NOTABLE_LENGTH = 0.10
# Faster than this share of the typical median looks like not reading.
FAST = 1 / 3
MIN_TIMED = 10
MIN_TIMED_ANNOTATORS = 3


def flags_of(document: dict[str, Any]) -> list[dict[str, str]]:
    """Flags of every annotator, in the order of the annotators."""
    overall = document["agreement"]["percent_direction"]["value"]
    typical = _typical_median(document["annotators"])
    flags = []
    for row in document["annotators"]:
        found = (
            _low_agreement(row, overall),
            _one_sided(row),
            _by_length(row, document["longer_share"]["value"]),
            _fast(row, typical),
        )
        flags += [{"annotator": row["annotator"], **flag} for flag in found if flag]
    return flags


def _low_agreement(row: dict[str, Any], overall: float | None) -> dict[str, str] | None:
    """The whole interval lies below the agreement of all, by a notable distance."""
    own = row["agreement_with_others"]
    if overall is None or own["high"] is None:
        return None
    if own["high"] >= overall or own["value"] > overall - NOTABLE:
        return None
    text = (
        f"agrees with the others on {_percent(own['value'])} of pairs {_interval(own)}; "
        f"all annotators: {_percent(overall)}"
    )
    return {"kind": "low_agreement", "text": text}


def _one_sided(row: dict[str, Any]) -> dict[str, str] | None:
    """The interval of the left share excludes one half, by a notable distance."""
    own = row["left_share"]
    if own["low"] is None or own["low"] <= 0.5 <= own["high"]:
        return None
    if abs(own["value"] - 0.5) < NOTABLE:
        return None
    text = f"prefers the response on the left in {_percent(own['value'])} {_interval(own)}"
    return {"kind": "one_sided", "text": f"{text} of {own['n']:,} judgments"}


def _by_length(row: dict[str, Any], overall: float | None) -> dict[str, str] | None:
    """The interval of the longer share lies above that of all, or below that and one half.

    Somebody who tosses coins is below all the others as well, but has no habit.
    """
    own = row["longer_share"]
    if overall is None or own["low"] is None:
        return None
    is_habit = own["low"] > overall or own["high"] < min(overall, 0.5)
    if not is_habit or abs(own["value"] - overall) < NOTABLE_LENGTH:
        return None
    text = (
        f"prefers the longer response in {_percent(own['value'])} {_interval(own)} of "
        f"{own['n']:,} judgments; all annotators: {_percent(overall)}"
    )
    return {"kind": "by_length", "text": text}


def _fast(row: dict[str, Any], typical: float | None) -> dict[str, str] | None:
    if typical is None or row["n_timed"] < MIN_TIMED:
        return None
    if row["median_active_ms"] >= FAST * typical:
        return None
    own, usual = row["median_active_ms"] / 1000, typical / 1000
    return {
        "kind": "fast",
        "text": f"takes {own:.1f} s for a judgment (median); the typical annotator takes "
        f"{usual:.1f} s",
    }


def _typical_median(annotators: list[dict[str, Any]]) -> float | None:
    """The median of the annotators' medians, where enough of them were timed."""
    known = [row["median_active_ms"] for row in annotators if row["n_timed"] >= MIN_TIMED]
    return median(known) if len(known) >= MIN_TIMED_ANNOTATORS else None


def _percent(share: float) -> str:
    return f"{share * 100:.0f} %"


def _interval(estimate: dict[str, Any]) -> str:
    return f"[{estimate['low'] * 100:.0f}, {estimate['high'] * 100:.0f}]"
