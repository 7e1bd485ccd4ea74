"""Which split a comparison goes to."""

import hashlib
from collections import Counter

import pytest

from feedback_platform.errors import BadInput
from quality.curation.splits import split_groups, split_of


def groups(split_by, *, prompts, labels=None, ids=None):
    return split_groups(
        split_by=split_by,
        prompt_groups=prompts,
        labels=labels or [""] * len(prompts),
        comparison_ids=ids or [f"c{i}" for i in range(len(prompts))],
    )


def test_a_split_is_the_leading_64_bits_of_the_hash_in_tenths():
    for key in map(str, range(200)):
        share = int(hashlib.sha256(f"7:{key}".encode()).hexdigest()[:16], 16) / 2**64

        expected = "train" if share < 0.8 else "validation" if share < 0.9 else "test"
        assert split_of(key, seed=7) == expected


def test_splits_come_near_eighty_ten_ten():
    counts = Counter(split_of(f"prompt {i}", seed=0) for i in range(10_000))

    assert counts["train"] == pytest.approx(8_000, abs=160)
    assert counts["validation"] == pytest.approx(1_000, abs=120)
    assert counts["test"] == pytest.approx(1_000, abs=120)


def test_another_seed_draws_other_splits():
    keys = [f"prompt {i}" for i in range(100)]

    assert [split_of(k, seed=0) for k in keys] != [split_of(k, seed=1) for k in keys]


def test_two_prompts_are_refused_with_the_remedy():
    with pytest.raises(BadInput, match="only 2 different prompts.*--split-by comparison"):
        groups("prompt", prompts=["p", "q", "p"])


def test_two_prompts_can_be_split_by_comparison():
    assert groups("comparison", prompts=["p", "q", "p"]) == ["c0", "c1", "c2"]


def test_prompts_and_labels_that_touch_stay_together():
    keys = groups(
        "group",
        prompts=["p", "p", "q", "r", "s", "t"],
        labels=["x", "y", "y", "z", "", ""],
    )

    # p links x and y, y links q: one group; r, s and t stand alone.
    assert keys[0] == keys[1] == keys[2]
    assert len(set(keys)) == 4


def test_groups_do_not_depend_on_the_order_of_the_comparisons():
    prompts, labels = ["p", "p", "q", "r", "s", "t"], ["x", "y", "y", "z", "", "v"]

    forwards = groups("group", prompts=prompts, labels=labels)
    backwards = groups("group", prompts=prompts[::-1], labels=labels[::-1])

    assert backwards[::-1] == forwards


def test_new_prompts_under_known_labels_move_nothing():
    prompts, labels = ["p", "q", "r", "s"], ["x", "y", "z", ""]
    before = groups("group", prompts=prompts, labels=labels)

    after = groups("group", prompts=[*prompts, *"abcdefgh"], labels=[*labels, *"xyzxyzxy"])

    assert after[: len(before)] == before
