"""Habits of annotators: planted faults are found, and honest annotators are left alone."""

import numpy as np
import pytest

from quality.metrics.answers import straight_lines
from quality.metrics.drift import CONSTANT, SAME_TIME, TOO_FEW, drift, kolmogorov_tail
from quality.metrics.evidence import Repeats, Texts
from quality.metrics.look_alikes import FEW_PAIRS, look_alikes
from quality.metrics.reliability import Reliability
from quality.metrics.response_form import form_differences
from quality.metrics.runs import in_order, longest_runs, shares_of
from quality.metrics.self_consistency import NO_REPEAT, self_consistency
from quality.metrics.slopes import TOO_FEW as TOO_FEW_SLOPES
from quality.metrics.slopes import slopes, standardised
from quality.metrics.speed import speeds
from quality.metrics.strength_use import strength_use
from quality.reporting.sections.annotators import measure
from tests.quality.evidence_of import context_of, everybody_judges_everything, evidence_of


def flagged(evidence, kind):
    """Which of the annotators carry a flag."""
    document = measure(evidence, context_of(evidence))
    names = {flag["annotator"] for flag in document["flags"] if flag["kind"] == kind}
    return np.array([row["annotator"] in names for row in document["annotators"]])


def sided(rng, left_shares, n=200):
    """Annotators who take the left response so often, whatever it says."""
    unit, coder = everybody_judges_everything(n, left_shares.size)
    swapped = rng.integers(0, 2, unit.size)
    takes_left = rng.random(unit.size) < left_shares[coder]
    preference = np.where(takes_left == (swapped == 0), -1, 1)
    return evidence_of(preference, unit=unit, coder=coder, swapped=swapped, strength_known=False)


@pytest.mark.slow
def test_a_left_share_of_65_percent_is_flagged_in_90_of_100_simulations():
    evidence = sided(np.random.default_rng(0), np.full(200, 0.65))

    assert flagged(evidence, "one_sided").mean() >= 0.9


@pytest.mark.slow
def test_unbiased_annotators_are_flagged_as_one_sided_in_at_most_7_of_100():
    evidence = sided(np.random.default_rng(1), np.full(200, 0.5))

    document = measure(evidence, context_of(evidence))

    by_kind = {kind: 0 for kind in ("one_sided", "straight_lining", "by_length", "look_alike")}
    for flag in document["flags"]:
        by_kind[flag["kind"]] = by_kind.get(flag["kind"], 0) + 1
    assert all(n / 200 <= 0.07 for n in by_kind.values())


def honest(rng, *, n_units=400, n_coders=60, seen=0.5, competence=0.8):
    """Units and annotators of honest judgments, and their directions -1 and 1."""
    unit, coder = everybody_judges_everything(n_units, n_coders)
    keep = rng.random(unit.size) < seen
    unit, coder = unit[keep], coder[keep]
    truth = rng.choice([-1, 1], n_units)
    right = rng.random(unit.size) < competence
    return unit, coder, np.where(right, truth[unit], -truth[unit])


def test_honest_annotators_are_flagged_by_each_kind_in_at_most_7_of_100():
    rng = np.random.default_rng(2)
    unit, coder, direction = honest(rng, n_units=600, n_coders=150, seen=0.3)
    lengths = rng.integers(100, 2_000, 600), rng.integers(100, 2_000, 600)
    evidence = evidence_of(
        direction * rng.integers(1, 4, unit.size),
        unit=unit,
        coder=coder,
        swapped=rng.integers(0, 2, unit.size),
        active_ms=(30_000 * rng.lognormal(0, 0.8, unit.size)).astype(int),
        lengths=lengths,
    )

    document = measure(evidence, context_of(evidence))

    counts: dict[str, int] = {}
    for flag in document["flags"]:
        counts[flag["kind"]] = counts.get(flag["kind"], 0) + 1
    assert all(n / 150 <= 0.07 for n in counts.values()), counts


