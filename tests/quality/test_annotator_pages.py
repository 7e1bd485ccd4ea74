"""The pages of a report's annotators: the list, one annotator's sheet, and the use of scales."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse

from quality.models import Report
from tests.factories import make_comparison, make_judgment, make_membership, make_project, make_user

pytestmark = pytest.mark.django_db(transaction=True)

NAMES = ("alice", "bob", "dave", "erin")


@pytest.fixture
def report():
    """Forty comparisons by four annotators: alice always prefers what stands on the left."""
    project = make_project()
    make_membership(project, "carol", role="manager", user=make_user("carol"))
    people = {name: make_membership(project, name) for name in NAMES}
    for number in range(40):
        comparison = make_comparison(project)
        truth = 1 if number % 2 else -1
        for name, person in people.items():
            preference = -1 if name == "alice" else truth * (1 + number % 3)
            make_judgment(comparison, person, preference, swapped=False)
    call_command("build_report", project.slug, stdout=StringIO(), stderr=StringIO())
    return Report.objects.get()


def open_page(client, report, name, *extra, **query):
    client.force_login(report.project.memberships.get(name="carol").user)
    place = reverse(f"quality:{name}", args=[report.project.slug, report.pk, *extra])
    return client.get(place, query)


def alice_of(report):
    rows = report.results["sections"]["annotators"]["annotators"]
    return next(row for row in rows if row["annotator"] == "alice")


def test_the_list_leads_to_the_sheets_and_is_filtered(client, report):
    def names(**query):
        rows = open_page(client, report, "report_annotators", **query).context["listed"]["rows"]
        return [row["annotator"] for row in rows]

    page = open_page(client, report, "report_annotators").content.decode()

    sheet = reverse(
        "quality:annotator_sheet", args=["project", report.pk, alice_of(report)["pseudonym"]]
    )
    assert "1 of 4 annotators needs a look." in page
    assert "prefers the response on the left in 100 %" in page
    assert f'href="{sheet}"' in page
    assert (names(find="BO"), names(kind="one_sided"), names(find="nobody")) == (
        ["bob"],
        ["alice"],
        [],
    )
    # What makes no sense is ignored.
    assert len(names(order="x", kind="x", page="0")) == len(names(page="9999")) == len(NAMES)
    assert report.results["flags"] == report.results["sections"]["annotators"]["flags"]
    assert {flag["annotator"] for flag in report.results["flags"]} == {"alice"}


def test_a_sheet_shows_every_figure_with_its_explanation(client, report):
    alice = alice_of(report)

    answer = open_page(client, report, "annotator_sheet", alice["pseudonym"])
    nobody = open_page(client, report, "annotator_sheet", "nobody")
    scales = open_page(client, report, "report_section", "normalisation")

    page = answer.content.decode()
    assert (answer.status_code, nobody.status_code) == (200, 404)
    assert "A flag is a question, not a verdict." in page
    assert "One-sided" in page and "Dawid and Skene (1979)" in page
    assert f"annotator={alice['pseudonym']}" in page
    assert [chart.name for chart in answer.context["charts"]][0] == "sheet-confusion"
    assert "Not looked at: no strengths" in scales.content.decode()
