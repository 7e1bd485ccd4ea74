"""Reports: what they hold, what they leave out, and how a command and a task build them."""

import json
from io import StringIO

import pytest
from django.core.management import call_command

from annotation.models import Exclusion, Judgment, Outcome
from feedback_platform.jobs.claims import Cancelled
from feedback_platform.jobs.services import create_claimed, request_cancel
from quality.models import Report
from quality.services.report_building import build_report, seed_of
from quality.tasks import build_report_task
from tests.factories import (
    make_comparison,
    make_judgment,
    make_membership,
    make_project,
    make_user,
)

pytestmark = pytest.mark.django_db(transaction=True)

ESTIMATE_KEYS = {"value", "low", "high", "n", "undefined_because"}


@pytest.fixture
def project():
    return make_project()


@pytest.fixture
def alice(project):
    return make_membership(project, "alice")


@pytest.fixture
def bob(project):
    return make_membership(project, "bob")


def build(project):
    out = StringIO()
    call_command("build_report", project.slug, "--json", stdout=out, stderr=StringIO())
    return json.loads(out.getvalue())


def judged_by(comparison, **preferences):
    """Judgments by name; the members are made when they are new."""
    for name, preference in preferences.items():
        member = comparison.project.memberships.filter(name=name).first()
        member = member or make_membership(comparison.project, name)
        make_judgment(comparison, member, preference)


def test_the_command_answers_with_the_documented_shape(project):
    for preference in (-1, 1, 1):
        judged_by(make_comparison(project), alice=preference, bob=1)

    document = build(project)

    assert document["project"] == "project"
    assert (document["n_comparisons"], document["n_judgments"]) == (3, 6)
    assert document["n_annotators"] == 2
    assert document["domain"] == ["A", "tie", "B"]
    overall = {"percent_direction", "alpha_direction", "alpha_strength", "alpha_outcome"}
    assert overall <= set(document["agreement"])
    assert all(set(each) == ESTIMATE_KEYS for each in document["agreement"].values())
    alice, bob = document["annotators"]
    assert (alice["annotator"], bob["annotator"]) == ("alice", "bob")
    assert set(alice["agreement_with_others"]) == set(alice["left_share"]) == ESTIMATE_KEYS
    assert document["agreement"]["percent_direction"]["value"] == pytest.approx(2 / 3)


def test_the_report_is_stored_with_its_moment_and_parameters(project):
    judged_by(make_comparison(project), alice=-1, bob=1)

    document = build(project)

    report = Report.objects.get()
    assert report.state == Report.State.SUCCEEDED
    assert report.results == document
    assert report.as_of.isoformat() == document["as_of"]
    assert report.parameters["seed"] == seed_of("project", report.as_of)
    assert report.parameters["draws"] == 1000
    assert report.code_version


def test_superseded_excluded_and_repeated_judgments_are_left_out(project, alice, bob):
    comparison = make_comparison(project)
    make_judgment(comparison, bob, 1)
    first = make_judgment(comparison, alice, -1)
    make_judgment(comparison, alice, 1, supersedes=first)
    make_judgment(comparison, alice, -1, occasion=2)
    other = make_comparison(project)
    make_judgment(other, bob, 1)
    careless = make_judgment(other, alice, -1)
    carol = make_user("carol")
    Exclusion.objects.create(judgment=careless, reason="asleep", person=carol)

    document = build(project)

    assert document["n_judgments"] == 3
    assert document["left_out"] == {"superseded": 1, "excluded": 1, "repeats": 1}
    percent = document["agreement"]["percent_direction"]
    assert (percent["value"], percent["n"]) == (1.0, 1)


def test_both_good_counts_as_a_tie_and_both_bad_as_missing(project, alice, bob):
    first, second = make_comparison(project), make_comparison(project)
    make_judgment(first, alice, 0)
    make_judgment(first, bob, outcome=Outcome.BOTH_GOOD)
    make_judgment(second, alice, 1)
    make_judgment(second, bob, outcome=Outcome.BOTH_BAD)

    document = build(project)

    percent = document["agreement"]["percent_direction"]
    assert (percent["value"], percent["n"]) == (1.0, 1)
    assert document["agreement"]["alpha_outcome"]["n"] == 2
    assert document["outcomes"] == {
        "A": 0,
        "tie": 1,
        "B": 1,
        "both_good": 1,
        "both_bad": 1,
        "cannot_judge": 0,
    }


def test_a_tie_is_in_the_domain_only_where_it_was_offered_or_occurs():
    without = make_project("without", offers_tie=False)
    judged_by(make_comparison(without), alice=-1, bob=1)

    assert build(without)["domain"] == ["A", "B"]


def test_strength_is_undefined_where_none_was_given(project):
    judged_by(make_comparison(project), alice=-1, bob=1)

    strength = build(project)["agreement"]["alpha_strength"]

    assert (strength["value"], strength["undefined_because"]) == (None, "no strengths")


