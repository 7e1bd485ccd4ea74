"""What must not change a dataset version: the order of the rows, which response is called A."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from quality.curation.curate import Comparisons, curate
from quality.curation.judgments import TIE, A, B, Judgments
from quality.curation.recipe import Recipe

ANNOTATORS = [f"a{i}" for i in range(7)]
SWAPPED_VOTES = np.array([B, TIE, A, 3, 4], dtype=np.int8)


@st.composite
def projects(draw):
    n = draw(st.integers(3, 12))
    comparisons = Comparisons(
        ids=[f"c{i}" for i in range(n)],
        prompt_groups=[f"p{i % max(3, n // 2)}" for i in range(n)],
        labels=[""] * n,
    )
    cells = draw(
        st.lists(
            st.tuples(
                st.integers(0, n - 1),
                st.integers(0, len(ANNOTATORS) - 1),
                st.integers(1, 2),
                st.sampled_from([-3, -2, -1, 0, 1, 2, 3, 10, 20]),
            ),
            unique_by=lambda cell: cell[:3],
            min_size=n,
            max_size=n * 7,
        )
    )
    columns = list(zip(*cells, strict=True))
    coded = np.array(columns[3])
    vote = np.select([coded == 10, coded == 20, coded < 0, coded > 0], [3, 4, A, B], TIE)
    judgments = Judgments(
        comparison=np.array(columns[0], dtype=np.int32),
        annotator=np.array(columns[1], dtype=np.int32),
        occasion=np.array(columns[2], dtype=np.int16),
        vote=vote.astype(np.int8),
        preference=np.where(coded >= 10, 0, coded).astype(np.int8),
    )
    recipe = Recipe(
        min_judgments=draw(st.integers(1, 3)),
        min_votes=draw(st.integers(1, 3)),
        min_confidence=Decimal(draw(st.sampled_from(["0.4", "0.6"]))),
        holdout_annotators=Decimal(draw(st.sampled_from(["0", "0.2", "0.4"]))),
        seed=draw(st.integers(0, 3)),
    )
    return comparisons, judgments, recipe


def curated(comparisons, judgments, recipe):
    return curate(
        comparisons=comparisons, judgments=judgments, annotators=ANNOTATORS, recipe=recipe
    )


def columns_of(judgments, change):
    names = ("comparison", "annotator", "occasion", "vote", "preference")
    return {name: change(getattr(judgments, name)) for name in names}


@settings(deadline=None)
@given(project=projects(), seed=st.integers(0, 2**31))
def test_the_order_of_the_judgments_changes_nothing(project, seed):
    comparisons, judgments, recipe = project
    order = np.random.default_rng(seed).permutation(len(judgments.vote))

    expected = curated(comparisons, judgments, recipe)
    shuffled = curated(
        comparisons, Judgments(**columns_of(judgments, lambda column: column[order])), recipe
    )

    assert shuffled.margin.tolist() == expected.margin.tolist()
    assert shuffled.decisions.reason.tolist() == expected.decisions.reason.tolist()
    assert shuffled.scaling.scale.tolist() == expected.scaling.scale.tolist()
    assert shuffled.holdout == expected.holdout


@settings(deadline=None)
@given(project=projects())
def test_calling_every_a_b_swaps_nothing_but_the_letters(project):
    comparisons, judgments, recipe = project
    swapped = replace(
        judgments, vote=SWAPPED_VOTES[judgments.vote], preference=-judgments.preference
    )

    expected = curated(comparisons, judgments, recipe)
    other = curated(comparisons, swapped, recipe)

    kept = expected.decisions.is_kept
    assert other.decisions.reason.tolist() == expected.decisions.reason.tolist()
    assert other.margin.tolist() == expected.margin.tolist()
    assert other.decisions.probability.tolist() == expected.decisions.probability.tolist()
    assert (other.decisions.chosen[kept] != expected.decisions.chosen[kept]).all()
    assert other.split.tolist() == expected.split.tolist()


@settings(deadline=None)
@given(project=projects(), seed=st.integers(0, 2**31))
def test_held_out_annotators_change_no_row_and_no_scale(project, seed):
    comparisons, judgments, recipe = project
    expected = curated(comparisons, judgments, recipe)
    theirs = expected.is_held_out[judgments.annotator]
    other_votes = np.random.default_rng(seed).integers(-3, 4, len(theirs)).astype(np.int8)
    preference = np.where(theirs, other_votes, judgments.preference).astype(np.int8)
    anew = np.select([other_votes < 0, other_votes > 0], [A, B], TIE)
    vote = np.where(theirs, anew, judgments.vote).astype(np.int8)

    changed = curated(comparisons, replace(judgments, vote=vote, preference=preference), recipe)

    assert changed.holdout == expected.holdout
    assert changed.decisions.is_kept.tolist() == expected.decisions.is_kept.tolist()
    assert changed.margin.tolist() == expected.margin.tolist()
    assert changed.scaling.scale.tolist() == expected.scaling.scale.tolist()


@settings(deadline=None)
@given(project=projects(), extra=st.integers(1, 10))
def test_more_comparisons_move_none_to_another_split(project, extra):
    comparisons, judgments, recipe = project
    grown = Comparisons(
        ids=[*comparisons.ids, *(f"new{i}" for i in range(extra))],
        prompt_groups=[*comparisons.prompt_groups, *(f"q{i}" for i in range(extra))],
        labels=[""] * (len(comparisons) + extra),
    )

    before = curated(comparisons, judgments, recipe)
    after = curated(grown, judgments, recipe)

    assert after.split[: len(comparisons)].tolist() == before.split.tolist()
