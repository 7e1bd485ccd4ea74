"""The bias audit of a dataset: length, form, sides, weights, and what does not change it."""

from math import log

import numpy as np
import pytest
from statsmodels.discrete.discrete_model import Logit

from quality.metrics.clustered_shares import clustered_share
from quality.metrics.feature_bias import accuracy_of_form
from quality.metrics.imbalance import MAX_WEIGHT, balanced
from quality.metrics.length_bias import length_bias
from quality.metrics.paired_logit import paired_logit
from quality.reporting.bias import BiasReading
from quality.reporting.sections import bias
from tests.quality.bias_cases import context, evidence_of, random_pairs, swapped_order


def audit(evidence):
    return bias.SECTION.measure(evidence, context())


def feature(document, name):
    return next(row for row in document["features"] if row["name"] == name)


def texts_of(rng, n):
    return [(" ".join(a), " ".join(b)) for a, b in random_pairs(rng, n)]


def test_an_effect_is_the_log_odds_by_hand():
    # A feature that differs by one in 30 pairs for and 10 against: odds 3 to 1.
    difference = np.repeat([1.0, -1.0], [30, 10])[:, None]

    fit = paired_logit(difference, np.arange(40))

    assert fit.effects[0].value == pytest.approx(log(3))
    assert fit.converged
    assert fit.effects[0].n == 40


def test_effects_equal_those_of_statsmodels_with_clustered_errors():
    rng = np.random.default_rng(0)
    raw = rng.normal(size=(400, 3))
    prefers = rng.random(400) < 1 / (1 + np.exp(-raw @ [0.8, -0.3, 0.0]))
    difference = np.where(prefers[:, None], raw, -raw)
    cluster = rng.integers(0, 80, 400)

    fit = paired_logit(difference, cluster)

    model = Logit(prefers.astype(float), raw).fit(
        disp=0, cov_type="cluster", cov_kwds={"groups": cluster, "use_correction": False}
    )
    assert fit.coefficients == pytest.approx(model.params, abs=1e-8)
    n_clusters = np.unique(cluster).size
    correction = np.sqrt((n_clusters - 1) / n_clusters)
    assert np.array(fit.z, dtype=float) == pytest.approx(model.tvalues * correction, rel=1e-6)


def test_intervals_of_effects_hold_the_truth_where_prompts_repeat():
    held = 0
    for seed in range(200):
        rng = np.random.default_rng(seed)
        raw = rng.normal(size=300)
        prefers = rng.random(300) < 1 / (1 + np.exp(-0.5 * raw))
        difference = np.where(prefers, raw, -raw)[:, None]
        effect = paired_logit(difference, np.repeat(np.arange(60), 5)).effects[0]
        held += effect.low <= 0.5 <= effect.high
    assert 0.91 <= held / 200 <= 0.985


def test_the_objective_never_falls():
    rng = np.random.default_rng(1)
    difference = rng.normal(0.3, 1, size=(200, 4)) ** 3

    history = paired_logit(difference, np.arange(200)).log_likelihoods

    assert all(b >= a for a, b in zip(history[:-1], history[1:], strict=True))


@pytest.mark.parametrize(
    ("difference", "reason"),
    [
        (np.ones((5, 1)), "fewer than 10 pairs"),
        (np.zeros((20, 1)), "never differ"),
        (np.ones((20, 1)), "has no bound"),
    ],
)
def test_an_effect_that_cannot_be_estimated_says_why(difference, reason):
    effect = paired_logit(difference, np.arange(len(difference))).effects[0]

    assert effect.value is None
    assert reason in effect.undefined_because


def test_a_share_over_repeated_groups_is_worth_the_groups():
    is_success = np.tile(np.array([True, False, True, True]), 25)

    single = clustered_share(is_success, np.arange(100), undefined_because="")
    same = clustered_share(
        np.repeat(is_success, 4), np.repeat(np.arange(100), 4), undefined_because=""
    )

    # Wilson for 75 of 100: 0.657 to 0.825 (Wilson 1927).
    assert (single.low, single.high) == pytest.approx((0.6569, 0.8245), abs=1e-4)
    assert (same.low, same.high) == pytest.approx((single.low, single.high), abs=1e-9)
    assert same.n == 400


def test_length_is_counted_by_class():
    # Twice as long and preferred 15 times, not preferred 5 times; 3 pairs of equal length.
    preferred = np.array([200] * 15 + [100] * 5 + [80] * 3)
    rejected = np.array([99] * 15 + [202] * 5 + [80] * 3)

    found = length_bias(preferred, rejected, np.arange(23))

    assert found.longer.value == 0.75
    assert found.longer.n == 20
    assert found.n_equal == 3
    assert [each.n for each in found.classes] == [0, 0, 0, 0, 20, 0]


def test_weights_even_out_what_is_rare_up_to_the_cap():
    found = balanced(np.array([90, 10, 0]))

    # Inverse frequencies: 100 / 2 / 90 and 100 / 2 / 10; both classes then weigh 50.
    assert found.weights == pytest.approx([100 / 180, 5.0, 0.0])
    assert found.n_effective == pytest.approx(100**2 / (90 * (100 / 180) ** 2 + 10 * 25))
    capped = balanced(np.array([99, 1]))
    assert capped.is_capped == [False, True]
    ratio = capped.weights[1] / capped.weights[0]
    assert ratio == pytest.approx(MAX_WEIGHT / (100 / 198))
    assert balanced(np.zeros(2, dtype=np.int64)).n_effective == 0


