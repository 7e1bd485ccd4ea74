"""What of a report lists show, and what later reports are watched against."""

from collections.abc import Iterator
from typing import Any

from quality.reporting.estimates import is_estimate

Document = dict[str, Any]

# Phrases beyond these are no longer among the most telling ones, unless they are flagged.
MAX_PHRASES = 50
# Beyond this no log-odds are known anyway, and digits are most of what a phrase takes.
DIGITS = 4


def headline_of(document: Document) -> Document:
    """A few kilobytes of a report's document; what it does not have is left out."""
    sections = document.get("sections", {})
    phrases = sections.get("bias", {}).get("phrases", [])
    return {
        "agreement": document["agreement"],
        "n_judgments": document["n_judgments"],
        "n_annotators": document["n_annotators"],
        "n_flags": len(document["flags"]),
        "readiness": _readiness(sections.get("readiness", {})),
        "watched": list(_watched(document, sections)),
        # Only where phrases were measured: one that is not in this list was then not flagged.
        **({"flagged_phrases": _flagged(phrases)} if phrases else {}),
        **_last_week(sections.get("agreement", {})),
    }


def _readiness(section: Document) -> Document:
    return {name: section[name] for name in ("verdict", "headline") if name in section}


def _watched(document: Document, sections: Document) -> list[Document]:
    found = [
        _one("agreement_fell", document["agreement"]["percent_direction"]),
        _one("length_bias_grew", document["longer_share"]),
        _one("gold_fell", sections.get("annotators", {}).get("gold_accuracy")),
        *_drifts(sections.get("annotators", {})),
        *_phrases(sections.get("bias", {}).get("phrases", [])),
    ]
    return [one for one in found if one is not None]


def _one(kind: str, estimate: Any, subject: str = "", name: str = "") -> Document | None:
    """A figure that is watched; None where it has no interval to watch it by."""
    if not is_estimate(estimate) or estimate["low"] is None:
        return None
    return {"kind": kind, "subject": subject, "name": name or subject, "estimate": estimate}


def _drifts(section: Document) -> list[Document]:
    """Annotators whom the section flags, with what it says; others are not watched."""
    said = {
        flag["annotator"]: flag["text"]
        for flag in section.get("flags", [])
        if flag["kind"] == "drifts"
    }
    found = []
    for row in section.get("annotators", []):
        if row["annotator"] in said:
            who = (row["pseudonym"], row["annotator"])
            watched = _one("annotator_drifts", row["drift"]["estimate"], *who)
            found.append({**(watched or _unmeasured(*who)), "text": said[row["annotator"]]})
    return found


def _unmeasured(subject: str, name: str) -> Document:
    """Flagged by another figure than the one that is watched."""
    nothing = {"value": None, "low": None, "high": None, "n": 0, "undefined_because": "none"}
    return {"kind": "annotator_drifts", "subject": subject, "name": name, "estimate": nothing}


def _phrases(rows: list[Document]) -> Iterator[Document | None]:
    for place, row in enumerate(rows):
        if place < MAX_PHRASES or row["is_flagged"]:
            yield _one("phrase_bias_grew", _rounded(row["log_odds"]), row["phrase"])


def _flagged(rows: list[Document]) -> list[str]:
    return [row["phrase"] for row in rows if row["is_flagged"]]


def _rounded(estimate: Document) -> Document:
    return {
        name: round(part, DIGITS) if isinstance(part, float) else part
        for name, part in estimate.items()
    }


def _last_week(section: Document) -> Document:
    """As far as it has got: who resolves a flag has seen this much of it."""
    weeks = [one for one in section.get("weeks", []) if one["percent_direction"]["low"] is not None]
    if not weeks:
        return {}
    return {"week": {name: weeks[-1][name] for name in ("week", "percent_direction")}}
