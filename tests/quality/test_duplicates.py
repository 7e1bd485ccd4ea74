"""Texts that are there twice, nearly twice, or in several splits."""

import random

import numpy as np
import pytest

from annotation.content import prompt_digest, prompt_group
from quality.metrics.duplicates import repeated_comparisons, repeated_prompts
from quality.metrics.evidence import Collection
from quality.metrics.leakage import Leakage, SplitPrompts, shared_prompts
from quality.metrics.near_duplicates import near_duplicates
from quality.metrics.prompt_overlap import (
    STORED,
    PromptOverlap,
    from_stored,
    is_among,
    normalised_digest,
    spellings,
)
from quality.reporting.sections import texts
from quality.reporting.texts import TextsReading
from tests.quality.bias_cases import context, evidence_of

WORDS = [f"word{number}" for number in range(2_000)]


def silent(_: str) -> None:
    pass


def long_text(seed: int, n: int = 60) -> str:
    return " ".join(random.Random(seed).choices(WORDS, k=n))


def measured(evidence):
    return texts.SECTION.measure(evidence, context())


def test_prompts_are_counted_by_hand():
    found = repeated_prompts(np.array([3, 3, 3, 7, 7, 9]), listed=1)

    assert (found.n_prompts, found.n_repeated, found.n_comparisons) == (3, 2, 5)
    assert (found.most, found.counts) == ([3], [3])


def test_copies_and_swapped_copies_are_told_apart():
    # Three times (1, 2), once (2, 1), once (1, 1); the last is another prompt's (1, 2).
    prompt = np.array([0, 0, 0, 0, 0, 1])
    first = np.array([1, 1, 1, 2, 1, 1])
    second = np.array([2, 2, 2, 1, 1, 2])

    found = repeated_comparisons(prompt, first, second, is_empty=np.zeros(6, dtype=bool))

    assert (found.n_same, found.n_swapped, found.n_identical, found.n_empty) == (2, 4, 1, 0)


def test_counts_of_copies_equal_those_of_a_plain_loop():
    rng = np.random.default_rng(0)
    for _ in range(50):
        rows = rng.integers(-3, 3, size=(int(rng.integers(0, 40)), 3))
        found = repeated_comparisons(*rows.T.copy(), is_empty=np.zeros(len(rows), dtype=bool))
        known = [tuple(row) for row in rows.tolist()]
        assert found.n_same == len(known) - len(set(known))
        swapped = sum((p, b, a) in known and a != b for p, a, b in known)
        assert found.n_swapped == swapped


def test_nearly_the_same_is_found_and_what_shares_a_template_is_not():
    base = [long_text(seed) for seed in range(40)]
    changed = [text.replace(text.split()[30], "other", 1).upper() for text in base]
    template = [
        f"Summarise the following article in two lines. {long_text(900 + at)}" for at in range(20)
    ]

    found = near_duplicates([*base, *changed, *template], step=silent)

    assert (found.cluster[:40] == found.cluster[40:80]).all()
    assert not found.has_company[80:].any()


def test_short_empty_and_hostile_texts_have_no_near_duplicates():
    found = near_duplicates(["", "hi", "\ud800" * 10, "\0" * 500, "x" * 5_000_000], step=silent)

    assert found.cluster.shape == (5,)
    assert not found.has_company[:3].any()
    assert near_duplicates([], step=silent).cluster.size == 0


def test_splits_share_prompts_without_case_and_spacing_and_nearly():
    splits = {name: SplitPrompts() for name in ("train", "validation", "test")}
    for prompt in ("Hello  World", "only here", long_text(1)):
        splits["train"].add(prompt)
    splits["test"].add("hello world")
    splits["test"].add("Hello  World")
    splits["test"].add(long_text(1) + " more")
    splits["test"].add([{"role": "user", "content": "only here"}])

    validation, test = shared_prompts(splits, step=silent)

    assert (validation.n_rows, validation.n_normalised) == (0, 0)
    assert (test.n_rows, test.n_prompts) == (4, 3)
    assert (test.n_normalised, test.n_exact, test.n_near) == (1, 1, 1)
    assert test.examples[0][1] == long_text(1)[:200]


def test_digests_are_those_of_the_content_and_survive_storing():
    digests = np.unique(np.array([normalised_digest(text) for text in ("b", "a", "b")], STORED))

    known = from_stored(digests.tobytes())

    assert is_among(np.array([int(prompt_group("A "), 16), 5], STORED), known).tolist() == [
        True,
        False,
    ]
    assert is_among(known, known[:0]).tolist() == [False, False]
    assert prompt_digest("a") != prompt_digest("A")
    assert prompt_group("a") == prompt_group(" A")


def test_one_question_is_the_same_as_text_and_as_a_conversation():
    asked = [{"role": "user", "content": "Why?"}]

    assert {repr(one) for one in spellings("Why?")} == {repr(one) for one in spellings(asked)}
    assert len(spellings([*asked, *asked])) == 1


def overlap(share: float) -> PromptOverlap:
    n = round(share * 100)
    return PromptOverlap(1, "sft.jsonl", 500, 100, n, n, n, n, 100)


@pytest.mark.parametrize(("share", "is_high"), [(0.3, False), (0.31, True)])
def test_more_than_thirty_per_cent_of_shared_prompts_warn(share, is_high):
    collection = Collection(overlaps=[overlap(share)])

    document = measured(evidence_of([("aa", "bb")] * 5, collection=collection))

    assert document["overlaps"][0]["is_high"] is is_high
    assert (
        "31 % of the prompts are also in sft.jsonl." in TextsReading(document).finding
    ) is is_high


def test_the_section_counts_what_compares_nothing():
    pairs = [("aa", "bb"), ("aa", "bb"), ("bb", "aa"), ("same", "same"), ("", "x")]

    document = measured(evidence_of(pairs, prompts=["p"] * 4 + ["q"]))

    found = document["comparisons"]
    assert (found["n_same"], found["n_swapped"], found["n_identical"], found["n_empty"]) == (
        1,
        3,
        1,
        1,
    )
    assert "1 comparison is a copy of another." in TextsReading(document).finding


def test_the_section_copes_with_nothing_at_all():
    document = measured(evidence_of([]))

    assert TextsReading(document).finding == "No text stands where it should not."
    assert document["leakage"] is None


def test_leaking_prompts_are_the_finding():
    splits = {name: SplitPrompts() for name in ("train", "validation", "test")}
    for split in splits.values():
        split.add("the same")
    leakage = Leakage(3, "comparison", shared_prompts(splits, step=silent))

    document = measured(evidence_of([("aa", "bb")], collection=Collection(leakage=leakage)))

    assert TextsReading(document).finding.startswith("2 prompts of validation or test stand in")
