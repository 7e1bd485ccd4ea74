"""Two reports side by side: figures, annotators and how they were measured."""

from collections.abc import Iterator
from typing import Any

from quality.metrics.differences import difference
from quality.metrics.estimates import Estimate
from quality.reporting.definitions import DEFINITIONS, SIDES
from quality.reporting.estimates import estimate_of, estimates_in, excludes_zero
from quality.reporting.section_figures import FIGURES, ORDER, TWICE, Named

Document = dict[str, Any]

COUNTS = {
    "n_comparisons": "Comparisons",
    "n_comparisons_judged": "Comparisons judged",
    "n_judgments": "Judgments",
    "n_judgments_usable": "Usable judgments",
    "n_annotators": "Annotators",
}
ANNOTATOR_FIGURES = {
    "agreement_with_others": "Agreement with others",
    "left_share": "Left share",
    "longer_share": "Longer share",
}
# More are not read by anybody.
MOST_ANNOTATORS = 50
ESTIMATE, OTHERS = "estimate", "others"
# Different in any two reports: draws are seeded by the moment.
OF_THE_MOMENT = frozenset({"seed"})


def compare_documents(first: Document, second: Document) -> Document:
    """Everything that two reports of a project have in common, with its difference.

    Intervals of differences take the two reports for independent. A later report holds the
    judgments of the earlier one, so a difference that is certain here is certain.
    """
    return {
        "first": _about(first),
        "second": _about(second),
        "counts": [
            {"name": name, "label": label, "first": first[name], "second": second[name]}
            for name, label in COUNTS.items()
        ],
        "figures": list(_figures(first, second)),
        "sections": _sections(first.get("sections", {}), second.get("sections", {})),
        "annotators": _annotators(first, second),
        "parameters": list(_parameters(first, second)),
    }


def finding_of(compared: Document) -> str:
    """A comparison in one sentence."""
    percent = compared["figures"][0]
    change = percent["difference"]
    if change["value"] is None:
        return "Agreement cannot be compared"
    if not percent["is_clear"]:
        return "Agreement did not change clearly"
    verb = "rose" if change["value"] > 0 else "fell"
    return f"Agreement {verb} by {abs(change['value']) * 100:.0f} points"


def _about(document: Document) -> Document:
    return {name: document[name] for name in ("report", "as_of", "code_version")}


def _figures(first: Document, second: Document) -> Iterator[Document]:
    for name, definition in DEFINITIONS.items():
        pair = (first["agreement"].get(name), second["agreement"].get(name))
        yield _row(name, definition.label, *pair, is_share=definition.is_share)
    for name, definition in SIDES.items():
        yield _row(name, definition.label, first[name], second[name], is_share=True)


def _row(name: str, label: str, first: Any, second: Any, *, is_share: bool = False) -> Document:
    then, now = estimate_of(first), estimate_of(second)
    change = difference(then, now)
    return {
        "name": name,
        "label": label,
        "is_share": is_share,
        "first": then.as_dict(),
        "second": now.as_dict(),
        "difference": change.as_dict(),
        "intervals_overlap": _overlap(then, now),
        "is_clear": excludes_zero(change),
    }


def _overlap(first: Estimate, second: Estimate) -> bool | None:
    """Whether the intervals share a point; None where one is missing."""
    if first.low is None or first.high is None or second.low is None or second.high is None:
        return None
    return first.low <= second.high and second.low <= first.high


def _sections(first: Document, second: Document) -> dict[str, list[Document]]:
    """The figures of sections that both reports have: what keys, and not rows, lead to."""
    return {name: _section(name, first[name], second[name]) for name in second if name in first}


def _section(name: str, first: Document, second: Document) -> list[Document]:
    """All of them, in the order of the section's page: they are as few as its keys."""
    known = dict(estimates_in(first))
    rows = []
    for place, now in estimates_in(second):
        then, key = known.get(place), ".".join(place)
        full = f"{name}.{key}"
        # The same value with its second interval, for annotators like these, is no other figure.
        if then is None or place[-1] == OTHERS or full in TWICE:
            continue
        if then.value is None and now.value is None:
            continue
        named = FIGURES.get(full) or Named(_label(place), is_share=False)
        row = _row(key, named.label, then.as_dict(), now.as_dict(), is_share=named.is_share)
        rows.append((ORDER.get(full, len(ORDER)), row))
    return [row for _, row in sorted(rows, key=lambda one: one[0])]


def _label(place: tuple[str, ...]) -> str:
    """The keys that lead to a figure without a name of its own: "Ceiling, all"."""
    words = ", ".join(part.replace("_", " ") for part in place if part != ESTIMATE)
    return words[:1].upper() + words[1:]


def _annotators(first: Document, second: Document) -> Document:
    """Who came, who is gone, and whose figures differ for certain, the largest change first."""
    before = {row["pseudonym"]: row for row in first["annotators"]}
    after = {row["pseudonym"]: row for row in second["annotators"]}
    both = [name for name in after if name in before]
    changed = [row for name in both for row in _changed(before[name], after[name])]
    changed.sort(key=lambda row: -abs(row["difference"]["value"]))
    return {
        "n_both": len(both),
        "joined": [after[name]["annotator"] for name in after if name not in before],
        "gone": [before[name]["annotator"] for name in before if name not in after],
        "n_changed": len(changed),
        "changed": changed[:MOST_ANNOTATORS],
    }


def _changed(before: Document, after: Document) -> Iterator[Document]:
    for name, label in ANNOTATOR_FIGURES.items():
        row = _row(name, label, before[name], after[name], is_share=True)
        if row["is_clear"]:
            who = {"annotator": after["annotator"], "pseudonym": after["pseudonym"]}
            yield {**who, **row}


def _parameters(first: Document, second: Document) -> Iterator[Document]:
    """How they were measured, where it differs."""
    then, now = _measured_by(first), _measured_by(second)
    for name in sorted({*then, *now}):
        if then.get(name) != now.get(name):
            yield {"name": name, "first": then.get(name), "second": now.get(name)}


def _measured_by(document: Document) -> Document:
    known = {"code_version": document["code_version"], "domain": ", ".join(document["domain"])}
    for name, value in document["intervals"].items():
        if isinstance(value, dict):
            known |= {f"{name}.{key}": one for key, one in value.items()}
        elif name not in OF_THE_MOMENT:
            known[name] = value
    return known
