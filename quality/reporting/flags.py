"""What about an annotator deserves a look; a flag is a question, not a verdict.

Each kind is a test that flags somebody without the fault with the probability ``by_chance`` at
most, and asks for a notable size as well: with many judgments the smallest habit is certain.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from quality.reporting import flag_rules

Row = flag_rules.Row
Rule = Callable[[Row, Row], str | None]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of flag.

    Attributes:
        name: Its key in documents.
        label: What people call it.
        by_chance: Highest share of annotators without the habit that it flags; None where it has
            no such bound.
        question: What to find out.
        rule: From the project's figures and an annotator's to what was seen, or None.
        is_tested: Whether an annotator's figures allow the test.
    """

    name: str
    label: str
    by_chance: float | None
    question: str
    rule: Rule
    is_tested: Callable[[Row], bool]


def annotator_flags(rows: list[Row], project: Row) -> list[dict[str, str]]:
    """Flags of every annotator, in the order of the annotators.

    Args:
        rows: Annotators as the section of annotators holds them.
        project: Its other figures: agreement, chance, typical competence, gold, ...
    """
    return [
        {"annotator": row["annotator"], "pseudonym": row["pseudonym"], "kind": kind, "text": text}
        for row in rows
        for kind, text in _flags_of(row, project)
    ]


def expected_by_chance(rows: list[Row]) -> list[dict[str, Any]]:
    """By kind with a bound: annotators who were tested, and how many chance may flag."""
    found = []
    for kind in KINDS:
        if kind.by_chance is not None:
            tested = sum(kind.is_tested(row) for row in rows)
            found.append(
                {"kind": kind.name, "tested": tested, "by_chance": tested * kind.by_chance}
            )
    return found


def _flags_of(row: Row, project: Row) -> Iterator[tuple[str, str]]:
    for kind in KINDS:
        text = kind.rule(project, row) if kind.is_tested(row) else None
        if text:
            yield kind.name, text


def _has(*keys: str) -> Callable[[Row], bool]:
    """Whether the figure at this place has a value, or an interval where it is an estimate."""

    def tested(row: Row) -> bool:
        found: Any = row
        for key in keys:
            found = found.get(key) if found is not None else None
        if isinstance(found, dict):
            return found.get("low") is not None
        return found is not None

    return tested


KINDS = (
    Kind(
        "low_agreement",
        "Agrees less",
        0.025,
        "Do they read the guidelines differently, or judge harder comparisons?",
        flag_rules.low_agreement,
        _has("agreement_with_others"),
    ),
    Kind(
        "guessing",
        "Near guessing",
        0.025,
        "Do the judgments follow the responses at all?",
        flag_rules.guessing,
        _has("competence"),
    ),
    Kind(
        "low_gold",
        "Misses gold",
        flag_rules.LEVEL,
        "Which gold comparisons were missed, and are their answers beyond doubt?",
        flag_rules.low_gold,
        _has("gold_p"),
    ),
    Kind(
        "inconsistent",
        "Inconsistent",
        flag_rules.LEVEL,
        "Were the comparisons hard, or the judgments careless?",
        flag_rules.inconsistent,
        _has("self_p"),
    ),
    Kind(
        "one_sided",
        "One-sided",
        flag_rules.LEVEL,
        "Is the second response read as closely as the first?",
        flag_rules.one_sided,
        _has("left_p"),
    ),
    Kind(
        "by_length",
        "By length",
        flag_rules.LEVEL,
        "Would a shorter response of the same content be judged the same?",
        flag_rules.by_length,
        _has("slopes", "length", "against_others"),
    ),
    Kind(
        "by_form",
        "By form",
        flag_rules.LEVEL,
        "Is it the form that decides, or what it holds?",
        flag_rules.by_form,
        lambda row: any(_has("slopes", one, "against_others")(row) for one in row["slopes"]),
    ),
    Kind(
        "fast",
        "Very fast",
        None,
        "Are the responses read?",
        flag_rules.fast,
        lambda row: row["n_timed"] >= flag_rules.MIN_TIMED,
    ),
    Kind(
        "straight_lining",
        "Straight-lining",
        flag_rules.LEVEL / 2,
        "Was the same answer given without looking?",
        flag_rules.straight_lining,
        _has("run", "length"),
    ),
    Kind(
        "drifts",
        "Drifts",
        flag_rules.LEVEL,
        "What changed: the work, the guidelines, or the care?",
        flag_rules.drifts,
        lambda row: row["drift"]["p"] is not None or row["gold_drift"]["p"] is not None,
    ),
    Kind(
        "look_alike",
        "Look-alike",
        None,
        "Do two accounts belong to one person, or does one copy the other?",
        flag_rules.look_alike,
        lambda row: bool(row["look_alikes"]),
    ),
)
FLAG_KINDS = {kind.name: kind for kind in KINDS}
