"""What of a report lists show, and what later reports are watched against."""

from typing import Any

from quality.reporting.estimates import is_estimate

Document = dict[str, Any]

# Beyond this no log-odds are known anyway, and digits are most of what a phrase takes.
DIGITS = 4


def headline_of(document: Document) -> Document:
    """A few kilobytes of a report's document; what it does not have is left out."""
    sections = document.get("sections", {})
    return {
        "agreement": document["agreement"],
        "n_judgments": document["n_judgments"],
        "n_annotators": document["n_annotators"],
        "n_flags": len(document["flags"]),
        "readiness": _readiness(sections.get("readiness", {})),
        "watched": list(_watched(document, sections)),
        **_phrases(sections.get("bias", {})),
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


def _phrases(section: Document) -> Document:
    """All listed phrases with the value, ends and n of their log-odds; nothing without any.

    One that is not among them was not flagged and not even certain alone, where ``to_the_end``.
    """
    rows = section.get("phrases")
    if not rows:
        return {}
    test = section["phrase_test"]
    listed = {row["phrase"]: _compact(row["log_odds"]) for row in rows}
    is_all = len(rows) == test["n_tested"] or rows[-1]["q_alone"] > test["max_false"]
    flagged = [row["phrase"] for row in rows if row["is_flagged"]]
    return {"phrases": {"listed": listed, "flagged": flagged, "to_the_end": is_all}}


def _compact(estimate: Document) -> list[float]:
    ends = [round(estimate[name], DIGITS) for name in ("value", "low", "high")]
    return [*ends, estimate["n"]]


def _last_week(section: Document) -> Document:
    """As far as it has got: who resolves a flag has seen this much of it."""
    weeks = [one for one in section.get("weeks", []) if one["percent_direction"]["low"] is not None]
    if not weeks:
        return {}
    return {"week": {name: weeks[-1][name] for name in ("week", "percent_direction")}}
