"""Rules of flags: what was seen of an annotator in words, where it is certain and notable."""

from math import exp
from typing import Any

from scipy.special import ndtri

# Tests of one annotator flag so many of those who have no such habit.
LEVEL = 0.02
Z_LEVEL = float(-ndtri(LEVEL / 2))
# Smaller differences are not worth anybody's time, however certain they are.
NOTABLE = 0.05
# Log-odds per standard deviation; good responses may well be longer, so it must stand out.
NOTABLE_SLOPE = 0.35
NOTABLE_DRIFT = 0.10
NOTABLE_LIKENESS = 0.10
# Faster than this share of the typical median looks like not reading, where it lies this many
# robust standard deviations away.
FAST, FAR = 1 / 3, -2.5
MIN_TIMED = 10
# Of all pairs together.
PAIRS_LEVEL = 0.05

Row = dict[str, Any]


def low_agreement(project: Row, row: Row) -> str | None:
    """The whole interval lies below the agreement of all, by a notable distance."""
    own, overall = row["agreement_with_others"], project["agreement"]
    if overall is None or own["high"] >= overall or own["value"] > overall - NOTABLE:
        return None
    return (
        f"agrees with the others on {_percent(own['value'])} of pairs {_interval(own)}; "
        f"all annotators: {_percent(overall)}"
    )


def guessing(project: Row, row: Row) -> str | None:
    """Even the upper end is nearer to chance than to the typical competence."""
    own, chance = row["competence"], project["chance"]
    if own["high"] >= (chance + project["typical_competence"]) / 2:
        return None
    return (
        f"is right in {_percent(own['value'])} {_interval(own)} as the others' judgments "
        f"suggest; guessing gives {_percent(chance)}, the typical annotator "
        f"{_percent(project['typical_competence'])}"
    )


def low_gold(project: Row, row: Row) -> str | None:
    own, overall = row["gold"], project["gold"]["value"]
    if row["gold_p"] > LEVEL or own["value"] > overall - NOTABLE:
        return None
    return (
        f"answers {_percent(own['value'])} {_interval(own)} of {own['n']:,} gold comparisons "
        f"correctly; all annotators: {_percent(overall)}"
    )


def inconsistent(project: Row, row: Row) -> str | None:
    own = row["self_consistency"]["direction"]
    overall = project["self_consistency"]["direction"]["value"]
    if row["self_p"] > LEVEL or own["value"] > overall - NOTABLE:
        return None
    return (
        f"repeats the direction in {_percent(own['value'])} {_interval(own)} of {own['n']:,} "
        f"comparisons judged again; all annotators: {_percent(overall)}"
    )


def one_sided(_: Row, row: Row) -> str | None:
    """One half is improbable by an exact test, and notably far."""
    own = row["left_share"]
    if row["left_p"] > LEVEL or abs(own["value"] - 0.5) < NOTABLE:
        return None
    text = f"prefers the response on the left in {_percent(own['value'])} {_interval(own)}"
    return f"{text} of {own['n']:,} judgments"


def by_length(_: Row, row: Row) -> str | None:
    found = _habit(row, "length")
    if found is None:
        return None
    longer = row["longer_share"]
    liking = "longer" if found["value"] > 0 else "shorter"
    return (
        f"favours {liking} responses more than the others do: slope {_signed(found)} beyond "
        f"theirs; the longer response wins in {_percent(longer['value'])} of {longer['n']:,}"
    )


def by_form(_: Row, row: Row) -> str | None:
    texts = []
    for name in ("lists", "code", "markdown"):
        found = _habit(row, name, n_looks=3)
        if found is not None:
            verb = "favours" if found["value"] > 0 else "avoids"
            texts.append(f"{verb} {name} more than the others do: slope {_signed(found)}")
    return "; ".join(texts) or None


def _habit(row: Row, name: str, n_looks: int = 1) -> Row | None:
    """The slope's difference from the others where it is certain, notable and a habit.

    Somebody who tosses coins has a flatter slope than all the others as well, but follows
    nothing: below the others the own slope must point the other way.
    """
    slope = row["slopes"].get(name)
    if slope is None or slope["against_others"]["low"] is None:
        return None
    found: Row = slope["against_others"]
    half = (found["high"] - found["low"]) / 2
    z_needed = float(-ndtri(LEVEL / 2 / n_looks))
    certain = abs(found["value"]) * -ndtri(0.025) > z_needed * half
    is_habit = slope["own"]["low"] > 0 if found["value"] > 0 else slope["own"]["high"] < 0
    return found if certain and is_habit and abs(found["value"]) >= NOTABLE_SLOPE else None


def fast(project: Row, row: Row) -> str | None:
    own, typical = row["median_active_ms"], project["typical_ms"]
    deviation = row["speed"]["deviation"]
    if typical is None or deviation is None or own >= FAST * typical or deviation > FAR:
        return None
    return (
        f"takes {own / 1000:.1f} s for a judgment (median); the typical annotator takes "
        f"{typical / 1000:.1f} s"
    )


def straight_lining(_: Row, row: Row) -> str | None:
    run = row["run"]
    if run["p"] > LEVEL / 2:
        return None
    return (
        f"chose {run['value']} {run['length']} times in a row; {run['expected']} would be "
        f"usual in {run['n']:,} judgments"
    )


def drifts(_: Row, row: Row) -> str | None:
    """Agreement or gold accuracy fell: half of the level each."""
    texts = []
    for name, words in (("drift", "agreement with the others"), ("gold_drift", "gold accuracy")):
        found = row[name]
        if found["p"] is None or found["p"] > LEVEL / 2:
            continue
        if found["after"] - found["before"] <= -NOTABLE_DRIFT:
            texts.append(
                f"{words} fell from {_percent(found['before'])} to {_percent(found['after'])}"
            )
    return "; ".join(texts) or None


def look_alike(_: Row, row: Row) -> str | None:
    alike = [
        f"{one['annotator']} on {_percent(one['agreement'])} of {one['n']:,} "
        f"({_percent(one['expected'])} would be usual)"
        for one in row["look_alikes"]
    ]
    return f"agrees with {', '.join(alike)}" if alike else None


def is_look_alike(pair: Row, n_pairs: int) -> bool:
    """Whether two annotators agree beyond what any of all pairs would by chance."""
    excess = pair["agreement"] - pair["expected"]
    return bool(exp(pair["log_p"]) * n_pairs <= PAIRS_LEVEL and excess >= NOTABLE_LIKENESS)


def _percent(share: float) -> str:
    return f"{share * 100:.0f} %"


def _interval(estimate: Row) -> str:
    return f"[{estimate['low'] * 100:.0f}, {estimate['high'] * 100:.0f}]"


def _signed(estimate: Row) -> str:
    return f"{estimate['value']:+.2f} [{estimate['low']:+.2f}, {estimate['high']:+.2f}]"