def test_planted_faults_are_found_together():
    rng = np.random.default_rng(3)
    unit, coder, direction = honest(rng, n_units=1_000, n_coders=12, seen=0.6, competence=0.85)
    lengths = rng.integers(100, 2_000, 1_000), rng.integers(100, 2_000, 1_000)
    longer = np.sign(lengths[1] - lengths[0])[unit]
    swapped = rng.integers(0, 2, unit.size)
    place = np.arange(unit.size)
    # 0 tosses coins, 1 follows length, 2 copies 3, 4 falls asleep half-way, 5 never looks.
    direction = np.where(coder == 0, rng.choice([-1, 1], unit.size), direction)
    follows = (coder == 1) & (rng.random(unit.size) < 0.8) & (longer != 0)
    direction = np.where(follows, longer, direction)
    copied = {int(u): int(d) for u, d in zip(unit[coder == 3], direction[coder == 3], strict=True)}
    copy = np.array([copied.get(int(one), 0) for one in unit])
    direction = np.where((coder == 2) & (copy != 0), copy, direction)
    asleep = (coder == 4) & (place > unit.size / 2)
    direction = np.where(asleep, rng.choice([-1, 1], unit.size), direction)
    direction = np.where(coder == 5, np.where(swapped == 0, -1, 1), direction)
    times = np.where(coder == 5, 900, 30_000) * rng.lognormal(0, 0.5, unit.size)
    evidence = evidence_of(
        direction,
        unit=unit,
        coder=coder,
        swapped=swapped,
        active_ms=times.astype(int),
        lengths=lengths,
        strength_known=False,
    )

    document = measure(evidence, context_of(evidence))

    found = {(flag["annotator"], flag["kind"]) for flag in document["flags"]}
    assert {
        ("a000", "guessing"),
        ("a001", "by_length"),
        ("a002", "look_alike"),
        ("a003", "look_alike"),
        ("a004", "drifts"),
        ("a005", "one_sided"),
        ("a005", "straight_lining"),
        ("a005", "fast"),
    } <= found
    assert not {name for name, _ in found} & {f"a{one:03}" for one in range(6, 12)}


def test_exchanging_a_and_b_of_every_comparison_changes_nothing():
    rng = np.random.default_rng(4)
    unit, coder, direction = honest(rng, n_units=120, n_coders=8)
    swapped = rng.integers(0, 2, unit.size)
    a, b = rng.integers(100, 2_000, 120), rng.integers(100, 2_000, 120)
    texts = ["- one\n- two", "plain", "**bold** `x`"] * 40
    other = texts[1:] + texts[:1]
    codes = np.arange(120)
    size = rng.integers(1, 4, unit.size)
    first = evidence_of(
        direction * size,
        unit=unit,
        coder=coder,
        swapped=swapped,
        lengths=(a, b),
        texts=Texts(codes, texts, texts, other, 120),
    )
    second = evidence_of(
        -direction * size,
        unit=unit,
        coder=coder,
        swapped=1 - swapped,
        lengths=(b, a),
        texts=Texts(codes, texts, other, texts, 120),
    )

    before, after = measure(first, context_of(first)), measure(second, context_of(second))

    for row in [*before["annotators"], *after["annotators"]]:
        row.pop("confusion")
        row.pop("outcomes")
    assert after["flags"] == before["flags"]
    assert _rounded(after["annotators"]) == _rounded(before["annotators"])


def _rounded(found):
    """The same document with numbers that rounding of sums does not touch."""
    if isinstance(found, dict):
        return {key: _rounded(value) for key, value in found.items()}
    if isinstance(found, list):
        return [_rounded(value) for value in found]
    return pytest.approx(found, abs=1e-6) if isinstance(found, float) else found


