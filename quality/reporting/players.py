"""Who plays in each comparison: models, or responses that recur under a prompt."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quality.metrics.battles import distinct
from quality.metrics.evidence import NONE, Evidence

EXCERPT = 80


@dataclass(frozen=True, slots=True)
class Players:
    """Who plays in each comparison.

    Attributes:
        first: The player that made response A, NONE where there is none, shape (n_units,).
        second: The one that made response B, same shape.
        group: Only players of one group meet: the prompt of responses, 0 for models, same shape.
        n: How many players there are.
        name_of: What a player is called.
        example_of: The key of a comparison with a player.
        kind: "models" or "responses".
    """

    first: NDArray[np.int64]
    second: NDArray[np.int64]
    group: NDArray[np.int64]
    n: int
    name_of: Callable[[int], str]
    example_of: Callable[[int], int]
    kind: str


def models_in(evidence: Evidence) -> Players:
    """The models as players."""
    names = tuple(sorted({*evidence.model_a.names, *evidence.model_b.names}))
    place = {name: code for code, name in enumerate(names)}
    first, second = (
        np.array([*(place[name] for name in labels.names), NONE], dtype=np.int64)[labels.code]
        for labels in (evidence.model_a, evidence.model_b)
    )
    known = (first != NONE) & (second != NONE) & (first != second)
    first, second = np.where(known, first, NONE), np.where(known, second, NONE)
    example = _examples(evidence, first, second, len(names))
    everybody = np.zeros(first.size, dtype=np.int64)
    return Players(first, second, everybody, len(names), names.__getitem__, example, kind="models")


def responses_in(evidence: Evidence) -> Players:
    """Responses to the same prompt as players, where a prompt has two comparisons or more."""
    prompt = evidence.judged.prompt
    n_units = prompt.size
    nobody = np.full(n_units, NONE)
    if evidence.response_a is None or evidence.response_b is None or not n_units:
        return Players(nobody, nobody, 0 * nobody, 0, str, int, kind="responses")
    _, group = distinct(prompt)
    recurs = np.bincount(group)[group] > 1
    # Texts of two prompts are two players: their hashes are mixed with the prompt's code.
    mixed = [
        (text[recurs] ^ (group[recurs] * np.int64(0x1E3779B97F4A7C15)))
        for text in (evidence.response_a, evidence.response_b)
    ]
    known, code = np.unique(np.concatenate(mixed), return_inverse=True)
    first, second = nobody.copy(), nobody.copy()
    first[recurs], second[recurs] = np.split(code, 2)
    same = first == second
    first[same] = second[same] = NONE
    example = _examples(evidence, first, second, known.size)
    name = _excerpts(evidence, first, second)
    return Players(first, second, group, int(known.size), name, example, kind="responses")


def _examples(
    evidence: Evidence, first: NDArray[np.int64], second: NDArray[np.int64], n: int
) -> Callable[[int], int]:
    """The first comparison of each player."""
    example = np.full(n, -1)
    for players in (second, first):
        units = np.flatnonzero(players != NONE)[::-1]
        example[players[units]] = units
    return lambda player: int(evidence.key[example[player]])


def _excerpts(
    evidence: Evidence, first: NDArray[np.int64], second: NDArray[np.int64]
) -> Callable[[int], str]:
    """The beginning of a response, where its text was read."""
    texts = evidence.texts
    unit_of: dict[int, tuple[int, bool]] = {}
    for place, unit in enumerate(texts.unit.tolist()):
        unit_of.setdefault(int(first[unit]), (place, False))
        unit_of.setdefault(int(second[unit]), (place, True))

    def excerpt(player: int) -> str:
        if player not in unit_of:
            return f"Response {player + 1}"
        place, is_b = unit_of[player]
        text = (texts.response_b if is_b else texts.response_a)[place].strip() or "(empty)"
        return text if len(text) <= EXCERPT else f"{text[: EXCERPT - 3].rstrip()}..."

    return excerpt
