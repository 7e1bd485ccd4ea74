"""What a report reads of a project, as arrays."""

from datetime import UTC, datetime

import pytest

from annotation.models import (
    Batch,
    Criterion,
    CriterionPreference,
    Exclusion,
    Gold,
    Purpose,
    Rating,
)
from quality.metrics.evidence import NONE, Evidence
from quality.metrics.judged import TIE, B
from quality.selectors.evidence import evidence
from tests.factories import make_comparison, make_judgment, make_membership, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(project):
    return make_membership(project, "alice")


@pytest.fixture
def bob(project):
    return make_membership(project, "bob")


def read(project) -> Evidence:
    return evidence(project, noted=lambda _: None, seed=1)


def label_of(labels, at):
    return None if labels.code[at] == NONE else labels.names[labels.code[at]]


def test_each_judgment_has_its_moment(project, alice, bob):
    comparison = make_comparison(project)
    make_judgment(comparison, bob, 1, submitted_at=datetime(2026, 3, 1, tzinfo=UTC))
    make_judgment(comparison, alice, -1, submitted_at=datetime(2026, 3, 2, tzinfo=UTC))

    found = read(project)

    assert [one.name for one in found.annotators] == ["alice", "bob"]
    moments = dict(zip(found.judged.coder.tolist(), found.at.tolist(), strict=True))
    assert moments == {0: 1772409600, 1: 1772323200}


def test_comparisons_carry_their_labels_and_lengths(project):
    batch = Batch.objects.create(project=project, name="March")
    make_comparison(
        project,
        batch=batch,
        group="chat",
        model_a="birch",
        model_b="alder",
        response_a="ä",
        response_b="four",
        metadata={"language": "de"},
    )
    make_comparison(project, group="chat", metadata={"topic": "cooking"}, model_a="birch")

    found = read(project)

    assert [label_of(found.batch, at) for at in (0, 1)] == ["March", None]
    assert [label_of(found.topic, at) for at in (0, 1)] == ["chat", "cooking"]
    assert [label_of(found.language, at) for at in (0, 1)] == ["de", None]
    assert [label_of(found.model_pairs(), at) for at in (0, 1)] == ["alder vs birch", None]
    assert found.length_a[0] == 2
    assert found.length_b[0] == 4


def test_a_pair_of_models_is_one_label_in_either_order(project):
    make_comparison(project, model_a="birch", model_b="alder")
    make_comparison(project, model_a="alder", model_b="birch")

    assert read(project).model_pairs().code.tolist() == [0, 0]


def test_answers_to_gold_are_read_apart_from_work(project, alice):
    known = make_comparison(project, is_check=True)
    Gold.objects.create(comparison=known, accepted=["b"])
    make_judgment(known, alice, 2, purpose=Purpose.GOLD)
    make_judgment(make_comparison(project), alice, -1)

    found = read(project)

    assert found.known_answers.is_correct.tolist() == [True]
    assert found.known_answers.coder.tolist() == [0]
    assert found.judged.unit.tolist() == [0]


def test_a_second_answer_is_found_beside_the_first(project, alice, bob):
    for _ in range(2):
        make_judgment(make_comparison(project), bob, -1)
    twice = make_comparison(project)
    make_judgment(twice, bob, -1)
    make_judgment(twice, alice, 0)
    make_judgment(twice, alice, 2, purpose=Purpose.RESHOW, occasion=2, swapped=True)

    repeats = read(project).repeats

    found = read(project).judged
    assert found.unit[repeats.first].tolist() == [2]
    assert found.coder[repeats.first].tolist() == [0]
    assert found.outcome[repeats.first].tolist() == [TIE]
    assert (repeats.outcome.tolist(), repeats.preference.tolist()) == ([B], [2])
    assert repeats.swapped.tolist() == [1]


def test_criteria_point_at_their_judgments(project, alice, bob):
    comparison = make_comparison(project)
    by_alice = make_judgment(comparison, alice, 1)
    by_bob = make_judgment(comparison, bob, -1)
    tone = Criterion.objects.create(project=project, key="tone", name="Tone", kind="preference")
    clarity = Criterion.objects.create(project=project, key="clarity", name="Clarity")
    CriterionPreference.objects.create(judgment=by_bob, criterion=tone, preference=-3)
    Rating.objects.create(judgment=by_alice, criterion=clarity, response="a", value=4)
    Rating.objects.create(judgment=by_alice, criterion=clarity, response="b", value=1)

    found = read(project)

    (preferences,), (ratings,) = found.criteria, found.ratings
    assert found.judged.coder[preferences.judgment].tolist() == [1]
    assert preferences.preference.tolist() == [-3]
    assert found.judged.coder[ratings.judgment].tolist() == [0, 0]
    assert list(zip(ratings.of_b.tolist(), ratings.value.tolist(), strict=True)) == [
        (False, 4),
        (True, 1),
    ]


def test_what_is_left_out_of_the_judgments_is_left_out_of_all(project, alice):
    judgment = make_judgment(make_comparison(project), alice, 1)
    tone = Criterion.objects.create(project=project, key="tone", name="Tone", kind="preference")
    CriterionPreference.objects.create(judgment=judgment, criterion=tone, preference=1)
    person = make_user("carol")
    Exclusion.objects.create(judgment=judgment, reason="Not read.", person=person)

    found = read(project)

    assert found.judged.unit.size == 0
    assert found.criteria[0].judgment.size == 0
    assert found.texts.prompt == []


def test_texts_are_those_of_judged_comparisons(project, alice):
    make_comparison(project)
    judged = make_comparison(project, prompt="Why?", response_a="So.", response_b="Because.")
    make_judgment(judged, alice, 1)

    texts = read(project).texts

    assert (texts.prompt, texts.response_a, texts.response_b) == (["Why?"], ["So."], ["Because."])
    assert texts.unit.tolist() == [1]
    assert not texts.is_sample


def test_a_large_project_is_sampled_the_same_way_each_time(project, alice, monkeypatch):
    monkeypatch.setattr("quality.selectors.evidence.MAX_TEXTS", 3)
    for _ in range(8):
        make_judgment(make_comparison(project), alice, 1)

    first, second = read(project).texts, read(project).texts

    assert len(first.prompt) == 3
    assert first.unit.tolist() == second.unit.tolist()
    assert first.is_sample
    assert first.n_judged == 8


def test_an_empty_project_has_empty_evidence(project):
    found = read(project)

    assert found.judged.n_units == 0
    assert found.repeats.first.size == 0
    assert found.model_pairs().is_empty