def test_the_longest_run_is_counted_by_hand():
    # alice: 0 0 0 1 0; bob: 1 1; carol: nothing.
    coder, value = np.array([0, 0, 0, 0, 0, 1, 1]), np.array([0, 0, 0, 1, 0, 1, 1])
    runs = longest_runs(coder, value, shares_of(coder, value, n_coders=3, n_values=2))

    assert runs.length.tolist() == [3, 2, 0]
    assert runs.value.tolist() == [0, 1, -1]
    # 0.8^3 (1 + 2 x 0.2) + 0.2^3 (1 + 2 x 0.8); bob gives nothing else.
    assert runs.p == pytest.approx([0.8**3 * 1.4 + 0.2**3 * 2.6, 1.0, 1.0])


def test_the_bound_of_runs_is_close_where_they_are_rare():
    rng = np.random.default_rng(5)
    n, length, share = 200, 9, 0.5
    tosses = rng.random((20_000, n)) < share
    runs = longest_runs(
        np.repeat(np.arange(20_000), n), tosses.ravel().astype(int), np.full((20_000, 2), share)
    )

    really = (runs.length >= length).mean()

    bound = 2 * share**length * (1 + (n - length) * (1 - share))
    assert really <= bound * 1.1
    assert really == pytest.approx(bound, rel=0.25)


def test_judgments_at_one_time_or_of_unknown_sides_have_no_run():
    unit, coder = everybody_judges_everything(20, 2)
    known = evidence_of(np.ones(40, int), unit=unit, coder=coder, swapped=np.zeros(40, int))
    unknown = evidence_of(np.ones(40, int), unit=unit, coder=coder)
    same = np.zeros(40, dtype=np.int64)

    for judged, at in ((known.judged, same), (unknown.judged, unknown.at)):
        runs = straight_lines(judged, at, in_order(judged.coder, at))
        assert [run.length for run in runs] == [None, None]
        assert all(run.undefined_because for run in runs)


def test_a_trend_is_recovered_and_its_interval_holds_it():
    rng = np.random.default_rng(6)
    held = []
    for _ in range(300):
        chance = np.linspace(0.8, 0.6, 200)
        found = drift((rng.random(200) < chance).astype(float), np.arange(200)).change
        held.append(found.low <= -0.2 <= found.high)

    assert 0.91 <= np.mean(held) <= 0.98


def test_the_point_of_change_is_found_and_no_change_is_rarely_seen():
    rng = np.random.default_rng(7)
    score = (rng.random(400) < np.repeat([0.9, 0.5], 200)).astype(float)

    found = drift(score, np.arange(400))
    quiet = [drift(rng.random(100), np.arange(100)).p <= 0.02 for _ in range(500)]

    assert found.p < 1e-4
    assert abs(found.changed_at - 200) < 25
    assert found.before - found.after > 0.3
    assert np.mean(quiet) <= 0.04


@pytest.mark.parametrize(
    ("score", "at", "reason"),
    [
        (np.ones(29), np.arange(29), TOO_FEW),
        (np.ones(40), np.zeros(40, int), SAME_TIME),
        (np.ones(40), np.arange(40), CONSTANT),
    ],
)
def test_drift_is_undefined_with_the_reason(score, at, reason):
    found = drift(score, at)

    assert (found.p, found.change.undefined_because) == (None, reason)


@pytest.mark.parametrize(("distance", "tail"), [(1.358, 0.05), (1.628, 0.01), (0.1, 1.0)])
def test_the_tail_of_kolmogorov_is_the_published_one(distance, tail):
    # Smirnov (1948), Annals of Mathematical Statistics 19, 279-281.
    assert kolmogorov_tail(distance) == pytest.approx(tail, abs=3e-4)


