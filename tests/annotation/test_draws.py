"""Which hand-outs are checks: exactly one in each block, nowhere foreseeable, never two at once."""

import random
from collections import Counter

import pytest

from annotation.draws import block_of, check_at, is_drawn

KINDS = ("attention", "gold", "reshow")
CASES = [
    {"attention": 0.02, "gold": 0.05, "reshow": 0.05},
    {"attention": 0.1, "gold": 0.1, "reshow": 0.1},
    {"attention": 0.0, "gold": 0.5, "reshow": 0.25},
    {"attention": 0.5, "gold": 0.5, "reshow": 0.0},
    {"attention": 0.25, "gold": 0.33, "reshow": 0.07},
]


def kinds(secret: bytes, rates: dict[str, float], n: int) -> list[str]:
    return [check_at(secret, count, rates) for count in range(n)]


@pytest.mark.parametrize("rates", CASES)
@pytest.mark.parametrize("seed", range(3))
def test_each_block_has_exactly_one_check_of_its_kind(rates: dict[str, float], seed: int) -> None:
    drawn = kinds(random.Random(seed).randbytes(32), rates, 600)

    for kind, rate in rates.items():
        size = block_of(rate) if rate else 600
        blocks = [drawn[at : at + size] for at in range(0, 600 - size + 1, size)]
        assert {block.count(kind) for block in blocks} == {1 if rate else 0}


def test_places_are_spread_over_the_block_and_differ_between_annotators() -> None:
    rates = {"gold": 0.1}
    alices = kinds(b"alice", rates, 2_000)
    bobs = kinds(b"bob", rates, 2_000)

    places = Counter(at % 10 for at, kind in enumerate(alices) if kind)

    assert alices != bobs
    assert len(places) == 10
    # 200 draws over ten places: 20 each, give or take four standard deviations.
    assert all(3 <= n <= 37 for n in places.values())


def test_a_draw_does_not_change_with_time() -> None:
    rates = CASES[0]

    assert kinds(b"alice", rates, 300) == kinds(b"alice", rates, 300)


def test_where_earlier_kinds_take_every_place_none_is_left() -> None:
    drawn = kinds(b"alice", {"attention": 0.5, "gold": 0.5, "reshow": 0.5}, 100)

    assert Counter(drawn) == {"attention": 50, "gold": 50}


def test_no_rate_means_no_check() -> None:
    assert set(kinds(b"alice", dict.fromkeys(KINDS, 0.0), 200)) == {""}


def test_a_share_of_things_is_drawn() -> None:
    drawn = sum(is_drawn(b"alice", f"audit/{number}", 0.1) for number in range(10_000))

    # Four standard deviations are 120.
    assert 880 <= drawn <= 1_120
    assert all(is_drawn(b"alice", str(number), 1.0) for number in range(100))
    assert not any(is_drawn(b"alice", str(number), 0.0) for number in range(100))
