"""What most judgments of a comparison say."""

from collections.abc import Sequence
from typing import NamedTuple


class Decision(NamedTuple):
    """An answer in the comparison's own order: what a judgment or a reviewer decides."""

    outcome: str
    preference: int | None = None


TIE = Decision("preference", 0)
BOTH_GOOD = Decision("both_good")


def majority(answers: Sequence[Decision]) -> Decision | None:
    """The most frequent answer, None where two are equally frequent or there is none.

    Preferences count by direction, with "both good" as a tie, as in reports and datasets; the
    strength is the median of the winning ones, the lower of two in the middle.
    """
    groups: dict[str, list[Decision]] = {}
    for answer in answers:
        groups.setdefault(_group(answer), []).append(answer)
    by_size = sorted(groups.values(), key=len, reverse=True)
    if not by_size or (len(by_size) > 1 and len(by_size[0]) == len(by_size[1])):
        return None
    winning = by_size[0]
    if _group(winning[0]) == "tie":
        return BOTH_GOOD if 2 * winning.count(BOTH_GOOD) > len(winning) else TIE
    preferences = sorted((one.preference for one in winning if one.preference), key=abs)
    if not preferences:
        return winning[0]
    return Decision("preference", preferences[(len(preferences) - 1) // 2])


def _group(answer: Decision) -> str:
    if answer.preference is None:
        return "tie" if answer == BOTH_GOOD else answer.outcome
    return "a" if answer.preference < 0 else "b" if answer.preference else "tie"
