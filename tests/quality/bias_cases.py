"""Evidence for the bias audit, made of texts and preferences alone."""

from collections.abc import Sequence

import numpy as np

from quality.metrics.evidence import (
    NONE,
    Annotator,
    Collection,
    Evidence,
    KnownAnswers,
    Labels,
    Repeats,
    Texts,
)
from quality.metrics.judged import A, B, Judged
from quality.reporting.sections.base import Context

NOTHING = np.zeros(0, dtype=np.int64)


def context(**earlier: dict) -> Context:
    return Context(seed=7, step=lambda _: None, earlier=earlier)


def evidence_of(
    pairs: Sequence[tuple[str, str]],
    *,
    prefers_b: Sequence[bool] | None = None,
    prompts: Sequence[str] | None = None,
    swapped: int = -1,
    topics: Sequence[str] = (),
    judgments: int = 1,
    collection: Collection | None = None,
) -> Evidence:
    """Comparisons of two texts, each judged the same by everybody; A is preferred by default."""
    n = len(pairs)
    prefers = np.array(prefers_b if prefers_b is not None else [False] * n, dtype=bool)
    texts = list(prompts) if prompts is not None else [f"prompt {at}" for at in range(n)]
    prompt = np.unique(np.array(texts, dtype=object).astype(str), return_inverse=True)[1]
    lengths = np.array([[len(a.encode()), len(b.encode())] for a, b in pairs]).reshape(n, 2)
    unit = np.repeat(np.arange(n), judgments)
    names = tuple(sorted(set(topics)))
    none = Labels(np.full(n, NONE), ())
    topic = Labels(np.array([names.index(one) for one in topics]), names) if topics else none
    outcome = np.where(prefers, B, A)[unit]
    return Evidence(
        judged=Judged(
            unit=unit,
            coder=np.tile(np.arange(judgments), n),
            outcome=outcome,
            preference=outcome - 1,
            strength_known=np.zeros(unit.size, dtype=bool),
            swapped=np.full(unit.size, swapped),
            active_ms=np.full(unit.size, -1),
            prompt=prompt.astype(np.int64),
            longer=np.sign(lengths[:, 1] - lengths[:, 0]),
            n_coders=judgments,
        ),
        annotators=[Annotator(f"a{code}", f"p{code}") for code in range(judgments)],
        at=np.zeros(unit.size, dtype=np.int64),
        key=np.arange(1, n + 1),
        batch=none,
        topic=topic,
        language=none,
        model_a=none,
        model_b=none,
        length_a=lengths[:, 0],
        length_b=lengths[:, 1],
        criteria=[],
        ratings=[],
        known_answers=KnownAnswers(NOTHING, NOTHING, NOTHING.astype(bool), NOTHING.astype(bool)),
        repeats=Repeats(NOTHING, NOTHING, NOTHING, NOTHING.astype(bool), NOTHING),
        texts=Texts(np.arange(n), texts, [a for a, _ in pairs], [b for _, b in pairs], n_judged=n),
        offers_tie=False,
        response_a=np.array([hash(a) for a, _ in pairs], dtype=np.int64),
        response_b=np.array([hash(b) for _, b in pairs], dtype=np.int64),
        collection=collection or Collection(),
    )


def swapped_order(
    pairs: Sequence[tuple[str, str]], prefers_b: Sequence[bool], which: Sequence[bool]
) -> tuple[list[tuple[str, str]], list[bool]]:
    """The same comparisons with A and B exchanged in some of them."""
    turned = [(b, a) if flip else (a, b) for (a, b), flip in zip(pairs, which, strict=True)]
    return turned, [one != flip for one, flip in zip(prefers_b, which, strict=True)]


def random_pairs(
    rng: np.random.Generator, n: int, *, words: int = 40, vocabulary: int = 400
) -> list[tuple[list[str], list[str]]]:
    """Pairs of texts of Zipf's words, as lists of words."""
    share = 1 / np.arange(1, vocabulary + 1)
    share /= share.sum()
    return [
        tuple(
            [
                f"w{code}"
                for code in rng.choice(
                    vocabulary, rng.integers(words // 2, words * 3 // 2), p=share
                )
            ]
            for _ in range(2)
        )
        for _ in range(n)
    ]
