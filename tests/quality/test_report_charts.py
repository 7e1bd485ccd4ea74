"""Charts of a report: what they say, and when there is none."""

from xml.etree import ElementTree

import pytest

from quality.charts.dots import MAX_ROWS
from quality.charts.report import report_charts


def estimate(value, low=None, high=None, n=40):
    return {"value": value, "low": low, "high": high, "n": n}


def annotator(name, agreement=0.7, left=0.5):
    return {
        "annotator": name,
        "agreement_with_others": estimate(agreement, agreement - 0.1, agreement + 0.1),
        "left_share": estimate(left, left - 0.1, left + 0.1) if left else estimate(None),
    }


def document(annotators, **changes):
    return {
        "agreement": {"percent_direction": estimate(0.7, 0.6, 0.8)},
        "annotators": annotators,
        "flags": [],
        "winner_shares": [0, 0, 10, 0, 20, 0, 70],
        "judgments_per_comparison": [0, 10, 0, 0, 0, 90, 0, 0, 0, 0, 0],
        **changes,
    }


def charts_by_name(given):
    return {chart.name: chart for chart in report_charts(given)}


def test_titles_state_the_finding():
    flags = [{"annotator": "alice", "kind": "low_agreement"}]

    charts = charts_by_name(document([annotator("alice", 0.4), annotator("bob")], flags=flags))

    assert charts["agreement"].title == "1 of 2 annotators agrees clearly less with the others"
    assert charts["left-share"].title == "No annotator clearly favours one side of the screen"
    assert charts["winner-shares"].title.startswith("70 % of comparisons")
    assert charts["judgments-per-comparison"].title.startswith("90 % of comparisons")


def test_the_lowest_come_first_and_the_table_has_everybody():
    many = [annotator(f"annotator {number}", 0.5 + number / 100) for number in range(45)]

    chart = charts_by_name(document(many[::-1]))["agreement"]

    assert chart.title.endswith(f"({MAX_ROWS} of 45 drawn)")
    assert [row[0] for row in chart.rows] == [row["annotator"] for row in many]
    assert "annotator 0<" in chart.svg
    assert "annotator 44<" not in chart.svg


def test_an_unknown_shown_side_has_no_chart():
    charts = charts_by_name(document([annotator("alice", left=None)]))

    assert "left-share" not in charts


def test_nothing_judged_has_no_chart():
    nothing = document(
        [],
        agreement={"percent_direction": estimate(None)},
        winner_shares=[0] * 7,
        judgments_per_comparison=[5] + [0] * 10,
    )

    assert report_charts(nothing) == []


@pytest.mark.parametrize("name", ["</text><script>alert(1)</script>", "a & b", "漢字 ﷺ", "x" * 300])
def test_any_name_gives_well_formed_svg_without_markup_of_its_own(name):
    for chart in report_charts(document([annotator(name), annotator("bob")])):
        tree = ElementTree.fromstring(chart.svg)
        assert {element.tag.split("}")[1] for element in tree.iter()} <= {
            *("svg", "g", "path", "text", "line", "rect", "tspan", "title", "defs", "clipPath"),
        }


def test_an_annotator_without_interval_is_a_dot_only():
    alone = {**annotator("alice"), "agreement_with_others": estimate(0.5)}

    chart = charts_by_name(document([alone]))["agreement"]

    assert chart.rows == [["alice", "50 %", "-", "40"]]
