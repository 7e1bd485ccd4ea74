"""Which response is on the left."""

import os

import pytest

from annotation.models import Assignment, Judgment
from annotation.services.arranging import arrange_seats
from annotation.sides import in_own_order, swapped_at
from tests.annotation.judges import judge, reserved
from tests.factories import make_comparison, make_membership, make_project

SEEDS = [bytes([number]) * 32 for number in range(200)]


@pytest.mark.parametrize("seed", SEEDS[:20])
def test_each_block_of_ten_has_five_of_either_side(seed):
    for block in range(30):
        sides = [swapped_at(seed, 10 * block + place) for place in range(10)]

        assert sum(sides) == 5


def test_the_same_seed_and_count_give_the_same_side():
    seed = os.urandom(32)

    assert [swapped_at(seed, n) for n in range(50)] == [swapped_at(seed, n) for n in range(50)]


def test_blocks_differ_between_annotators_and_within_one():
    blocks = {
        tuple(swapped_at(seed, 10 * block + place) for place in range(10))
        for seed in SEEDS
        for block in range(5)
    }

    # 1,000 blocks out of 252 possible orders: nearly all of them must occur.
    assert len(blocks) > 220


def test_every_place_of_a_block_is_swapped_half_of_the_time():
    for place in range(10):
        share = sum(swapped_at(seed, place) for seed in SEEDS) / len(SEEDS)

        # Four standard errors of 200 draws.
        assert abs(share - 0.5) < 4 * (0.25 / len(SEEDS)) ** 0.5


@pytest.mark.parametrize("shown", range(-3, 4))
def test_own_order_is_its_own_reverse(shown):
    for swapped in (True, False):
        own = in_own_order(shown, swapped=swapped)

        assert in_own_order(own, swapped=swapped) == shown
    assert in_own_order(shown, swapped=True) == -shown


@pytest.mark.django_db
def test_an_annotator_who_always_chooses_left_prefers_a_and_b_equally_often():
    project = make_project(overlap=1)
    annotator = make_membership(project, "lefty")
    for _ in range(20):
        make_comparison(project)
    arrange_seats(project=project)

    for _ in range(20):
        judge(reserved(annotator), shown_preference=-2)

    assert Assignment.objects.filter(swapped=True).count() == 10
    assert Judgment.objects.filter(preference=2, swapped=True).count() == 10
    assert Judgment.objects.filter(preference=-2, swapped=False).count() == 10
