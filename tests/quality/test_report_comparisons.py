"""The report's section on comparisons: what it finds, shows and leaves undefined."""

import json
from itertools import combinations

import numpy as np
import pytest
from django.urls import reverse

from quality.metrics.evidence import (
    NONE,
    Annotator,
    Evidence,
    KnownAnswers,
    Labels,
    Repeats,
    Texts,
)
from quality.metrics.judged import TIE, A, B, Judged
from quality.models import Report
from quality.reporting.sections.base import Context
from quality.reporting.sections.comparisons import measure
from quality.services.report_building import build_report
from tests.factories import make_comparison, make_judgment, make_membership

NOTHING = np.zeros(0, dtype=np.int64)


def evidence_of(comparisons, *, models=(), swapped=0):
    """Comparisons as (prompt, player A, player B, directions of annotators 0, 1, ...)."""
    directions = [each[3] for each in comparisons]
    unit = np.repeat(np.arange(len(comparisons)), [len(each) for each in directions])
    coder = np.array([place for each in directions for place in range(len(each))], dtype=np.int64)
    outcome = np.array([one for each in directions for one in each], dtype=np.int64)
    prompt, first, second = (
        np.array([each[place] for each in comparisons], dtype=np.int64) for place in range(3)
    )
    n, n_coders = len(comparisons), int(coder.max(initial=-1)) + 1
    judged = Judged(
        unit=unit,
        coder=coder,
        outcome=outcome,
        preference=outcome - TIE,
        strength_known=np.zeros(unit.size, dtype=np.bool_),
        swapped=np.full(unit.size, swapped),
        active_ms=np.full(unit.size, -1),
        # Any integers: in the database they are hashes.
        prompt=prompt * 7 - 3,
        longer=np.zeros(n, dtype=np.int64),
        n_coders=n_coders,
    )
    none = Labels(np.full(n, NONE), ())
    return Evidence(
        judged=judged,
        annotators=[Annotator(f"annotator {one}", f"p{one}") for one in range(n_coders)],
        at=np.zeros(unit.size, dtype=np.int64),
        key=np.arange(n) + 100,
        batch=none,
        topic=none,
        language=none,
        model_a=Labels(first, tuple(models)) if models else none,
        model_b=Labels(second, tuple(models)) if models else none,
        length_a=np.zeros(n, dtype=np.int64),
        length_b=np.zeros(n, dtype=np.int64),
        criteria=[],
        ratings=[],
        known_answers=KnownAnswers(NOTHING, NOTHING, NOTHING > 0, NOTHING > 0),
        repeats=Repeats(NOTHING, NOTHING, NOTHING, NOTHING.astype(bool), NOTHING),
        texts=Texts(NOTHING, [], [], [], n),
        offers_tie=False,
        response_a=first,
        response_b=second,
    )


def arena(*, n_prompts=12, n_players=3, n_votes=3, seed=0, right=0.7):
    """Every two players meet under each prompt, on either side; the earlier one mostly wins."""
    rng = np.random.default_rng(seed)
    rows = []
    for prompt in range(n_prompts):
        for first, second in combinations(range(n_players), 2):
            wins = rng.random(n_votes) < right
            if rng.random() < 0.5:
                rows.append((prompt, first, second, np.where(wins, A, B).tolist()))
            else:
                rows.append((prompt, second, first, np.where(wins, B, A).tolist()))
    return rows


def measured(evidence):
    found = measure(evidence, Context(seed=1, step=lambda _: None, earlier={}))
    json.dumps(found, allow_nan=False)
    return found


def test_models_are_ranked_with_errors_of_each_kind():
    found = measured(evidence_of(arena(), models=("alder", "birch", "cedar")))["models"]

    assert [row["name"] for row in found["players"]] == ["alder", "birch", "cedar"]
    assert (found["converged"], found["clustered_over"]) == (True, "prompts")
    strongest = found["players"][0]
    assert strongest["strength"]["low"] < strongest["strength"]["value"]
    assert strongest["errors"]["by_group"] is not None
    assert "fewer than 10 of them" in found["no_error"]["by_annotator"]
    assert strongest["win_share"]["value"] == pytest.approx(
        strongest["wins"] / (strongest["wins"] + strongest["losses"])
    )


def test_swapping_the_responses_of_every_comparison_changes_no_figure():
    rows = arena()
    swapped = [(prompt, b, a, [B - each for each in votes]) for prompt, a, b, votes in rows]
    models = ("alder", "birch", "cedar")

    one = measured(evidence_of(rows, models=models))
    other = measured(evidence_of(swapped, models=models, swapped=1))

    for kind in ("triads", "contested", "splits"):
        assert one[kind] == other[kind]
    for first, second in zip(one["models"]["players"], other["models"]["players"], strict=True):
        assert first["name"] == second["name"]
        assert first["strength"]["value"] == pytest.approx(second["strength"]["value"])
        assert first["win_share"]["value"] == pytest.approx(second["win_share"]["value"])


