"""Two reports side by side: figures, annotators, parameters, and what may be called a change."""

from typing import Any

import pytest
from django.urls import reverse

from quality.metrics.differences import difference
from quality.metrics.estimates import Estimate
from quality.models import Report
from quality.reporting.comparison import compare_documents, finding_of
from quality.reporting.document import measured_document
from tests.api import api_of, body_of
from tests.quality.judging import judged_by_three


def test_the_interval_of_a_difference_is_newcombes() -> None:
    # Newcombe (1998), Statistics in Medicine 17, 873-890, table II, row (a), method 10:
    # 56/70 - 48/80 with Wilson's intervals gives 0.2 [0.0524, 0.3339].
    first = Estimate(48 / 80, 0.49045, 0.70034, 80)
    second = Estimate(56 / 70, 0.69186, 0.87693, 70)

    found = difference(first, second)

    assert found.value == pytest.approx(0.2)
    assert (found.low, found.high) == pytest.approx((0.0524, 0.3339), abs=2e-4)


def test_a_difference_changes_its_sign_with_the_order() -> None:
    first, second = Estimate(0.5, 0.4, 0.7, 10), Estimate(0.8, 0.65, 0.85, 20)

    one, other = difference(first, second), difference(second, first)

    assert (one.value, one.low, one.high) == pytest.approx(
        (-(other.value or 0), -(other.high or 0), -(other.low or 0))
    )


def test_without_values_or_intervals_there_is_a_reason() -> None:
    known, bare = Estimate(0.5, 0.4, 0.6, 10), Estimate(0.7, None, None, 4, "too few")

    assert difference(known, Estimate.undefined("none")).value is None
    assert difference(known, bare).low is None
    assert difference(known, bare).value == pytest.approx(0.2)


def document(*, agreeing: int, n: int = 200, **more: Any) -> dict[str, Any]:
    """The document of a report in which three annotators agree on some of n comparisons."""
    names = [{"annotator": name, "pseudonym": f"a-{name}"} for name in ("ann", "ben", "cat")]
    measured = measured_document(
        judged_by_three(agreeing=agreeing, n=n),
        names,
        offers_tie=True,
        seed=1,
        step=lambda _: None,
    )
    about = {"report": 1, "as_of": "2026-11-23T12:00:00+00:00", "code_version": "2"}
    return {**about, **measured, **more}


@pytest.fixture(scope="module")
def more() -> dict[str, Any]:
    return document(agreeing=190)


@pytest.fixture(scope="module")
def less() -> dict[str, Any]:
    estimate = {"value": 0.4, "low": 0.3, "high": 0.5, "n": 9, "undefined_because": ""}
    sections = {"agreement": {"ceiling": {"all": estimate}, "rows": [estimate]}, "new": {}}
    return document(agreeing=80, code_version="3", sections=sections)


def test_a_large_fall_is_clear_and_said_in_one_sentence(
    more: dict[str, Any], less: dict[str, Any]
) -> None:
    compared = compare_documents(more, less)

    percent = compared["figures"][0]
    assert percent["is_clear"] and not percent["intervals_overlap"]
    assert percent["difference"]["value"] < -0.3
    assert finding_of(compared).startswith("Agreement fell by")


def test_a_report_does_not_differ_from_itself(less: dict[str, Any]) -> None:
    compared = compare_documents(less, less)

    rows = [*compared["figures"], *compared["sections"]["agreement"]]
    assert not any(row["is_clear"] for row in rows)
    assert compared["parameters"] == []
    assert compared["annotators"]["changed"] == []
    assert finding_of(compared) == "Agreement did not change clearly"


def test_figures_of_sections_are_named_by_their_place(less: dict[str, Any]) -> None:
    rows = compare_documents(less, less)["sections"]["agreement"]

    assert [(row["name"], row["label"]) for row in rows] == [("ceiling.all", "Ceiling, all")]


