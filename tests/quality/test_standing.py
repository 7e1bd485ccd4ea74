"""How a project stands: the sentences of its Quality page."""

from datetime import UTC, datetime
from typing import Any

import pytest

from quality.reporting.standing import Standing
from tests.quality.annotator_rows import estimate


def headline(percent: dict[str, Any], n_judgments: int = 100, **more: Any) -> dict[str, Any]:
    agreement = {"percent_direction": percent, "alpha_direction": estimate(0.4, 0.3, 0.5)}
    return {"agreement": agreement, "n_judgments": n_judgments, "n_annotators": 3, **more}


def standing(now: dict[str, Any], earlier: dict[str, Any] | None = None) -> Standing:
    return Standing(now, earlier or {}, datetime(2026, 11, 23, tzinfo=UTC) if earlier else None)


SHARE = estimate(0.674, 0.641, 0.706)


@pytest.mark.parametrize(
    ("percent", "sentence"),
    [
        (SHARE, "Annotators agree on 67 % of pairs [64, 71]."),
        (estimate(0.674), "Annotators agree on 67 % of pairs."),
        (
            {**estimate(), "undefined_because": "no pair"},
            "Agreement cannot be measured yet: no pair.",
        ),
    ],
)
def test_agreement_is_said_with_its_interval_or_why_there_is_none(
    percent: dict[str, Any], sentence: str
) -> None:
    assert standing(headline(percent)).sentence == sentence


def test_readiness_is_said_where_it_was_looked_at() -> None:
    known = headline(SHARE, readiness={"headline": "Not yet ready."})

    assert standing(known).readiness == "Not yet ready."
    assert standing(headline(SHARE)).readiness == ""


def test_the_first_report_changes_nothing() -> None:
    assert standing(headline(SHARE)).change == ""


@pytest.mark.parametrize(
    ("n_now", "words"),
    [
        (100, "as many judgments"),
        (101, "1 more judgment"),
        (1_600, "1,500 more judgments"),
        (99, "1 fewer judgment"),
    ],
)
def test_the_change_counts_judgments(n_now: int, words: str) -> None:
    now, earlier = headline(SHARE, n_now), headline(SHARE)

    assert standing(now, earlier).change.startswith(f"{words}; no clear change of agreement (")


@pytest.mark.parametrize(
    ("then", "now", "words"),
    [
        (0.60, 0.70, "agreement rose (+10.0 points [+7.2, +12.8])."),
        (0.70, 0.60, "agreement fell (-10.0 points [-12.8, -7.2])."),
        (0.70, 0.71, "no clear change of agreement (+1.0 points [-1.8, +3.8])."),
    ],
)
def test_the_change_of_agreement_is_no_more_than_its_interval_allows(
    then: float, now: float, words: str
) -> None:
    # Both intervals are 2 points either way: that of the difference sqrt(2) times as wide.
    earlier, later = (headline(estimate(one, one - 0.02, one + 0.02)) for one in (then, now))

    assert standing(later, earlier).change == f"as many judgments; {words}"


def test_a_change_without_an_interval_is_unknown() -> None:
    alone = {**estimate(0.6), "undefined_because": "one comparison"}

    found = standing(headline(SHARE), headline(alone)).change

    assert found == "as many judgments; the change of agreement is unknown."
