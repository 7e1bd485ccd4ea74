"""Which response of each comparison most annotators preferred."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quality.metrics.evidence import Evidence
from quality.metrics.judged import A, B, Judged
from quality.metrics.majority import top_values
from quality.metrics.reliability import MISSING


def most_frequent_directions(judged: Judged) -> NDArray[np.int64]:
    """The direction with the most judgments of each comparison, shape (n_units,).

    A, TIE or B; MISSING (-1) where nobody judged, or two directions have equally many.
    """
    top = top_values(judged.directions().counts())
    return np.where(top.is_single, top.value, MISSING)


@dataclass(frozen=True, slots=True)
class Pairs:
    """Preferred and rejected responses of a sample of comparisons.

    Attributes:
        unit: The comparison of each pair, shape (n_pairs,).
        texts: Text 2i is the preferred response of pair i, text 2i + 1 the rejected one.
        prompt: Code of each pair's prompt, shape (n_pairs,).
        n_available: Pairs that the sample was drawn from.
    """

    unit: NDArray[np.int64]
    texts: list[str]
    prompt: NDArray[np.int64]
    n_available: int

    @property
    def n(self) -> int:
        return int(self.unit.size)

    @property
    def n_characters(self) -> NDArray[np.int64]:
        """Characters of the preferred and the rejected response, shape (n_pairs, 2)."""
        sizes = np.fromiter(map(len, self.texts), dtype=np.int64, count=len(self.texts))
        return sizes.reshape(-1, 2)


def drawn_pairs(
    evidence: Evidence,
    direction: NDArray[np.int64],
    *,
    rng: np.random.Generator,
    most: int,
    most_characters: int,
    longest: int,
) -> Pairs:
    """Pairs among the texts of the evidence, as many as the bounds allow, drawn at random.

    Args:
        evidence: With texts of judged comparisons.
        direction: Of each comparison, as :func:`most_frequent_directions` gives it.
        rng: Source of the draw.
        most: Pairs at most.
        most_characters: Characters of all responses at most, of each counted up to ``longest``.
        longest: Characters of one response that are looked at.
    """
    texts = evidence.texts
    of_text = direction[texts.unit]
    decided = np.flatnonzero((of_text == A) | (of_text == B))
    order = rng.permutation(decided)[:most]
    sizes = [
        min(len(texts.response_a[at]), longest) + min(len(texts.response_b[at]), longest)
        for at in order.tolist()
    ]
    fits = np.cumsum(np.array(sizes, dtype=np.int64)) <= most_characters
    chosen = np.sort(order[fits])
    pairs: list[str] = []
    for at in chosen.tolist():
        both = (texts.response_a[at], texts.response_b[at])
        pairs += both if of_text[at] == A else both[::-1]
    unit = texts.unit[chosen]
    available = int(np.isin(direction, (A, B)).sum())
    return Pairs(unit, pairs, evidence.judged.prompt[unit], available)