def test_figures_of_sections_have_the_names_and_units_of_their_pages(
    less: dict[str, Any],
) -> None:
    one = {"value": 0.68, "low": 0.6, "high": 0.7, "n": 9, "undefined_because": ""}
    direction = {
        name: {"estimate": one, "others": one}
        for name in ("krippendorff_alpha", "percent_agreement")
    }
    annotators = {"gold_accuracy": one, "gold": one, "slopes": {"length": one}}
    sections = {"agreement": {"direction": direction}, "annotators": annotators}

    found = compare_documents({**less, "sections": sections}, {**less, "sections": sections})

    shown = [(row["label"], row["is_share"]) for rows in found["sections"].values() for row in rows]
    assert shown == [
        ("Agreeing pairs, direction", True),
        ("Krippendorff's alpha, direction", False),
        ("Gold accuracy", True),
        ("Length slope", False),
    ]


def test_no_figure_of_a_section_is_left_out(less: dict[str, Any]) -> None:
    one = {"value": 0.5, "low": 0.4, "high": 0.6, "n": 9, "undefined_because": ""}
    many = {**less, "sections": {"new": {f"figure_{number}": one for number in range(150)}}}

    assert len(compare_documents(many, many)["sections"]["new"]) == 150


def test_what_was_measured_differently_is_listed(
    more: dict[str, Any], less: dict[str, Any]
) -> None:
    changed = compare_documents(more, less)["parameters"]

    assert changed == [{"name": "code_version", "first": "2", "second": "3"}]


def test_annotators_who_changed_came_or_left_are_named(
    more: dict[str, Any], less: dict[str, Any]
) -> None:
    newcomer = {**less["annotators"][2], "annotator": "dan", "pseudonym": "a-dan"}
    second = {**less, "annotators": [*less["annotators"][:2], newcomer]}

    found = compare_documents(more, second)["annotators"]

    assert (found["joined"], found["gone"], found["n_both"]) == (["dan"], ["cat"], 2)
    assert {row["annotator"] for row in found["changed"]} == {"ann", "ben"}
    assert {row["name"] for row in found["changed"]} == {"agreement_with_others"}


def stored(project: Any, results: dict[str, Any]) -> Report:
    return Report.objects.create(
        project=project,
        state=Report.State.SUCCEEDED,
        results=results,
        as_of=results["as_of"],
        headline={},
    )


@pytest.mark.django_db
def test_the_page_compares_the_newest_two_or_those_chosen(
    client: Any, project: Any, carol: Any, more: dict[str, Any], less: dict[str, Any]
) -> None:
    client.force_login(carol)
    address = reverse("quality:report_comparison", args=["project"])
    empty = client.get(address).content.decode()
    first, second = stored(project, more), stored(project, less)

    newest = client.get(address).content.decode()
    turned = client.get(address, {"first": second.pk, "second": first.pk}).content.decode()

    assert "Nothing to compare yet" in empty
    assert "Agreement fell by" in newest
    assert "Agreement rose by" in turned
    assert client.get(address, {"first": "x", "second": first.pk}).status_code == 422
    assert client.get(address, {"first": first.pk, "second": 10**9}).status_code == 404


@pytest.mark.django_db
def test_a_report_that_is_not_listed_is_given_by_its_number(
    client: Any, project: Any, carol: Any, more: dict[str, Any], less: dict[str, Any]
) -> None:
    client.force_login(carol)
    address = reverse("quality:report_comparison", args=["project"])
    oldest = stored(project, more)
    for _ in range(20):
        newest = stored(project, less)
    asked = {"first": newest.pk, "second": newest.pk}

    form = client.get(address).content.decode()
    found = client.get(address, {**asked, "older": oldest.pk}).content.decode()
    missing = client.get(address, {**asked, "older": 10**9})

    assert 'name="older"' in form
    assert f'<option value="{oldest.pk}"' not in form
    assert "Agreement fell by" in found
    assert f'<option value="{oldest.pk}" selected>' in found
    assert missing.status_code == 422
    assert f"no report {10**9} with figures" in missing.content.decode()


@pytest.mark.django_db
def test_the_api_compares_two_reports(
    project: Any, carol: Any, mallory: Any, more: dict[str, Any], less: dict[str, Any]
) -> None:
    first, second = stored(project, more), stored(project, less)
    path = f"/projects/project/reports/compare?first={first.pk}&second={second.pk}"

    found = body_of(api_of(carol).get(path))

    assert found == compare_documents(more, less)
    assert api_of(mallory).get(path).status_code == 404
    assert api_of(carol).get("/projects/project/reports/compare").status_code == 422
