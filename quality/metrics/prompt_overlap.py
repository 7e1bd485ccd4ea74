"""Prompts that two datasets share, by 64-bit digests of their texts."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annotation.content import Messages, prompt_digest, prompt_group

# From this share on, a model that was fine-tuned on the prompts has seen much of the dataset.
HIGH_OVERLAP = 0.30
STORED = np.dtype("<u8")

Digests = NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class PromptOverlap:
    """What a dataset shares with another set of prompts.

    Attributes:
        prompt_set: Database key of the other set.
        name: Its file.
        n_in_set: Different prompts of the other set.
        n_prompts: Different prompts of this dataset, without case and spacing.
        n_shared: Of these, those in the other set, without case and spacing.
        n_compared: Of the shared ones, those whose texts were compared as they are written.
        n_exact: Of these, those that are in the other set exactly as one of our texts is.
        n_comparisons: Comparisons of shared prompts.
        n_all_comparisons: Comparisons in all.
    """

    prompt_set: int
    name: str
    n_in_set: int
    n_prompts: int
    n_shared: int
    n_compared: int
    n_exact: int
    n_comparisons: int
    n_all_comparisons: int

    @property
    def share(self) -> float | None:
        return self.n_shared / self.n_prompts if self.n_prompts else None


def spellings(prompt: str | Messages) -> list[str | Messages]:
    """The prompt as text and as a conversation of one turn, where it can be both."""
    if isinstance(prompt, str):
        return [prompt, [{"role": "user", "content": prompt}]]
    if len(prompt) == 1 and prompt[0]["role"] == "user":
        return [prompt, prompt[0]["content"]]
    return [prompt]


def normalised_digest(prompt: str | Messages) -> int:
    return int(prompt_group(prompt), 16)


def exact_digest(prompt: str | Messages) -> int:
    return int(prompt_digest(prompt), 16)


def from_stored(octets: bytes | memoryview) -> Digests:
    """Different digests in order, eight octets each.

    Raises:
        ValueError: the octets are no multiple of eight.
    """
    return np.frombuffer(octets, dtype=STORED)


def is_among(digests: Digests, known: Digests) -> NDArray[np.bool_]:
    """Whether each digest is among those known, which are in order."""
    if not known.size:
        return np.zeros(digests.shape, dtype=bool)
    at = np.minimum(np.searchsorted(known, digests), known.size - 1)
    return np.asarray(known[at] == digests)
