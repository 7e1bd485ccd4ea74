"""Texts as words: what counts as one, and long arrays of word codes in place of strings."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Scripts without spaces: each of their characters is a word of its own.
_SINGLE = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
# Marks that belong to the letter before them but are no letters to Python: accents, points of
# Hebrew and Arabic, vowel signs of Indic and South-East Asian scripts.
_MARKS = (
    "\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed\u0900-\u0963"
    "\u0971-\u0dff\u0e00-\u0e3e\u0e40-\u0e4e\u1000-\u109f\u1780-\u17d3"
)
WORD = re.compile(f"[^\\W{_SINGLE}]+(?:[{_MARKS}'\u2019][^\\W{_SINGLE}]+|[{_MARKS}])*|[{_SINGLE}]")
# Longer ones are no words: keys, hashes, an attempt to fill the memory.
MAX_LETTERS = 40
# Different words that are told apart; the rest is one unknown word, part of no phrase.
MAX_WORDS = 1_000_000
UNKNOWN = -1
TEXTS_AT_A_TIME = 2_000


@dataclass(frozen=True, slots=True)
class Words:
    """The words of many texts, one after the other.

    Attributes:
        word: Code of each word, UNKNOWN (-1) where it is too long or beyond MAX_WORDS,
            shape (n,).
        text: The text that each word is in, ascending, same shape.
        names: The words by code, casefolded.
        n_texts: Texts, those without a word included.
    """

    word: NDArray[np.int32]
    text: NDArray[np.int32]
    names: list[str]
    n_texts: int


class _Codes(dict[str, int]):
    """Gives each new word the next code while there is room."""

    def __missing__(self, word: str) -> int:
        if len(self) >= MAX_WORDS or len(word) > MAX_LETTERS:
            return UNKNOWN
        self[word] = code = len(self)
        return code


def words_of(texts: Sequence[str], *, step: Callable[[str], None], most: int) -> Words:
    """The words of each text, compared without case; of long texts the first characters.

    Args:
        texts: Any text; what is no letter, digit or mark separates words.
        step: Called every few thousand texts; may raise to stop.
        most: Characters of a text that are read.
    """
    codes = _Codes()
    parts: list[NDArray[np.int32]] = []
    sizes = np.zeros(len(texts), dtype=np.int64)
    for start in range(0, len(texts), TEXTS_AT_A_TIME):
        step(f"Reading the words of text {start + 1:,} of {len(texts):,}")
        found: list[int] = []
        for place, text in enumerate(texts[start : start + TEXTS_AT_A_TIME], start):
            before = len(found)
            found += map(codes.__getitem__, split_words(text[:most]))
            sizes[place] = len(found) - before
        parts.append(np.array(found, dtype=np.int32))
    word = np.concatenate(parts) if parts else np.zeros(0, dtype=np.int32)
    text_of = np.repeat(np.arange(len(texts), dtype=np.int32), sizes)
    return Words(word, text_of, list(codes), len(texts))


def split_words(text: str) -> list[str]:
    """The words of one text, casefolded, typographic apostrophes made plain."""
    return WORD.findall(text.casefold().replace("\u2019", "'"))
