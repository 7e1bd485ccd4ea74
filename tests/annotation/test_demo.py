"""The demo project shows something real at once."""

import time
from collections import Counter, defaultdict
from io import StringIO
from itertools import combinations

import pytest
from django.core.management import call_command

from annotation.demo.annotators import ANNOTATORS
from annotation.demo.simulation import demo_judgments
from annotation.demo.texts import demo_comparisons
from annotation.models import Comparison, Judgment, Membership, Project, Seat
from annotation.services.seats import reserve_comparison
from feedback_platform.models import User
from tests.factories import make_project, make_user


@pytest.fixture
def demo(db: None) -> Project:
    call_command("load_demo", stdout=StringIO())
    return Project.objects.get(slug="demo")


def directions() -> dict[int, list[tuple[int, int]]]:
    """Per comparison the (annotator, direction) of each usable judgment."""
    usable: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for judgment in demo_judgments(demo_comparisons()):
        if judgment.outcome in {"preference", "both_good"}:
            value = judgment.preference or 0
            usable[judgment.comparison].append((judgment.annotator, (value > 0) - (value < 0)))
    return usable


def test_about_three_hundred_different_comparisons_are_fully_written_out():
    comparisons = demo_comparisons()
    texts = [text for c in comparisons for text in (c.prompt, c.response_a.text, c.response_b.text)]

    assert 290 <= len(comparisons) <= 320
    assert len({c.external_id for c in comparisons}) == len(comparisons)
    assert all(c.response_a.text != c.response_b.text for c in comparisons)
    names = {f"{{{name}}}" for name in ("case", "food", "city", "name", "fix", "result", "Wrong")}
    assert not [text for text in texts if any(name in text for name in names)]
    assert all(text.strip() for text in texts)
    assert sum(c.messages is not None for c in comparisons) >= 20


def test_the_simulation_is_the_same_each_time():
    first = list(demo_judgments(demo_comparisons()))

    assert list(demo_judgments(demo_comparisons())) == first


def test_annotators_agree_as_often_as_people_do():
    pairs = [
        one == other
        for values in directions().values()
        for (_, one), (_, other) in combinations(values, 2)
    ]

    assert 0.62 <= sum(pairs) / len(pairs) <= 0.72


def test_the_careless_annotator_agrees_least_with_the_others():
    agreeing: Counter[int] = Counter()
    all_pairs: Counter[int] = Counter()
    for values in directions().values():
        for (one, first), (other, second) in combinations(values, 2):
            for who in (one, other):
                agreeing[who] += first == second
                all_pairs[who] += 1
    shares = [agreeing[who] / all_pairs[who] for who in range(len(ANNOTATORS))]

    worst = min(range(len(shares)), key=shares.__getitem__)
    assert ANNOTATORS[worst].fault == "careless"
    honest = [share for share, a in zip(shares, ANNOTATORS, strict=True) if not a.fault]
    assert min(honest) > 0.62


def test_each_other_fault_shows_in_its_own_measure():
    comparisons = demo_comparisons()
    left, longer, times = defaultdict(list), defaultdict(list), defaultdict(list)
    for judgment in demo_judgments(comparisons):
        times[judgment.annotator].append(judgment.active_ms)
        if judgment.preference:
            shown = comparisons[judgment.comparison]
            chose_b = judgment.preference > 0
            left[judgment.annotator].append(chose_b == judgment.swapped)
            b_is_longer = len(shown.response_b.text) > len(shown.response_a.text)
            longer[judgment.annotator].append(chose_b == b_is_longer)
    by_fault = {a.fault: who for who, a in enumerate(ANNOTATORS) if a.fault}

    def highest(shares):
        return max(shares, key=lambda who: sum(shares[who]) / len(shares[who]))

    assert highest(left) == by_fault["left side"]
    assert highest(longer) == by_fault["length"]
    assert min(times, key=lambda who: sorted(times[who])[50]) == by_fault["fast"]


def test_loading_is_quick_and_leaves_work_for_a_visitor(demo):
    assert Comparison.objects.count() == len(demo_comparisons())
    assert Judgment.objects.count() == Seat.objects.filter(state="filled").count()
    assert Seat.objects.filter(state="free").count() >= 80
    visitor = make_user("visitor", project=demo)

    handed = reserve_comparison(membership=Membership.objects.get(user=visitor))

    assert handed.assignment is not None


@pytest.mark.alone
def test_loading_takes_less_than_five_seconds(db):
    start = time.monotonic()

    call_command("load_demo", stdout=StringIO())

    assert time.monotonic() - start < 5


def test_simulated_annotators_cannot_log_in(demo):
    assert Membership.objects.filter(project=demo, user=None).count() == 12
    assert not User.objects.exists()


def test_the_first_superuser_manages_the_demo(db):
    boss = User.objects.create_superuser("boss")

    call_command("load_demo", stdout=StringIO())

    assert Membership.objects.get(user=boss).is_manager


def test_a_second_loading_changes_nothing(demo):
    with pytest.raises(SystemExit) as stopped:
        call_command("load_demo", stderr=StringIO())

    assert stopped.value.code == 2
    assert Project.objects.count() == 1


def test_if_empty_leaves_a_database_with_projects_alone(db):
    make_project()

    call_command("load_demo", "--if-empty", stdout=StringIO())

    assert not Project.objects.filter(slug="demo").exists()


def test_an_unknown_manager_is_refused(db):
    with pytest.raises(SystemExit):
        call_command("load_demo", "--manager", "nobody", stderr=StringIO())

    assert not Project.objects.exists()