def test_swapping_a_and_b_of_comparisons_leaves_the_audit():
    rng = np.random.default_rng(2)
    pairs = texts_of(rng, 120)
    prefers_b = (rng.random(120) < 0.5).tolist()
    turned, turned_b = swapped_order(pairs, prefers_b, (rng.random(120) < 0.5).tolist())

    one = audit(evidence_of(pairs, prefers_b=prefers_b))
    other = audit(evidence_of(turned, prefers_b=turned_b))

    for document in (one, other):
        # Stored order itself is what the swap changes.
        document["imbalance"].pop("labels")
    assert other == one


def test_a_planted_feature_is_notable_and_still_is_beside_length():
    rng = np.random.default_rng(3)
    pairs = []
    for preferred, rejected in texts_of(rng, 300):
        marked = rng.random(2) < (0.6, 0.3)
        pairs.append((preferred + "!" * int(marked[0]), rejected + "!" * int(marked[1])))

    document = audit(evidence_of(pairs))

    marks = feature(document, "exclamation")
    assert marks["is_notable"]
    assert marks["adjusted"]["low"] > 0
    assert marks["preferred"] == pytest.approx(0.6, abs=0.08)
    assert not any(row["is_notable"] for row in document["features"] if row is not marks)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("lists", "- one\n- two\n1. three"),
        ("code", "```python\nx = 1\n```"),
        ("headings", "# Title\ntext"),
        ("bold", "this is **bold**"),
        ("tables", "| a | b |"),
        ("links", "see https://example.org"),
        ("paragraphs", "one\n\ntwo"),
        ("questions", "is it?"),
        ("numbers", "42"),
        ("emoji", "fine \U0001f600"),
        ("refusal", "I\u2019m sorry, but I CAN\u2019T help with that"),
        ("hedging", "It depends, perhaps"),
        ("thanks", "Thank you"),
        ("praise", "Great question"),
        ("apology", "My apologies"),
    ],
)
def test_each_feature_is_seen_in_a_text_that_has_it(name, text):
    document = audit(evidence_of([(f"plain words\n{text}", "plain words")] * 12))

    assert feature(document, name)["preferred"] == 1
    assert feature(document, name)["rejected"] == 0


def test_form_that_decides_predicts_and_form_that_does_not_is_chance():
    rng = np.random.default_rng(4)
    telling = np.abs(rng.normal(size=(400, 1))) * np.where(rng.random((400, 1)) < 0.9, 1, -1)

    assert accuracy_of_form(telling, np.arange(400), rng=rng).value == pytest.approx(0.9, abs=0.05)
    noise = accuracy_of_form(rng.normal(size=(400, 2)), np.arange(400), rng=rng)
    assert noise.low < 0.5 < noise.high


def test_left_is_counted_on_judgments_with_a_known_side():
    pairs = [("aa", "bb")] * 40
    prefers_b = [at % 4 == 0 for at in range(40)]

    document = audit(evidence_of(pairs, prefers_b=prefers_b, swapped=0, judgments=3))

    assert document["side"]["left"]["value"] == 0.75
    assert document["side"]["left"]["n"] == 120
    unknown = audit(evidence_of(pairs, prefers_b=prefers_b))
    assert "not known" in unknown["side"]["left"]["undefined_because"]


def test_topics_are_weighed_and_rare_ones_counted_together():
    topics = ["chat"] * 60 + ["code"] * 20 + [f"t{at}" for at in range(60)]
    document = audit(evidence_of([("aa", "bb")] * 140, topics=topics))

    rows = document["imbalance"]["topics"]["classes"]
    assert [row["label"] for row in rows[:2]] == ["chat", "code"]
    assert rows[-1]["label"] == "12 other topics"
    assert sum(row["n"] for row in rows) == 140


@pytest.mark.parametrize(
    "pairs", [[], [("", "")] * 15, [("same", "same")] * 15, [("\0<b>\u202e", "x" * 50_000)] * 12]
)
def test_the_audit_of_odd_texts_is_whole_and_reads_well(pairs):
    document = audit(evidence_of(pairs))

    reading = BiasReading(document)
    assert reading.finding
    assert len(list(bias.SECTION.charts(document))) <= 3


def test_a_hostile_phrase_is_only_text_in_charts():
    pairs = [("thanks </svg><script>alert(1)</script> aa", "bb")] * 30 + [("aa", "bb")] * 30

    charts = list(bias.SECTION.charts(audit(evidence_of(pairs))))

    assert charts
    assert not any("<script" in chart.svg for chart in charts)


def test_the_finding_names_the_share_of_the_phrase():
    rng = np.random.default_rng(6)
    pairs = [
        (f"{a} thank you" if at % 10 < 7 else a, f"{b} thank you" if at % 10 < 3 else b)
        for at, (a, b) in enumerate(texts_of(rng, 200))
    ]
    rng.shuffle(pairs)

    finding = BiasReading(audit(evidence_of([tuple(pair) for pair in pairs]))).finding

    assert "70 % of the preferred responses say “thank you”, 30 % of the rejected ones." in finding
