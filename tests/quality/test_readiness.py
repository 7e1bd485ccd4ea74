"""Whether preference training is advisable: each bar, the verdict, and what it rests on."""

from typing import Any

import pytest
from django.test import Client

from quality.metrics.estimates import Estimate
from quality.metrics.evidence import Answers, Collection
from quality.metrics.readiness import (
    State,
    Verdict,
    agreement_state,
    factual_prompts,
    kept_by_default,
    metric_state,
    pairs_state,
    verdict_of,
    within,
)
from quality.models import ReadinessAnswers
from quality.reporting.readiness import ReadinessReading
from quality.reporting.readiness_checks import DESCRIBED
from quality.reporting.sections import bias, readiness, texts
from tests.quality.bias_cases import context, evidence_of


def browser_of(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def measured(evidence, **earlier: Any):
    return readiness.SECTION.measure(evidence, context(**earlier))


def audited(evidence):
    """With the sections that it reads."""
    earlier = {
        name: part.SECTION.measure(evidence, context())
        for name, part in (("bias", bias), ("texts", texts))
    }
    return measured(evidence, **earlier)


def check(document, name):
    return next(row for row in document["checks"] if row["name"] == name)


@pytest.mark.parametrize(
    ("value", "low", "state"),
    [
        (0.59, 0.5, State.STOP),
        (0.60, 0.55, State.CAUTION),
        (0.65, 0.60, State.FINE),
        (None, None, State.UNKNOWN),
    ],
)
def test_agreement_is_held_against_sixty_per_cent(value, low, state):
    percent = Estimate.undefined("none") if value is None else Estimate(value, low, 0.9, 100)

    assert agreement_state(percent) is state


@pytest.mark.parametrize(
    ("n_kept", "state"),
    [(4_999, State.STOP), (5_000, State.CAUTION), (9_999, State.CAUTION), (10_000, State.FINE)],
)
def test_pairs_are_held_against_five_and_ten_thousand(n_kept, state):
    assert pairs_state(n_kept) is state


def test_a_metric_above_095_leaves_no_room():
    assert metric_state(0.95) is State.FINE
    assert metric_state(0.951) is State.STOP
    assert metric_state(None) is State.UNKNOWN


def test_only_an_interval_wholly_outside_its_bounds_needs_a_look():
    bounds = (0.45, 0.55)

    assert within(Estimate(0.6, 0.54, 0.66, 50), bounds) is State.FINE
    assert within(Estimate(0.6, 0.56, 0.64, 500), bounds) is State.CAUTION
    assert within(Estimate(0.4, 0.36, 0.44, 500), bounds) is State.CAUTION


def test_one_stop_is_enough_and_only_fine_is_ready():
    assert verdict_of([State.FINE, State.CAUTION, State.STOP]) is Verdict.NOT_YET
    assert verdict_of([State.FINE, State.UNKNOWN]) is Verdict.RESERVATIONS
    assert verdict_of([State.FINE]) is Verdict.READY


def test_the_filter_counts_as_a_recipe_with_its_defaults_does():
    # Three judgments for A each; then two only.
    assert kept_by_default(evidence_of([("a", "b")] * 4, judgments=3).judged).n_kept == 4
    assert kept_by_default(evidence_of([("a", "b")] * 4, judgments=2).judged).n_kept == 0


def test_questions_with_one_answer_are_guessed_from_their_first_words():
    prompts = ["Who was first?", "  how many legs has a fly", "Write a poem", "Whom do you love"]

    assert factual_prompts(prompts) == (2, 4)


def test_every_check_is_there_without_any_other_section():
    document = measured(evidence_of([("aa", "bb")] * 30, judgments=3))

    assert {row["name"] for row in document["checks"]} == set(DESCRIBED)
    assert document["verdict"] == "not_yet"
    assert check(document, "length")["state"] == "unknown"
    assert ReadinessReading(document).checks[0].state == "Not yet"


def test_an_empty_project_is_not_ready_and_reads_well():
    document = audited(evidence_of([]))

    reading = ReadinessReading(document)
    assert reading.title == "Not yet ready for preference training"
    assert all(one.finding and one.described.source for one in reading.checks)


def test_alpha_is_no_bar():
    document = audited(evidence_of([("aa", "bb")] * 30, judgments=3))

    assert "0.667" in DESCRIBED["agreement"].rule
    assert check(document, "agreement")["estimate"]["value"] == 1
    assert not any("alpha" in row["finding"].lower() for row in document["checks"])


def test_agreement_is_the_figure_of_its_own_section():
    estimate = Estimate(0.58, 0.55, 0.61, 900).as_dict()
    agreement = {"direction": {"percent_agreement": {"estimate": estimate}}}

    document = measured(evidence_of([("aa", "bb")] * 30, judgments=3), agreement=agreement)

    assert check(document, "agreement")["estimate"] == estimate
    assert check(document, "agreement")["state"] == "stop"


def leaking(n_shared, n_prompts=100):
    """What the section of texts says where so many prompts outside training stand in it."""
    shared = [
        {"n_prompts": n_prompts // 2, "n_normalised": n_shared, "n_near": 0},
        {"n_prompts": n_prompts // 2, "n_normalised": 0, "n_near": 0},
    ]
    return {"leakage": {"undefined_because": "", "shared": shared}, "overlaps": []}


@pytest.mark.parametrize(
    ("n_shared", "state"), [(0, "fine"), (1, "caution"), (5, "caution"), (6, "stop")]
)
def test_leakage_above_five_per_cent_stops(n_shared, state):
    document = measured(evidence_of([("aa", "bb")] * 30), texts=leaking(n_shared))

    found = check(document, "leakage")
    assert (found["state"], found["estimate"]["value"]) == (state, n_shared / 100)


@pytest.mark.parametrize(("n_shared", "state"), [(30, "fine"), (31, "caution")])
def test_an_overlap_above_thirty_per_cent_needs_a_look(n_shared, state):
    overlaps = [
        {"share": None, "n_prompts": 0, "name": "empty.txt"},
        {"share": 0.1, "n_prompts": 100, "name": "other.txt"},
        {"share": n_shared / 100, "n_prompts": 100, "name": "sft.txt"},
    ]

    document = measured(
        evidence_of([("aa", "bb")] * 30), texts={**leaking(0), "overlaps": overlaps}
    )

    assert check(document, "overlap")["state"] == state
    assert "also in sft.txt" in check(document, "overlap")["finding"]


@pytest.mark.parametrize(("n_b", "state"), [(100, "fine"), (40, "caution"), (160, "caution")])
def test_a_response_that_wins_far_too_often_needs_a_look(n_b, state):
    prefers_b = [True] * n_b + [False] * (200 - n_b)

    document = audited(evidence_of([("aa", "bb")] * 200, prefers_b=prefers_b))

    assert check(document, "label")["state"] == state
    assert check(document, "label")["estimate"]["value"] == (200 - n_b) / 200


@pytest.mark.parametrize(("n_chess", "state"), [(20, "fine"), (21, "caution"), (40, "fine")])
def test_a_topic_above_half_needs_a_look_unless_it_is_the_only_one(n_chess, state):
    topics = ["chess"] * n_chess + ["tea"] * (40 - n_chess)

    document = audited(evidence_of([("aa", "bb")] * 40, topics=topics))

    assert check(document, "topics")["state"] == state


@pytest.mark.parametrize(("n_long", "state"), [(200, "fine"), (280, "caution"), (120, "caution")])
def test_length_that_decides_needs_a_look(n_long, state):
    pairs = [("aa bb cc", "aa")] * n_long + [("aa", "aa bb cc")] * (400 - n_long)

    assert check(audited(evidence_of(pairs)), "length")["state"] == state


def test_phrases_that_stand_out_need_a_look_and_are_all_counted():
    polite = audited(evidence_of([("hello aa", "aa ddddd")] * 40))
    plain = audited(evidence_of([("aa", "aa")] * 40))
    earlier = {"bias": polite_bias(n_flagged=301)}

    many = check(measured(evidence_of([("aa", "bb")] * 40), **earlier), "phrases")

    assert check(polite, "phrases")["state"] == "caution"
    assert "say" in check(polite, "phrases")["finding"]
    assert check(plain, "phrases")["state"] != "caution"
    assert many["estimate"]["value"] == 301
    assert "301 of" in many["finding"]


def polite_bias(**test):
    """A bias audit whose list of phrases ends before what was flagged does."""
    document = bias.SECTION.measure(evidence_of([("hello aa", "aa ddddd")] * 40), context())
    return {**document, "phrase_test": {**document["phrase_test"], **test}}


@pytest.mark.parametrize(
    ("task", "state"), [("taste", "fine"), ("mixed", "caution"), ("factual", "stop")]
)
def test_the_manager_says_what_kind_of_task_it_is(task, state):
    collection = Collection(answers=Answers(task, "acceptance", 0.97))

    document = measured(evidence_of([("aa", "bb")] * 30, collection=collection))

    assert check(document, "task")["state"] == state
    assert check(document, "metric")["state"] == "stop"
    assert "acceptance is at 0.97" in check(document, "metric")["finding"]


def test_without_an_answer_a_guess_is_named_as_one():
    asked = [f"How many things are in box {at}?" for at in range(30)]

    document = measured(evidence_of([("aa", "bb")] * 30, prompts=asked))

    assert check(document, "task")["state"] == "caution"
    assert "A guess from first words" in check(document, "task")["finding"]


def test_the_headline_counts_what_speaks_against_it():
    document = audited(evidence_of([("aa", "bb b")] * 30, judgments=3))

    assert document["headline"].startswith("Not yet ready for preference training: 1 of 10 checks")
    assert ReadinessReading(document).counts[0].isdigit()


@pytest.mark.django_db
class TestAnswers:
    def answer(self, user, **fields):
        return browser_of(user).post("/projects/project/quality/task/", fields)

    def test_answers_are_stored_once_and_the_newest_holds(self, carol):
        given = {"task": "taste", "metric_name": "acceptance", "metric_value": "0.5"}

        for fields in (given, given, {**given, "metric_value": "0.6"}):
            assert self.answer(carol, **fields).status_code == 302

        values = ReadinessAnswers.objects.values_list("metric_value", flat=True)
        assert list(values) == [0.6, 0.5]

    @pytest.mark.parametrize(
        "fields",
        [
            {"task": "other"},
            {"metric_value": "1.2"},
            {"metric_value": "nan"},
            {"metric_name": "x" * 101},
        ],
    )
    def test_what_cannot_be_is_refused(self, carol, fields):
        assert self.answer(carol, **fields).status_code == 422
        assert not ReadinessAnswers.objects.exists()

    def test_a_name_with_markup_is_text(self, carol):
        self.answer(carol, metric_name="<script>alert(1)</script>", metric_value="0.5")

        page = browser_of(carol).get("/projects/project/quality/task/")

        assert b"<script>alert" not in page.content
        assert b"&lt;script&gt;alert" in page.content