def test_strengths_are_measured_in_their_order(project, alice, bob):
    # Ordinal alpha by hand: units (1, 2), (-3, -3), (3, 3). Counts: -3: 2, 1: 1, 2: 1, 3: 2;
    # mid-ranks 1, 2.5, 3.5, 5. Observed 2 * 1; expected, over all pairs, 2 * (2 * 1.5 ** 2
    # + 2 * 2.5 ** 2 + 4 * 16 + 1 + 2 * 2.5 ** 2 + 2 * 1.5 ** 2) = 198.
    # Alpha = 1 - 5 * 2 / 198.
    for first, second in ((1, 2), (-3, -3), (3, 3)):
        comparison = make_comparison(project)
        make_judgment(comparison, alice, first, raw_strength=abs(first))
        make_judgment(comparison, bob, second, raw_strength=abs(second))

    strength = build(project)["agreement"]["alpha_strength"]

    assert strength["value"] == pytest.approx(1 - 10 / 198)


def test_left_share_reads_the_shown_side(project, alice, bob):
    for preference, swapped in ((-1, False), (1, True), (1, False), (0, True), (-1, None)):
        comparison = make_comparison(project)
        make_judgment(comparison, alice, preference, swapped=swapped)
        make_judgment(comparison, bob, preference)

    alice_row, bob_row = build(project)["annotators"]

    assert alice_row["left_share"]["value"] == pytest.approx(2 / 3)
    assert alice_row["left_share"]["n"] == 3
    assert bob_row["left_share"]["undefined_because"] == "shown side unknown"


def test_intervals_are_drawn_over_prompts_where_prompts_repeat(project):
    for number in range(12):
        comparison = make_comparison(project, prompt=f"prompt {number // 2}")
        judged_by(comparison, alice=1 if number % 3 else -1, bob=1)

    document = build(project)

    assert document["intervals"]["drawn_over"]["percent_direction"] == "prompts"


def test_an_empty_project_has_a_report_of_reasons(project):
    document = build(project)

    assert document["n_comparisons"] == document["n_judgments"] == 0
    assert all(each["value"] is None for each in document["agreement"].values())
    assert all(each["undefined_because"] for each in document["agreement"].values())
    assert document["annotators"] == []


def test_another_projects_judgments_do_not_count(project):
    judged_by(make_comparison(project), alice=1, bob=1)
    judged_by(make_comparison(make_project("other")), alice=1, bob=-1)

    assert build(project)["agreement"]["percent_direction"]["value"] == 1.0


def test_two_reports_of_the_same_judgments_have_the_same_values(project):
    for number in range(8):
        judged_by(make_comparison(project), alice=number % 2, bob=(number // 2) % 2)

    first, second = build(project), build(project)

    for name, estimate in first["agreement"].items():
        assert estimate["value"] == second["agreement"][name]["value"]
    assert Report.objects.count() == 2


def test_an_unknown_project_is_bad_input_with_the_remedy(capsys):
    with pytest.raises(SystemExit) as end:
        call_command("build_report", "nowhere")

    assert end.value.code == 2
    assert "There is no project 'nowhere'" in capsys.readouterr().err


def test_the_summary_is_one_line(project, capsys):
    judged_by(make_comparison(project), alice=1, bob=1)

    call_command("build_report", project.slug)

    out = capsys.readouterr().out
    assert out.count("\n") == 1
    assert "on 2 judgments: agreement 1.000" in out


def test_the_task_builds_a_queued_report_once(project):
    judged_by(make_comparison(project), alice=1, bob=1)
    report = Report.objects.create(project=project)

    build_report_task(report.pk)
    report.refresh_from_db()
    finished = report.finished_at
    build_report_task(report.pk)

    report.refresh_from_db()
    assert (report.state, report.finished_at) == (Report.State.SUCCEEDED, finished)


def test_a_cancelled_report_stores_nothing(project, monkeypatch):
    for number in range(10):
        judged_by(make_comparison(project), alice=number % 2, bob=1, dave=-1)
    report = create_claimed(Report, project=project)
    request_cancel(report)
    # The wish to cancel is seen long before the charts are drawn.
    monkeypatch.setattr("feedback_platform.jobs.claims.FLUSH_SECONDS", 0.001)

    with pytest.raises(Cancelled):
        build_report(report_id=report.pk, fence=report.fence)

    report.refresh_from_db()
    assert (report.state, report.results, report.charts) == ("cancelled", None, [])


def test_building_costs_the_same_queries_however_many_judgments(project, django_assert_num_queries):
    # The heartbeat has a connection of its own, which the count does not see.
    for number in range(20):
        judged_by(make_comparison(project), alice=number % 2, bob=1, dave=-1)
    report = Report.objects.create(project=project)

    # Claim (2), project, snapshot (begin, isolation, now, commit), what is read in it (COPY and
    # small ones), earlier headlines, flags and publication (begin, commit, savepoint), and the
    # check that the claim has ended.
    with django_assert_num_queries(37):
        build_report(report_id=report.pk)

    assert Judgment.objects.count() == 60
