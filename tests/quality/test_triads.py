"""Triads: counted by hand, by brute force, and by Kendall's formula."""

from itertools import combinations

import numpy as np
import pytest

from quality.metrics import triads as module
from quality.metrics.triads import triads


def found(preferences, *, n_groups=1):
    table = np.array(preferences, dtype=np.int64).reshape(-1, 3)
    group, winner, loser = table.T
    return triads(group, winner, loser, n_groups=n_groups, n_players=int(table[:, 1:].max()) + 1)


def by_brute_force(winner, loser, n_players):
    lead = np.zeros((n_players, n_players))
    np.add.at(lead, (winner, loser), 1)
    lead -= lead.T
    n_circular = n_triads = 0
    for i, j, k in combinations(range(n_players), 3):
        signs = np.sign([lead[i, j], lead[j, k], lead[k, i]])
        if (signs != 0).all():
            n_triads += 1
            n_circular += int(abs(signs.sum()) == 3)
    return n_circular, n_triads


def test_rock_paper_scissors_goes_round():
    answer = found([(0, 0, 1), (0, 1, 2), (0, 2, 0)])

    assert (answer.n_circular.tolist(), answer.n_triads.tolist()) == ([1], [1])
    assert answer.zeta.tolist() == [0]


def test_an_order_has_no_circle():
    answer = found([(0, a, b) for a, b in combinations(range(5), 2)])

    assert (answer.n_circular.tolist(), answer.n_triads.tolist()) == ([0], [10])
    assert answer.zeta.tolist() == [1]


def test_kendalls_table_of_most_circles():
    # A cyclic tournament of 7 has (7^3 - 7) / 24 = 14 circular triads, as many as there can be.
    answer = found([(0, i, (i + step) % 7) for i in range(7) for step in (1, 2, 3)])

    assert answer.n_circular.tolist() == [14]
    assert answer.zeta.tolist() == [0]


def test_comparisons_without_a_majority_have_no_winner():
    answer = found([(0, 0, 1), (0, 1, 0), (0, 1, 2), (0, 2, 0)])

    assert answer.n_triads.tolist() == [0]
    assert not answer.is_complete.any()


def test_groups_do_not_mix():
    answer = found([(0, 0, 1), (0, 1, 2), (1, 2, 0)], n_groups=3)

    assert answer.n_triads.tolist() == [0, 0, 0]


def test_sparse_tournaments_match_brute_force():
    rng = np.random.default_rng(0)
    for _ in range(50):
        n = int(rng.integers(3, 9))
        winner = rng.integers(0, n, 40)
        loser = (winner + rng.integers(1, n, 40)) % n
        answer = triads(np.zeros(40, dtype=np.int64), winner, loser, n_groups=1, n_players=n)

        expected = by_brute_force(winner, loser, n)
        assert (answer.n_circular[0], answer.n_triads[0]) == expected


def test_coins_make_a_quarter_of_the_triads_circular():
    rng = np.random.default_rng(1)
    pairs = np.array(list(combinations(range(60), 2)))
    flip = rng.random(len(pairs)) < 0.5
    winner, loser = np.where(flip[:, None], pairs, pairs[:, ::-1]).T

    answer = triads(np.zeros(len(pairs), dtype=np.int64), winner, loser, n_groups=1, n_players=60)

    assert answer.n_circular[0] / answer.n_triads[0] == pytest.approx(0.25, abs=0.01)


def test_what_is_too_dense_is_left_out_and_counted(monkeypatch):
    monkeypatch.setattr(module, "MAX_STEPS", 12)
    dense = [(0, a, b) for a, b in combinations(range(8), 2)]
    sparse_group = [(1, 0, 1), (1, 1, 2), (1, 2, 0)]

    answer = found(dense + sparse_group, n_groups=2)

    assert answer.n_left_out == 1
    assert answer.n_triads.tolist() == [0, 1]
    assert not answer.is_complete[0]
