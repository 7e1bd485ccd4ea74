"""Who is held out."""

import itertools
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quality.curation.holdout import draw_holdout

RANKGEN = {
    "writer01": 100,
    "writer02": 100,
    "writer03": 100,
    "writer04": 100,
    "writer05": 67,
    "writer06": 40,
    "writer07": 100,
    "writer08": 2,
}


def draw(counts, share, seed=0):
    return draw_holdout(list(counts), list(counts.values()), share=Fraction(share), seed=seed)


def test_the_set_with_the_nearest_share_of_judgments_is_held_out():
    holdout = draw(RANKGEN, "0.2")

    # 20 % of 609 is 121.8; 67 + 40 = 107 is nearer than 100 + 2 = 102 and 100 + 40 = 140.
    assert holdout.annotators == ("writer05", "writer06")
    assert holdout.judgment_share == pytest.approx(107 / 609)
    assert holdout.reason == ""


def test_fewer_than_five_annotators_hold_out_nobody_and_say_why():
    holdout = draw({"a": 10, "b": 10, "c": 10, "d": 10}, "0.2")

    assert holdout.annotators == ()
    assert "only 4 annotators" in holdout.reason


def test_share_zero_holds_out_nobody_and_says_why():
    holdout = draw(RANKGEN, "0")

    assert holdout.annotators == ()
    assert "share 0" in holdout.reason


def test_at_least_one_annotator_is_held_out():
    assert len(draw({name: 10 for name in "abcde"}, "0.01").annotators) == 1


def test_the_seed_tells_equally_near_sets_apart():
    equal = {f"annotator{i}": 10 for i in range(10)}

    drawn = {draw(equal, "0.2", seed=seed).annotators for seed in range(20)}

    assert len(drawn) > 5


def test_the_order_of_the_annotators_does_not_matter():
    backwards = dict(reversed(RANKGEN.items()))

    assert draw(backwards, "0.25", seed=3) == draw(RANKGEN, "0.25", seed=3)


@given(
    counts=st.lists(st.integers(1, 300), min_size=5, max_size=10),
    share=st.sampled_from(["0.1", "0.2", "0.35", "0.5"]),
    seed=st.integers(0, 3),
)
def test_no_other_set_of_that_size_comes_nearer(counts, share, seed):
    named = {f"a{i:02}": count for i, count in enumerate(counts)}
    size = max(1, round(Fraction(share) * len(counts)))
    target = Fraction(share) * sum(counts)

    held = draw(named, share, seed).annotators

    distances = [abs(sum(chosen) - target) for chosen in itertools.combinations(counts, size)]
    assert len(held) == size
    assert abs(sum(named[name] for name in held) - target) == min(distances)


def test_many_uneven_annotators_reach_the_share_to_one_judgment():
    uneven = {f"a{rank:03}": 20_000 // rank for rank in range(1, 501)}

    first, second = draw(uneven, "0.2", seed=1), draw(uneven, "0.2", seed=2)

    total = sum(uneven.values())
    for holdout in (first, second):
        held = sum(uneven[name] for name in holdout.annotators)
        assert len(holdout.annotators) == 100
        assert abs(held - total / 5) < 1
    assert first != second
