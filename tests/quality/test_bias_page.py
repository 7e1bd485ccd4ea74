"""The page of the bias audit: how many phrases stand out, and how many of them are listed."""

from typing import Any

from django.template.loader import render_to_string

from quality.metrics.phrase_bias import MAX_LISTED
from quality.reporting.bias import BiasReading
from quality.reporting.sections import bias
from tests.quality.bias_cases import context, evidence_of

PAIRS = [("hello aa", "aa ddddd")] * 40


def page(document: dict[str, Any]) -> str:
    html = render_to_string(
        "quality/sections/bias.html",
        {"layout": "quality/_section_bare.html", "reading": BiasReading(document), "charts": []},
    )
    return " ".join(html.split())


def document(rows: list[dict[str, Any]] | None = None, **test: int) -> dict[str, Any]:
    """A measured audit with other phrases and other counts of them."""
    found = bias.SECTION.measure(evidence_of(PAIRS), context())
    phrases = found["phrases"] if rows is None else rows
    return {**found, "phrases": phrases, "phrase_test": {**found["phrase_test"], **test}}


def rows(n: int, *, is_flagged: bool) -> list[dict[str, Any]]:
    first = document()["phrases"][0]
    kind = {"is_flagged": is_flagged, "by_length": not is_flagged}
    return [{**first, **kind, "phrase": f"phrase {number}"} for number in range(n)]


def test_a_list_that_holds_all_says_nothing_of_others() -> None:
    html = page(document())

    assert "hello" in html
    assert "are listed" not in html and "beside length</summary>" not in html


def test_flagged_phrases_beyond_the_list_are_counted_and_the_next_group_does_not_vanish() -> None:
    full = rows(MAX_LISTED, is_flagged=True)

    html = page(document(full, n_flagged=1_300, n_by_length=2_000))

    assert "200 of 1,300 flagged words and phrases are listed" in html
    assert "2,000 more stand out alone, but are not certain beside length" in html
    assert "0 of 2,000 are listed" in html


def test_what_is_not_certain_beside_length_is_called_that() -> None:
    html = page(document(rows(1, is_flagged=False), n_flagged=0, n_by_length=1))

    assert "1 more stands out alone, but is not certain beside length" in html
    assert "length only" not in html and "are listed" not in html


def test_reports_from_before_the_count_was_stored_count_what_they_list() -> None:
    old = document(rows(3, is_flagged=False), n_flagged=0)
    del old["phrase_test"]["n_by_length"]

    assert "3 more stand out alone" in page(old)
