"""Every word and phrase of many texts, and which texts contain it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from quality.metrics.words import UNKNOWN, Words

MAX_LENGTH = 4
# Of the texts with the shorter phrase, the share with the longer one from which on the shorter
# says nothing of its own.
ABSORBED = 0.9
# Places of words that are sorted at a time: 8 bytes each, several times over.
AT_A_TIME = 4_000_000
# Texts of phrases that are measured at a time: up to 60 bytes each.
IN_A_PART = 1_000_000
NOTHING = np.zeros(0, dtype=np.int64)

Codes = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Phrases:
    """Phrases of one to four words, and the texts that contain each.

    Attributes:
        word: Codes of the words of each phrase, shape (n_phrases, MAX_LENGTH), UNKNOWN (-1)
            behind the last one.
        starts: Where the texts of each phrase begin in ``text``, shape (n_phrases + 1,).
        text: Texts with the phrase, ascending within a phrase.
        is_absorbed: Whether (nearly) all texts with the phrase have one and the same longer
            one, or another phrase occurs in exactly the same texts and stands for both.
        names: The words by code.
    """

    word: NDArray[np.int32]
    starts: Codes
    text: NDArray[np.int32]
    is_absorbed: NDArray[np.bool_]
    names: list[str]

    def __len__(self) -> int:
        return int(self.word.shape[0])

    @property
    def n_texts(self) -> Codes:
        """Texts with each phrase."""
        return np.diff(self.starts)

    def texts_of(self, phrase: int) -> NDArray[np.int32]:
        return self.text[self.starts[phrase] : self.starts[phrase + 1]]

    def parts(self, wanted: Codes) -> Iterator["Phrases"]:
        """The wanted phrases, in their order, in parts with a bounded number of texts."""
        sizes = self.n_texts[wanted]
        group = np.cumsum(sizes) // IN_A_PART
        for some in np.split(np.arange(wanted.size), np.flatnonzero(np.diff(group)) + 1):
            phrase = wanted[some]
            starts = np.concatenate([[0], np.cumsum(sizes[some])])
            place = np.repeat(self.starts[phrase] - starts[:-1], sizes[some])
            text = self.text[place + np.arange(starts[-1])]
            yield Phrases(self.word[phrase], starts, text, self.is_absorbed[phrase], self.names)

    def name(self, phrase: int) -> str:
        return " ".join(self.names[code] for code in self.word[phrase] if code != UNKNOWN)


def find_phrases(
    words: Words, *, min_texts: int, step: Callable[[str], None], max_length: int = MAX_LENGTH
) -> Phrases:
    """Phrases of up to ``max_length`` words that at least ``min_texts`` texts contain.

    Words of a phrase follow each other in the text, whatever punctuation is between them. A
    longer phrase is only looked for where both shorter ones inside it are frequent enough, so
    nothing rare is ever stored, and codes are exact: no two phrases share one.
    """
    code, n_codes = words.word, len(words.names)
    levels: list[_Level] = []
    for length in range(1, max_length + 1):
        step(f"Counting phrases of {length} word{'' if length == 1 else 's'}")
        if length == 1:
            begins = code != UNKNOWN
        else:
            begins = (code[:-1] != UNKNOWN) & (code[1:] != UNKNOWN)
            begins &= words.text[:-1] == words.text[1:]
        level, code = _frequent(code, begins, words, n_codes, min_texts)
        if not level.number.size:
            break
        if length == 1:
            level.chain = level.number.astype(np.int32)[:, None]
        else:
            first, second = level.number // n_codes, level.number % n_codes
            level.chain = np.hstack([levels[-1].chain[first], levels[-1].chain[second, -1:]])
            levels[-1].absorb(first, second, level.n_texts)
        levels.append(level)
        n_codes = level.number.size
    return _joined(levels, words)


@dataclass(slots=True)
class _Level:
    """The phrases of one length: the codes of their two parts as one number, and their texts."""

    number: Codes
    n_texts: Codes
    text: NDArray[np.int32]
    chain: NDArray[np.int32]
    is_absorbed: NDArray[np.bool_]

    def absorb(self, first: Codes, second: Codes, n_texts: Codes) -> None:
        """Mark phrases that hardly occur outside a longer one that begins or ends with them."""
        for part in (first, second):
            self.is_absorbed[part[n_texts >= ABSORBED * self.n_texts[part]]] = True


def _frequent(
    code: NDArray[np.int32],
    begins: NDArray[np.bool_],
    words: Words,
    n_codes: int,
    min_texts: int,
) -> tuple[_Level, NDArray[np.int32]]:
    """Phrases one word longer that enough texts hold, and their codes at each place.

    Args:
        code: Code of the frequent shorter phrase that begins at each place, or UNKNOWN.
        begins: Where two frequent shorter phrases follow each other within a text; as long as
            ``code`` for single words, else shorter by one.
    """
    recoded = np.full(code.size, UNKNOWN, dtype=np.int32)
    numbers, sizes, texts = [NOTHING], [NOTHING], [NOTHING.astype(np.int32)]
    n_kept = 0
    for low, high in _ranges(code[: begins.size][begins], n_codes):
        part = code[: begins.size]
        place = np.flatnonzero(begins & (part >= low) & (part < high))
        number = code[place].astype(np.int64)
        if begins.size < code.size:
            number = number * n_codes + code[place + 1]
        kept, n_texts, text = _texts_of(number, words.text[place], words.n_texts, min_texts)
        if kept.size:
            at = np.minimum(np.searchsorted(kept, number), kept.size - 1)
            recoded[place] = np.where(kept[at] == number, at + n_kept, UNKNOWN)
        n_kept += kept.size
        numbers.append(kept)
        sizes.append(n_texts)
        texts.append(text)
    chain = np.zeros((n_kept, 0), dtype=np.int32)
    level = _Level(
        np.concatenate(numbers),
        np.concatenate(sizes),
        np.concatenate(texts),
        chain,
        np.zeros(n_kept, dtype=bool),
    )
    return level, recoded


def _ranges(code: NDArray[np.int32], n_codes: int) -> Iterator[tuple[int, int]]:
    """Ranges of codes with a bounded number of places, so that little is sorted at a time."""
    group = np.cumsum(np.bincount(code, minlength=n_codes)) // AT_A_TIME
    yield from pairwise([0, *(np.flatnonzero(np.diff(group)) + 1).tolist(), n_codes])


def _texts_of(
    number: Codes, text: NDArray[np.int32], n_texts: int, min_texts: int
) -> tuple[Codes, Codes, NDArray[np.int32]]:
    """The numbers that enough texts hold, how many do, and which; all ascending."""
    keys = number * n_texts + text
    keys.sort()
    keys = keys[_is_first_of_run(keys)]
    numbers = keys // max(n_texts, 1)
    begins = np.flatnonzero(_is_first_of_run(numbers))
    sizes = np.diff(np.append(begins, numbers.size))
    is_frequent = sizes >= min_texts
    is_kept = np.repeat(is_frequent, sizes)
    texts = (keys[is_kept] - numbers[is_kept] * n_texts).astype(np.int32)
    return numbers[begins[is_frequent]], sizes[is_frequent], texts


def _joined(levels: list[_Level], words: Words) -> Phrases:
    if not levels:
        nothing = np.zeros((0, MAX_LENGTH), dtype=np.int32)
        empty = np.zeros(0, dtype=np.int32)
        return Phrases(nothing, np.zeros(1, dtype=np.int64), empty, empty.astype(bool), words.names)
    word = np.concatenate(
        [
            np.pad(
                level.chain,
                ((0, 0), (0, MAX_LENGTH - level.chain.shape[1])),
                constant_values=UNKNOWN,
            )
            for level in levels
        ]
    )
    sizes = np.concatenate([level.n_texts for level in levels])
    starts = np.concatenate([[0], np.cumsum(sizes)])
    text = np.concatenate([level.text for level in levels])
    is_absorbed = np.concatenate([level.is_absorbed for level in levels])
    is_absorbed |= _repeats_another(word, starts, text, words.n_texts)
    return Phrases(word, starts, text, is_absorbed, words.names)


def _repeats_another(
    word: NDArray[np.int32], starts: Codes, text: NDArray[np.int32], n_texts: int
) -> NDArray[np.bool_]:
    """All but the longest (of these the first) of the phrases with exactly the same texts.

    Sets of texts are told apart by sums of random 64-bit numbers, one for each text: among a
    million phrases two different sets are taken for one with a probability of 3e-8.
    """
    marks = np.random.default_rng(0).integers(0, 2**63, size=n_texts, dtype=np.uint64)
    sums = np.concatenate(
        [
            np.add.reduceat(marks[text[starts[some[0]] : starts[some[-1] + 1]]], of_some)
            for some, of_some in _phrases_at_a_time(starts)
        ]
    )
    n_words = (word != UNKNOWN).sum(axis=1)
    order = np.lexsort((-n_words, sums))
    repeats = np.zeros(sums.size, dtype=bool)
    repeats[order] = ~_is_first_of_run(sums[order])
    return repeats


def _phrases_at_a_time(starts: Codes) -> Iterator[tuple[Codes, Codes]]:
    """Phrases with a bounded number of texts, and where these begin among those of the others."""
    group = starts[:-1] // AT_A_TIME
    for some in np.split(np.arange(group.size), np.flatnonzero(np.diff(group)) + 1):
        yield some, starts[some] - starts[some[0]]


def _is_first_of_run(values: NDArray[np.integer]) -> NDArray[np.bool_]:
    first = np.ones(values.size, dtype=bool)
    first[1:] = values[1:] != values[:-1]
    return first
