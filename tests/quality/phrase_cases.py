"""Pairs of texts for the audit of words and phrases, and what it finds in them."""

import numpy as np

from quality.metrics.phrase_bias import PhraseBias, least_texts, phrase_bias
from quality.metrics.phrases import find_phrases
from quality.metrics.words import words_of

PLANTED = "thank you so much"


def words(texts, most=10_000):
    return words_of(texts, step=lambda _: None, most=most)


def found(texts, min_texts=1):
    return find_phrases(words(texts), min_texts=min_texts, step=lambda _: None)


def audited(pairs, cluster=None, min_texts=None) -> PhraseBias:
    """Phrases of pairs of (preferred, rejected) texts."""
    texts = [text for pair in pairs for text in pair]
    sizes = np.array([[len(a), len(b)] for a, b in pairs]).reshape(-1, 2)
    longer = np.log2(1.0 + sizes[:, 0]) - np.log2(1.0 + sizes[:, 1])
    least = least_texts(len(texts)) if min_texts is None else min_texts
    return phrase_bias(
        found(texts, least),
        longer=longer,
        cluster=np.arange(len(pairs)) if cluster is None else cluster,
        step=lambda _: None,
    )


def effect_of(result, phrase):
    return next(effect for effect in result.effects if effect.phrase == phrase)


def false_rate(result: PhraseBias) -> float:
    flagged = [effect for effect in result.effects if effect.is_flagged]
    false = [one for one in flagged if not set(one.phrase.split()) & set(PLANTED.split())]
    return len(false) / max(len(flagged), 1)


def led_by_length(rng, n, longer_wins, planted=(0.0, 0.0), n_words=300, sizes=range(5, 60)):
    """Pairs of random words where the longer response wins so often, whatever it says.

    The responses of a pair have two different ones of the sizes.
    """
    pairs = []
    for _ in range(n):
        one, other = (
            [f"w{word}" for word in rng.integers(0, n_words, size=size)]
            for size in rng.choice(sizes, size=2, replace=False)
        )
        short, long = sorted((one, other), key=len)
        chosen, left = (long, short) if rng.random() < longer_wins else (short, long)
        for text, share in ((chosen, planted[0]), (left, planted[1])):
            if rng.random() < share:
                text[3:3] = PLANTED.split()
        pairs.append((" ".join(chosen), " ".join(left)))
    return pairs
