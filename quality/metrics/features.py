"""What a response looks like, whatever it says: form, politeness, doubt, refusal."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quality.metrics.words import Words, split_words

Floats = NDArray[np.float64]

# Word sequences, matched on words without case. Lists of English; other languages count 0.
REFUSAL = (
    "i can't help",
    "i cannot help",
    "i can't assist",
    "i cannot assist",
    "i can't provide",
    "i cannot provide",
    "i'm unable to",
    "i am unable to",
    "i'm not able to",
    "i am not able to",
    "i won't",
    "i will not",
    "i must decline",
    "as an ai",
    "as a language model",
    "against my guidelines",
)
HEDGING = (
    "maybe",
    "perhaps",
    "possibly",
    "probably",
    "likely",
    "might",
    "could be",
    "may be",
    "seems",
    "appears to",
    "it depends",
    "in general",
    "generally",
    "usually",
    "i think",
    "i believe",
    "i'm not sure",
    "i am not sure",
    "to my knowledge",
)
THANKS = (
    "thank you",
    "thanks",
    "you're welcome",
    "i hope this helps",
    "hope this helps",
    "happy to help",
    "glad to help",
    "feel free to",
    "let me know if",
)
PRAISE = (
    "great question",
    "good question",
    "excellent question",
    "interesting question",
    "great idea",
    "excellent point",
    "you're right",
    "you are right",
    "you're absolutely right",
    "absolutely",
    "certainly",
    "of course",
)
APOLOGY = ("sorry", "i apologize", "i apologise", "my apologies")

LIST_LINE = re.compile(r"^[ \t]{0,20}(?:[-*+\u2022]|\d{1,3}[.)])[ \t]", re.MULTILINE)
HEADING = re.compile(r"^#{1,6}[ \t]", re.MULTILINE)
TABLE_LINE = re.compile(r"^[ \t]{0,20}\|", re.MULTILINE)
PARAGRAPH = re.compile(r"\n[ \t]{0,20}\n")
DIGITS = re.compile(r"\d+")
EMOJI = re.compile("[\u2600-\u27bf\U0001f300-\U0001faff]")


@dataclass(frozen=True, slots=True)
class Feature:
    """One property of a response.

    Attributes:
        name: Its key in documents.
        label: What people call it.
        meaning: What is counted.
    """

    name: str
    label: str
    meaning: str


_COUNTED: tuple[tuple[Feature, Callable[[str], int]], ...] = (
    (
        Feature("lists", "List items", "Lines that begin with a dash, star, bullet or number"),
        lambda text: len(LIST_LINE.findall(text)),
    ),
    (Feature("code", "Code", "Fenced blocks and inline code"), lambda text: text.count("`") // 2),
    (
        Feature("headings", "Headings", "Lines that begin with #"),
        lambda text: len(HEADING.findall(text)) if "#" in text else 0,
    ),
    (Feature("bold", "Bold", "Passages between double stars"), lambda text: text.count("**") // 2),
    (
        Feature("tables", "Tables", "Lines that begin with |"),
        lambda text: len(TABLE_LINE.findall(text)) if "|" in text else 0,
    ),
    (Feature("links", "Links", "Addresses that begin with http"), lambda text: text.count("http")),
    (
        Feature("paragraphs", "Paragraphs", "Empty lines between passages"),
        lambda text: len(PARAGRAPH.findall(text)) if "\n" in text else 0,
    ),
    (Feature("exclamation", "Exclamations", "Exclamation marks"), lambda text: text.count("!")),
    (Feature("questions", "Questions", "Question marks"), lambda text: text.count("?")),
    (Feature("numbers", "Numbers", "Runs of digits"), lambda text: len(DIGITS.findall(text))),
    (
        Feature("emoji", "Emoji", "Pictures and symbols"),
        lambda text: 0 if text.isascii() else len(EMOJI.findall(text)),
    ),
)
_PHRASED: tuple[tuple[Feature, tuple[str, ...]], ...] = (
    (Feature("refusal", "Refusal", "Such as: I cannot help, as an AI"), REFUSAL),
    (Feature("hedging", "Hedging", "Such as: perhaps, might, it depends"), HEDGING),
    (Feature("thanks", "Thanks", "Such as: thank you, I hope this helps"), THANKS),
    (Feature("praise", "Praise and agreement", "Such as: great question, absolutely"), PRAISE),
    (Feature("apology", "Apology", "Such as: sorry, I apologize"), APOLOGY),
)
LENGTH = Feature("length", "Length", "Characters, as a logarithm to the base of two")
FEATURES = (LENGTH, *(one for one, _ in _COUNTED), *(one for one, _ in _PHRASED))


TEXTS_AT_A_TIME = 1_000


def feature_values(
    texts: Sequence[str], words: Words, *, step: Callable[[str], None], most: int
) -> Floats:
    """The features of each text, shape (n_texts, n_features), in the order of FEATURES.

    Length is log2(1 + characters); what is counted is log2(1 + count), so that the twentieth
    list item weighs less than the second. Of long texts the first ``most`` characters are
    looked at; their length counts whole.

    Args:
        texts: The texts.
        words: Their words.
    """
    counts = np.zeros((len(texts), len(FEATURES)))
    for place, text in enumerate(texts):
        if place % TEXTS_AT_A_TIME == 0:
            step(f"Looking at the form of text {place + 1:,} of {len(texts):,}")
        start = text[:most]
        counts[place, 0] = len(text)
        counts[place, 1 : len(_COUNTED) + 1] = [count(start) for _, count in _COUNTED]
    for column, (_, phrases) in enumerate(_PHRASED, len(_COUNTED) + 1):
        counts[:, column] = _n_occurrences(words, phrases)
    return np.log2(1 + counts)


def _n_occurrences(words: Words, phrases: Sequence[str]) -> Floats:
    """How often the phrases occur in each text, shape (n_texts,)."""
    code_of = {name: code for code, name in enumerate(words.names)}
    total = np.zeros(words.n_texts)
    for phrase in phrases:
        chain = [code_of.get(word) for word in split_words(phrase)]
        if None in chain:
            continue
        begins = np.flatnonzero(words.word[: words.word.size - len(chain) + 1] == chain[0])
        for offset, code in enumerate(chain[1:], 1):
            begins = begins[words.word[begins + offset] == code]
        is_whole = words.text[begins] == words.text[begins + len(chain) - 1]
        total += np.bincount(words.text[begins[is_whole]], minlength=words.n_texts)
    return total