def test_a_model_that_always_wins_is_not_ranked_with_the_others():
    rows = [(0, 0, 1, [A, A, B]), (1, 2, 0, [A])]

    found = measured(evidence_of(rows, models=("alder", "birch", "cedar")))["models"]

    assert {row["name"] for row in found["players"]} == {"alder", "birch"}
    assert (found["n_ranked"], found["n_players"]) == (2, 3)
    assert found["connectivity"]["n_between"] == 1


def test_responses_to_one_prompt_are_ranked_and_counted_in_triads():
    rows = arena(n_prompts=1, n_players=6, n_votes=9)

    found = measured(evidence_of(rows))

    assert found["responses"]["n_ranked"] == 6
    assert found["triads"]["responses"]["n_triads"] == 20
    assert found["triads"]["responses"]["n_complete"] == 1
    assert {row["n_triads"] for row in found["triads"]["annotators"]} == {20}


def test_the_same_text_under_another_prompt_is_another_response():
    rows = [(0, 0, 1, [A]), (0, 1, 2, [A]), (1, 2, 0, [A]), (1, 1, 2, [A])]

    assert measured(evidence_of(rows))["triads"]["responses"]["n_triads"] == 0


def test_a_ranking_for_each_of_many_prompts_is_none():
    found = measured(evidence_of(arena(n_prompts=40, n_votes=5)))["responses"]

    assert found["players"] == []
    assert "have a tenth of the judgments" in found["undefined_because"]


def test_the_best_to_ask_are_level_and_the_unjudged_are_counted():
    rows = [(0, 0, 1, [A, A]), (1, 0, 1, [A, B]), (2, 0, 1, [])]

    found = measured(evidence_of(rows))

    assert found["further"]["ask"][0]["comparison"] == 101
    assert found["further"]["n_unjudged"] == 1
    gained = found["further"]["at_budget"]
    assert gained["best"]["value"] >= gained["even"]["value"] - 0.01
    assert [row["comparison"] for row in found["worst"]] == [101]


def test_a_prompt_that_splits_people_is_contested():
    divided, united = [A, B] * 4, [A] * 8
    rows = [(prompt, 0, 1, divided if prompt == 0 else united) for prompt in range(6)] * 3

    prompts = measured(evidence_of(rows))["contested"]["prompts"]

    assert (prompts["n_tested"], prompts["n_contested"], prompts["n_unanimous"]) == (6, 1, 5)
    assert [row["n_differing"] for row in prompts["rows"]] == [3 * 16]


def test_the_splits_that_noise_explains_add_up_to_all_comparisons():
    rows = [(prompt, 0, 1, [A, A, B] if prompt % 3 else [A, A, A]) for prompt in range(30)]

    found = measured(evidence_of(rows))["splits"]

    assert [(row["split"], row["n"]) for row in found["rows"]] == [("3-0", 10), ("2-1", 20)]
    assert sum(row["expected"] for row in found["rows"]) == pytest.approx(30)


def test_long_lists_are_cut():
    rows = arena(n_prompts=150, n_votes=2)

    found = measured(evidence_of(rows, models=("alder", "birch", "cedar")))

    assert len(found["further"]["ask"]) == len(found["worst"]) == 100
    assert len(json.dumps(found)) < 80_000


@pytest.mark.django_db(transaction=True)
def test_the_page_links_comparisons_and_shows_names_as_text(client, carol, project):
    client.force_login(carol)
    member = make_membership(project, "dave")
    for preference in (1, -1, -1):
        comparison = make_comparison(project, model_a="al<b>der", model_b="birch")
        make_judgment(comparison, member, preference)
    report = Report.objects.create(project=project)
    build_report(report_id=report.pk)

    address = reverse("quality:report_section", args=[project.slug, report.pk, "comparisons"])
    page = client.get(address).content.decode()

    assert "al<b>der" not in page
    assert page.count("al&lt;b&gt;der") >= 2
    assert reverse("quality:comparison", args=[project.slug, comparison.pk]) in page
    assert "comparisons-models" in page


@pytest.mark.django_db(transaction=True)
def test_an_empty_project_has_a_page_that_says_why_nothing_is_there(client, carol, project):
    client.force_login(carol)
    report = Report.objects.create(project=project)
    build_report(report_id=report.pk)

    address = reverse("quality:report_section", args=[project.slug, report.pk, "comparisons"])
    page = client.get(address).content.decode()

    assert "Nothing has been compared yet" in page
    assert "no judged comparison names two different models" in page
