"""What a report says has become worse than the project's own earlier reports said."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from quality.metrics.differences import difference
from quality.metrics.estimates import Estimate
from quality.reporting.estimates import estimate_of

Document = dict[str, Any]
Subject = tuple[str, str]

# Smaller changes are not worth anybody's time, however certain they are. Shares and accuracies
# in points, a phrase in log-odds.
NOTABLE = {
    "agreement_fell": 0.02,
    "gold_fell": 0.03,
    "length_bias_grew": 0.02,
    "phrase_bias_grew": 0.2,
    "annotator_drifts": 0.05,
}
# Of these what counts is the distance from where there would be no bias.
NEUTRAL = {"length_bias_grew": 0.5, "phrase_bias_grew": 0.0, "annotator_drifts": 0.0}
WHAT = {
    "agreement_fell": "agreeing pairs",
    "gold_fell": "accuracy on gold comparisons",
    "length_bias_grew": "share of judgments for the longer response",
    "phrase_bias_grew": "log-odds of being preferred",
    "annotator_drifts": "change of agreement with the others",
}
IN_LOG_ODDS = "phrase_bias_grew"


@dataclass(frozen=True, slots=True)
class Earlier:
    """The headline of an earlier report, and which report that was."""

    report_id: int
    headline: Document


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that became worse, in words."""

    kind: str
    subject: str
    name: str
    text: str


def worsened(
    headline: Document, history: Sequence[Earlier], resolved_at: dict[Subject, int]
) -> list[Finding]:
    """What became notably worse, by intervals.

    Args:
        headline: Of the newest report.
        history: Of reports before it, made by the same measures.
        resolved_at: Of subjects that were flagged and resolved, the report that was the newest
            then. They are measured against this report and later ones alone: what a person has
            looked at is raised again only when it becomes worse still.
    """
    known = [(one.report_id, _by_subject(one.headline)) for one in history]
    found = []
    for watched in headline["watched"]:
        subject = (watched["kind"], watched["subject"])
        since = resolved_at.get(subject, 0)
        before = [(pk, those[subject]) for pk, those in known if subject in those and pk >= since]
        is_new_drift = watched["kind"] == "annotator_drifts" and not since
        finding = _drift(watched) if is_new_drift else _against(watched, before)
        if finding:
            found.append(finding)
    return found


def _by_subject(headline: Document) -> dict[Subject, Document]:
    return {(one["kind"], one["subject"]): one for one in headline.get("watched", [])}


def _against(watched: Document, before: list[tuple[int, Document]]) -> Finding | None:
    """Worse than the report that was best, among those from which it certainly differs."""
    kind, now = watched["kind"], estimate_of(watched["estimate"])
    candidates = []
    for report_id, earlier in before:
        then = estimate_of(earlier["estimate"])
        change = _worsening(kind, then, now)
        if change is not None and change >= NOTABLE[kind]:
            candidates.append((change, report_id, then))
    if not candidates:
        return None
    _, report_id, then = max(candidates, key=lambda one: one[:2])
    verb = "fell" if now.value < then.value else "rose"  # type: ignore[operator]
    text = (
        f"{WHAT[kind].capitalize()} {verb} from {_in_words(kind, then)} in report {report_id} "
        f"to {_in_words(kind, now)}."
    )
    return Finding(kind, watched["subject"], watched["name"], text)


def _worsening(kind: str, then: Estimate, now: Estimate) -> float | None:
    """By how much it became worse; None where it did not, or where that is not certain."""
    change = difference(then, now)
    if change.value is None or change.low is None or change.high is None:
        return None
    if kind not in NEUTRAL:
        return -change.value if change.high < 0 else None
    # Worse is away from where there would be no bias, on the side where it is now.
    rises = now.value is not None and now.value > NEUTRAL[kind]
    if rises:
        return change.value if change.low > 0 else None
    return -change.value if change.high < 0 else None


def _drift(watched: Document) -> Finding:
    """An annotator whom the report itself flags: later judgments differ from the earlier ones."""
    text = f"{watched['text'][:1].upper()}{watched['text'][1:]}."
    return Finding(watched["kind"], watched["subject"], watched["name"], text)


def _in_words(kind: str, one: Estimate) -> str:
    if one.value is None or one.low is None or one.high is None:
        return "-"
    if kind == IN_LOG_ODDS:
        return f"{one.value:.2f} [{one.low:.2f}, {one.high:.2f}]"
    return f"{one.value * 100:.0f} % [{one.low * 100:.0f}, {one.high * 100:.0f}]"


def weekly(weeks: Sequence[Document], resolved_on: str) -> Iterator[Finding]:
    """A fall of the last week's agreement below that of all the weeks before, by intervals."""
    known = [one for one in weeks if one["percent_direction"]["low"] is not None]
    if len(known) < 2 or known[-1]["week"] <= resolved_on:
        return
    now = estimate_of(known[-1]["percent_direction"])
    best = [estimate_of(one["percent_direction"]) for one in known[:-1]]
    typical = sorted(best, key=lambda one: one.value or 0)[len(best) // 2]
    change = _worsening("agreement_fell", typical, now)
    if change is not None and change >= NOTABLE["agreement_fell"]:
        yield Finding(
            "agreement_fell",
            "",
            "",
            f"Agreeing pairs fell to {_in_words('agreement_fell', now)} in the week from "
            f"{known[-1]['week']}; a typical week before had "
            f"{_in_words('agreement_fell', typical)}.",
        )
