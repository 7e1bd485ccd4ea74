"""Names and values of charts: in the table beside each, and distinct where they are drawn."""

from typing import Any

from quality.charts.agreement_parts import part_chart, weeks_split
from quality.charts.annotator_sheet import sheet_charts
from quality.charts.annotators import annotator_charts
from quality.charts.bias import bias_charts
from quality.charts.chart import Chart
from tests.quality.annotator_rows import annotator, estimate, project, slope

# 15 and 22 November 2026, 12:00 UTC.
FIRST, LAST = 1_794_744_000, 1_795_348_800


def part(name: str, value: float, *, stands_out: bool = False, n_pooled: int = 0) -> dict[str, Any]:
    nothing = estimate()
    return {
        "name": name,
        "n_judgments": 90,
        "n_pooled": n_pooled,
        "percent": estimate(value, value - 0.1, value + 0.1, 30),
        "percent_others": nothing,
        "alpha": nothing,
        "alpha_others": nothing,
        "stands_out": stands_out,
    }


def test_parts_whose_names_begin_alike_have_a_row_each() -> None:
    same = "a-model-with-a-really-long-name-of-size-"
    rows = [part(f"{same}{size}", 0.6 + at / 10) for at, size in enumerate(("7b", "13b", "70b"))]
    rows += [part("other", 0.7), part("other", 0.8, n_pooled=2)]

    chart = part_chart({"name": "models", "rows": rows}, 0.7)

    assert chart
    for place in (1, 2, 3):
        assert chart.svg.count(f"{place}. {same[:18]}") == 1
    assert ">other<" in chart.svg and ">other (2 small)<" in chart.svg
    assert [row[0] for row in chart.rows][:3] == [f"{same}{size}" for size in ("7b", "13b", "70b")]
    assert [row[1] for row in chart.rows] == ["60 %", "70 %", "80 %", "70 %", "80 %"]


def test_the_title_names_the_row_that_is_meant() -> None:
    same = "a" * 40
    rows = [part(f"{same}1", 0.7), part(f"{same}2", 0.3, stands_out=True)]

    chart = part_chart({"name": "topic", "rows": rows}, 0.6)

    assert chart and chart.title == f"By topic: clearly less on 2. {'a' * 31}…, 30 %"


def test_weeks_are_named_by_days_as_people_write_them() -> None:
    known = {**part("", 0.6), "percent_direction": estimate(0.6, 0.5, 0.7), "alpha_direction": {}}
    known["alpha_direction"] = estimate()
    weeks = [{**known, "week": day} for day in ("2026-11-16", "2026-11-23")]

    chart = part_chart(weeks_split({"weeks": weeks}), 0.6)

    assert chart and [row[0] for row in chart.rows] == ["23 Nov 2026", "16 Nov 2026"]
    assert "2026-11" not in chart.svg + chart.alternative


def phrase(text: str, log_odds: float, q: float, *, flagged: bool) -> dict[str, Any]:
    return {
        "phrase": text,
        "log_odds": estimate(log_odds, log_odds - 0.2, log_odds + 0.2),
        "q": q,
        "only_preferred": 1_200,
        "only_rejected": 300,
        "is_flagged": flagged,
    }


def bias_chart(name: str, **document: Any) -> Chart:
    nothing = {"length": {"classes": [], "longer": estimate()}, "features": [], "phrases": []}
    tested = {"phrase_test": {"n_tested": 5_000, "n_flagged": 1, "max_false": 0.05}}
    (chart,) = (one for one in bias_charts(nothing | tested | document) if one.name == name)
    return chart


def test_the_volcano_names_flagged_phrases_and_its_table_all_of_them() -> None:
    rows = [
        phrase("thank you", 1.386294, 1e-9, flagged=True),
        phrase("of course", -0.1, 0.4, flagged=False),
    ]

    chart = bias_chart("bias-phrases", phrases=rows)

    assert chart.title == "1 word or phrase goes along with being preferred or rejected"
    assert "“thank you”" in chart.alternative and "5,000" in chart.alternative
    assert chart.rows == [
        ["thank you", "4.00", "1e-09", "1,200", "300"],
        ["of course", "0.90", "0.4", "1,200", "300"],
    ]
    assert ">thank you<" in chart.svg and ">of course<" not in chart.svg


def test_one_feature_of_form_goes_along_and_two_go() -> None:
    def features(*notable: bool) -> list[dict[str, Any]]:
        return [
            {
                "label": f"Feature {at}",
                "effect": estimate(0.5 - at / 10, 0.1, 0.9, 40),
                "adjusted": estimate(),
                "is_notable": one,
            }
            for at, one in enumerate(notable)
        ]

    one = bias_chart("bias-features", features=features(True, False))
    two = bias_chart("bias-features", features=features(True, True))

    assert one.title == "1 of 2 features of form goes along with being preferred"
    assert two.title == "2 of 2 features of form go along with being preferred"
    assert one.rows[0] == ["Feature 0", "+0.50", "+0.10 to +0.90", "-", "40"]


def test_slopes_of_length_are_drawn_furthest_first_with_their_intervals() -> None:
    rows = [
        annotator("alice", slopes={"length": slope(0.1, -0.1, 0.3)}),
        annotator("bob", slopes={"length": slope(-0.9, -1.2, -0.6)}),
        annotator("dave", slopes={"length": slope(None, None, None)}),
    ]
    flags = [{"pseudonym": "p-bob", "kind": "by_length"}]

    charts = annotator_charts({**project(), "annotators": rows, "flags": flags})

    (chart,) = (one for one in charts if one.name == "annotators-length")
    assert chart.title == "1 of 2 annotators follows length otherwise than the rest"
    assert chart.columns == ["Annotator", "Slope", "95 % interval", "n"]
    assert chart.rows == [
        ["bob", "-0.90", "-1.20 to -0.60", "100"],
        ["alice", "+0.10", "-0.10 to +0.30", "100"],
    ]
    assert "from -0.90 to +0.10; as the others: +0.00" in chart.alternative


def test_one_annotator_is_and_two_are_less_competent() -> None:
    low = {"competence": estimate(0.6, 0.5, 0.7)}

    def title(*rows: dict[str, Any]) -> str:
        return annotator_charts({**project(), "annotators": list(rows), "flags": []})[0].title

    assert title(annotator("alice", **low), annotator("bob")).startswith("1 of 2 annotators is ")
    assert title(annotator("alice", **low), annotator("bob", **low)).startswith(
        "2 of 2 annotators are "
    )


def test_a_drift_is_a_row_for_each_stretch_of_time() -> None:
    windows = [(FIRST, 0.8, 0.6, 1.04, 20), (LAST, 0.5, 0.3, 0.7, 20)]
    row = annotator(
        confusion=None,
        drift={"windows": windows, "estimate": estimate(-0.3, -0.5, -0.1)},
        strengths={"counts": [0, 0, 0, 0], "mean_size": 0.0},
        speed={"histogram": [0] * 11},
    )

    (chart,) = sheet_charts(row, {**project(), "annotators": [row]})

    assert chart.title == "Agreement with the others fell by 30 points"
    assert chart.alternative.endswith("From 80 % to 50 % in 2 stretches.")
    assert chart.rows == [
        ["15 Nov 2026", "80 %", "60 % to 100 %", "20"],
        ["22 Nov 2026", "50 %", "30 % to 70 %", "20"],
    ]