def test_slopes_are_recovered_against_the_others():
    rng = np.random.default_rng(8)
    n_coders, n = 40, 600
    coder = np.repeat(np.arange(n_coders), n)
    feature = standardised(rng.normal(size=(coder.size, 1)) * 3)
    swapped = rng.integers(0, 2, coder.size)
    own = np.where(np.arange(n_coders) == 0, 1.3, 0.4)
    side = 0.3 * (2 * swapped - 1)
    prefers_b = rng.random(coder.size) < 1 / (1 + np.exp(-(own[coder] * feature[:, 0] + side)))

    found = slopes(feature, prefers_b, swapped, coder, n_coders=n_coders)

    assert found.converged
    assert found.own[0][0].low < 1.3 < found.own[0][0].high
    assert found.against_others[0][0].low < 0.9 < found.against_others[0][0].high
    honest_ones = [found.against_others[one][0] for one in range(1, n_coders)]
    assert np.mean([one.low <= 0 <= one.high for one in honest_ones]) >= 0.85


def test_a_slope_of_all_is_that_of_an_independent_library():
    statsmodels = pytest.importorskip("statsmodels.api")
    rng = np.random.default_rng(9)
    feature, swapped = rng.normal(size=(500, 2)), rng.integers(0, 2, 500)
    prefers_b = rng.random(500) < 1 / (1 + np.exp(-feature @ [0.5, -0.3]))

    found = slopes(feature, prefers_b, swapped, np.arange(500) % 3, n_coders=3)

    design = np.column_stack([feature, 2 * swapped - 1])
    peer = statsmodels.Logit(prefers_b.astype(float), design).fit(disp=0)
    assert [one.value for one in found.pool] == pytest.approx(peer.params[:2], abs=1e-3)
    low, high = peer.conf_int()[:2].T
    assert [one.low for one in found.pool] == pytest.approx(low, abs=1e-3)
    assert [one.high for one in found.pool] == pytest.approx(high, abs=1e-3)


def test_one_who_always_takes_the_longer_has_a_finite_slope_and_few_have_none():
    rng = np.random.default_rng(10)
    coder = np.repeat([0, 1, 2], [100, 100, 9])
    feature = rng.normal(size=(209, 1))
    prefers_b = np.where(coder == 0, feature[:, 0] > 0, rng.random(209) < 0.5)

    found = slopes(feature, prefers_b, np.full(209, -1), coder, n_coders=3)

    assert found.converged
    assert 1 < found.own[0][0].value < 10
    assert found.own[2][0].undefined_because == TOO_FEW_SLOPES


def test_form_is_the_log_of_counts_and_turns_with_the_responses():
    texts = Texts(np.array([0]), ["p"], ["- a\n- b\n`x` `y`"], ["# Title\n**bold** **more**"], 1)
    turned = Texts(np.array([0]), ["p"], texts.response_b, texts.response_a, 1)

    found = form_differences(texts)

    # Lists 2 and 0, code 2 and 0, headings and bold 0 and 3.
    assert found[0] == pytest.approx([-np.log(3), -np.log(3), np.log(4)])
    assert form_differences(turned) == pytest.approx(-found)


def test_self_consistency_tells_changed_sides_apart():
    # One annotator, five comparisons, each judged again: same, same, changed, same, no direction.
    unit, coder = np.arange(5), np.zeros(5, dtype=int)
    evidence = evidence_of(
        np.array([-2, 1, 1, 0, 1]), unit=unit, coder=coder, swapped=np.array([0, 0, 0, 1, 0])
    )
    repeats = Repeats(
        first=np.arange(5),
        outcome=np.array([0, 2, 0, 1, 5]),
        preference=np.array([-2, 3, -1, 0, 0]),
        strength_known=np.ones(5, dtype=bool),
        swapped=np.array([0, 1, 1, -1, 0]),
    )

    alice, together = self_consistency(evidence.judged, repeats)

    assert alice == together
    assert (alice.direction.value, alice.direction.n) == (3 / 4, 4)
    assert (alice.same_sides.value, alice.same_sides.n) == (1.0, 1)
    assert (alice.swapped_sides.value, alice.swapped_sides.n) == (0.5, 2)
    assert (alice.strength.value, alice.strength.n) == (2 / 4, 4)


