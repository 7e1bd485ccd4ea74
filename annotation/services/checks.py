"""Gold comparisons, attention checks, qualification and re-shows."""

from annotation.models import Judgment


def judge_check(*, judgment: Judgment) -> None:
    """Draw the consequences of a check; called inside the transaction that stores it."""


def misses_gold(*, judgment: Judgment) -> bool:
    """Whether this judgment, perhaps not stored yet, is of a check and not an accepted answer."""
    return False
