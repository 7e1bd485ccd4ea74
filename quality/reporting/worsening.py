"""What a report says has become worse than the project's own earlier reports said."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
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
# Phrases beyond these are no longer among the most telling ones, unless they are flagged.
MAX_PHRASES = 50


@dataclass(frozen=True, slots=True)
class Earlier:
    """The headline of an earlier report, which report that was, and what moment it measured."""

    report_id: int
    as_of: datetime
    headline: Document


@dataclass(frozen=True, slots=True)
class Resolution:
    """What was known when a flag was resolved.

    Attributes:
        as_of: The moment of the report that was the newest then.
        week: The last week in it, as far as that week had got; None where it had none.
    """

    as_of: datetime
    week: Document | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that became worse, in words."""

    kind: str
    subject: str
    name: str
    text: str


def worsened(
    headline: Document, history: Sequence[Earlier], resolved: Mapping[Subject, Resolution]
) -> list[Finding]:
    """What became notably worse, by intervals.

    Args:
        headline: Of the newest report.
        history: Of reports before it, made by the same measures, oldest first.
        resolved: Of subjects that were flagged and resolved, the last time. They are measured
            against the report that was the newest then and later ones alone: what a person has
            looked at is raised again only when it becomes worse still.
    """
    known = [(one, _by_subject(one.headline)) for one in history]
    found = []
    for watched in [*headline["watched"], *_telling(headline)]:
        subject = (watched["kind"], watched["subject"])
        resolution = resolved.get(subject)
        since = [one for one in known if resolution is None or one[0].as_of >= resolution.as_of]
        before = [(one.report_id, those[subject]) for one, those in since if subject in those]
        # Whoever was not flagged meanwhile drifts anew.
        if watched["kind"] == "annotator_drifts" and (not resolution or len(before) < len(since)):
            finding: Finding | None = _drift(watched)
        else:
            finding = _against(watched, before) or _flagged_anew(watched, headline, since)
        if finding:
            found.append(finding)
    return found


def _by_subject(headline: Document) -> dict[Subject, Document]:
    known = [*headline.get("watched", []), *_phrases(headline)]
    return {(one["kind"], one["subject"]): one for one in known}


def _phrases(headline: Document) -> Iterator[Document]:
    """The figures of all phrases that a report listed, as other figures are watched."""
    for phrase, (value, low, high, n) in headline.get("phrases", {}).get("listed", {}).items():
        estimate = Estimate(value, low, high, n).as_dict()
        yield {"kind": IN_LOG_ODDS, "subject": phrase, "name": phrase, "estimate": estimate}


def _telling(headline: Document) -> list[Document]:
    """Of these, the phrases whose growth is news: flagged ones and the first of the list."""
    flagged = set(headline.get("phrases", {}).get("flagged", []))
    rows = enumerate(_phrases(headline))
    return [row for place, row in rows if place < MAX_PHRASES or row["subject"] in flagged]


def _against(watched: Document, before: list[tuple[int, Document]]) -> Finding | None:
    """Worse than the report that was best, among those from which it certainly differs."""
    kind, now = watched["kind"], estimate_of(watched["estimate"])
    candidates = []
    for report_id, earlier in before:
        then = estimate_of(earlier["estimate"])
        change = _worsening(kind, then, now)
        if _is_certain(change) and _is_notable(kind, change):
            candidates.append((change.value or 0, report_id, then))
    if not candidates:
        return None
    _, report_id, then = max(candidates, key=lambda one: one[:2])
    verb = "fell" if now.value < then.value else "rose"  # type: ignore[operator]
    text = (
        f"{WHAT[kind].capitalize()} {verb} from {_in_words(kind, then)} in report {report_id} "
        f"to {_in_words(kind, now)}."
    )
    return Finding(kind, watched["subject"], watched["name"], text)


def _flagged_anew(
    watched: Document, headline: Document, since: list[tuple[Earlier, dict[Subject, Document]]]
) -> Finding | None:
    """A phrase that an earlier audit could have flagged and did not, mostly for being rare.

    Where that audit listed its figure, it must have grown notably since: a phrase at the edge
    of being flagged crosses it now and then, and has not changed. Nothing is known of a phrase
    beyond the end of a list that ends among phrases that were certain.
    """
    kind, phrase = watched["kind"], watched["subject"]
    if kind != IN_LOG_ODDS or phrase not in headline.get("phrases", {}).get("flagged", ()):
        return None
    now = estimate_of(watched["estimate"])
    for one, those in reversed(since):
        # Without phrases nothing was measured.
        before = one.headline.get("phrases")
        if not before or phrase in before["flagged"]:
            continue
        if phrase not in before["listed"] and not before["to_the_end"]:
            continue
        then = estimate_of(those.get((kind, phrase), {}).get("estimate"))
        if then.value is None or _is_notable(kind, _worsening(kind, then, now)):
            text = (
                f"The bias audit flags this phrase, with {WHAT[kind]} of {_in_words(kind, now)}; "
                f"in report {one.report_id} it did not."
            )
            return Finding(kind, phrase, watched["name"], text)
    return None


def _worsening(kind: str, then: Estimate, now: Estimate) -> Estimate:
    """By how much it became worse: lower, or farther from where there would be no bias."""
    if kind in NEUTRAL and _is_above(kind, then) != _is_above(kind, now):
        # As far from no bias as it was, on the side where it is now: turning round is no growth.
        then = _mirrored(then, NEUTRAL[kind])
    change = difference(then, now)
    return change if _is_above(kind, now) else _mirrored(change, 0.0)


def _is_above(kind: str, one: Estimate) -> bool:
    return kind in NEUTRAL and one.value is not None and one.value > NEUTRAL[kind]


def _mirrored(one: Estimate, centre: float) -> Estimate:
    value, low, high = (
        None if end is None else 2 * centre - end for end in (one.value, one.high, one.low)
    )
    return replace(one, value=value, low=low, high=high)


def _is_certain(change: Estimate) -> bool:
    return change.low is not None and change.low > 0


def _is_notable(kind: str, change: Estimate) -> bool:
    return change.value is not None and change.value >= NOTABLE[kind]


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


def weekly(weeks: Sequence[Document], resolution: Resolution | None) -> Iterator[Finding]:
    """A fall of the last week's agreement below a typical week's before, by intervals.

    After a resolution the weeks before are the one that was known then, as it was known, and
    those since.
    """
    known = [one for one in weeks if one["percent_direction"]["low"] is not None]
    before, what = known[:-1], "a typical week before had"
    if resolution is not None:
        before, what = _since(resolution, before), "typical since this was resolved is"
    if not known or not before:
        return
    last = known[-1]
    now = estimate_of(last["percent_direction"])
    earlier = [estimate_of(one["percent_direction"]) for one in before]
    typical = sorted(earlier, key=lambda one: one.value or 0)[len(earlier) // 2]
    change = _worsening("agreement_fell", typical, now)
    if _is_certain(change) and _is_notable("agreement_fell", change):
        yield Finding(
            "agreement_fell",
            "",
            "",
            f"Agreeing pairs fell to {_in_words('agreement_fell', now)} in the week from "
            f"{last['week']}; {what} {_in_words('agreement_fell', typical)}.",
        )


def _since(resolution: Resolution, before: Sequence[Document]) -> list[Document]:
    known = resolution.week
    if known is None:
        day = resolution.as_of.date().isoformat()
        return [one for one in before if one["week"] > day]
    return [known, *(one for one in before if one["week"] > known["week"])]