def test_strengths_are_compared_where_both_answers_have_one_or_are_ties():
    # Twice the same strength; A with one, then without; a tie twice; a tie, then B without one.
    unit, coder = np.arange(4), np.zeros(4, dtype=int)
    evidence = evidence_of(np.array([-2, -1, 0, 0]), unit=unit, coder=coder)
    repeats = Repeats(
        first=unit,
        outcome=np.array([0, 0, 1, 2]),
        preference=np.array([-2, -1, 0, 1]),
        strength_known=np.array([True, False, False, False]),
        swapped=np.full(4, -1),
    )

    alice, _ = self_consistency(evidence.judged, repeats)

    assert (alice.strength.value, alice.strength.n) == (1.0, 2)
    assert (alice.direction.value, alice.direction.n) == (3 / 4, 4)


def test_without_repeats_consistency_is_undefined():
    evidence = evidence_of(np.array([1]), unit=np.array([0]), coder=np.array([0]))

    alice, _ = self_consistency(evidence.judged, evidence.repeats)

    assert alice.direction.undefined_because == NO_REPEAT


def test_speed_by_hand():
    # 500 + 500 octets need 10 s at 100 a second.
    unit, coder = everybody_judges_everything(4, 3)
    times = np.array([8, 12, 12, 9, 11, 30, 20, 15, 12, 40, 15, 12]) * 1_000
    evidence = evidence_of(np.ones(12, int), unit=unit, coder=coder, active_ms=times)

    found = speeds(evidence.judged, np.full(4, 1_000))

    assert [one.median_ms for one in found] == [14_500, 13_500, 12_000]
    assert [one.too_fast.value for one in found] == [0.5, 0.0, 0.0]
    assert found[0].histogram[4] == 2 and sum(found[0].histogram) == 4
    assert found[1].deviation == pytest.approx(0.0)


def test_annotators_without_times_are_nobody_to_be_compared_with():
    unit, coder = everybody_judges_everything(4, 3)
    times = np.where(coder == 2, -1, 10_000 * (coder + 1))
    evidence = evidence_of(np.ones(12, int), unit=unit, coder=coder, active_ms=times)

    found = speeds(evidence.judged, np.full(4, 1_000))

    assert [one.median_ms for one in found] == [10_000, 20_000, None]
    assert [one.deviation for one in found] == [None, None, None]


def test_strength_use_by_hand():
    unit, coder = np.arange(4), np.zeros(4, dtype=int)
    evidence = evidence_of(np.array([0, 1, -2, 2]), unit=unit, coder=coder)

    found = strength_use(evidence.judged)

    assert found.counts.tolist() == [[1, 1, 2, 0]]
    assert found.entropy[0] == pytest.approx(1.5)
    assert found.mean_size[0] == pytest.approx(5 / 4)


def test_pairs_are_counted_like_by_brute_force():
    rng = np.random.default_rng(11)
    unit, coder, direction = honest(rng, n_units=150, n_coders=8, seen=0.7)
    data = Reliability(unit, coder, (direction + 1) // 2, n_units=150, n_coders=8, n_values=2)

    found = look_alikes(data)

    for at in range(found.n.size):
        first = dict(
            zip(unit[coder == found.first[at]], direction[coder == found.first[at]], strict=True)
        )
        second = dict(
            zip(unit[coder == found.second[at]], direction[coder == found.second[at]], strict=True)
        )
        shared = first.keys() & second.keys()
        assert found.n[at] == len(shared)
        same = np.mean([first[one] == second[one] for one in shared])
        assert found.agreement[at] == pytest.approx(same)


def test_few_pairs_are_not_compared():
    data = Reliability(
        np.zeros(3, int), np.arange(3), np.zeros(3, int), n_units=1, n_coders=3, n_values=2
    )

    assert look_alikes(data).undefined_because == FEW_PAIRS
