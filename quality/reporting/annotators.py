"""The section of annotators in the order in which its page is read."""

from dataclasses import dataclass
from typing import Any

from quality.reporting.annotator_figures import EXPLAINED, pool_slope
from quality.reporting.definitions import OUTCOME_LABELS
from quality.reporting.flags import FLAG_KINDS

Row = dict[str, Any]

ORDERS = {
    "need": "Need of a look",
    "name": "Name",
    "judgments": "Judgments",
    "competence": "Competence, lowest first",
    "agreement": "Agreement with others, lowest first",
    "gold": "Gold accuracy, lowest first",
    "left": "Left share, furthest from one half",
    "time": "Median time, shortest first",
}
LAST = 9.0
# Flags listed at the top of the page.
MAX_FLAGS = 50
# Columns of estimates: where in a row, what they are called, whether they are shares.
COLUMNS = (
    (("competence",), "Competence", True),
    (("agreement_with_others",), "Agreement", True),
    (("gold",), "Gold", True),
    (("self_consistency", "direction"), "Again", True),
    (("left_share",), "Left", True),
    (("slopes", "length", "against_others"), "Length slope", False),
)


@dataclass(frozen=True, slots=True)
class AnnotatorsReading:
    """What the page of annotators says.

    Attributes:
        document: The stored section.
    """

    document: Row

    @property
    def headline(self) -> str:
        rows, flagged = self.document["annotators"], self.n_flagged
        if not rows:
            return "Nobody has judged yet."
        if not flagged:
            return f"None of {_annotators(len(rows))} stands out."
        verb = "needs" if flagged == 1 else "need"
        return f"{flagged:,} of {_annotators(len(rows))} {verb} a look."

    @property
    def n_flagged(self) -> int:
        return len({flag["pseudonym"] for flag in self.document["flags"]})

    @property
    def competence_note(self) -> str:
        """The typical competence in a sentence, or why there is none."""
        document = self.document
        if document["undefined_because"]:
            return f"Competence is undefined: {document['undefined_because']}."
        settled = "" if document["converged"] else " The search stopped before it had settled."
        return (
            f"Typical competence {document['typical_competence'] * 100:.0f} %; guessing would "
            f"give {document['chance'] * 100:.0f} %.{settled}"
        )

    @property
    def flags(self) -> list[Row]:
        return [
            {
                **flag,
                "label": FLAG_KINDS[flag["kind"]].label,
                "question": FLAG_KINDS[flag["kind"]].question,
            }
            for flag in self.document["flags"]
        ]

    @property
    def first_flags(self) -> list[Row]:
        return self.flags[:MAX_FLAGS]

    @property
    def n_more_flags(self) -> int:
        return max(0, len(self.document["flags"]) - MAX_FLAGS)

    @property
    def by_chance(self) -> list[Row]:
        """Kinds that flagged somebody beside what chance may flag."""
        counts: dict[str, int] = {}
        for flag in self.document["flags"]:
            counts[flag["kind"]] = counts.get(flag["kind"], 0) + 1
        return [
            {**row, "label": FLAG_KINDS[row["kind"]].label, "n": counts.get(row["kind"], 0)}
            for row in self.document["by_chance"]
            if row["tested"]
        ]

    @property
    def columns(self) -> list[Row]:
        """The columns of estimates in which somebody has a value."""
        return [{"label": label} for place, label, _ in COLUMNS if self._is_known(place)]

    @property
    def absent(self) -> list[Row]:
        """The other ones, with the reason."""
        return [
            {
                "label": label,
                "reason": _at(self.document["annotators"][0], place)["undefined_because"],
            }
            for place, label, _ in COLUMNS
            if not self._is_known(place)
        ]

    def _is_known(self, place: tuple[str, ...]) -> bool:
        return any(_at(row, place)["value"] is not None for row in self.document["annotators"])

    @property
    def confusion(self) -> Row | None:
        """What all annotators give for each true direction."""
        shares = self.document["confusion"]
        return shares and confusion_table(self.document["values"], {"share": shares})

    @property
    def rows(self) -> list[Row]:
        """All annotators, those with flags first, then by competence."""
        return self.rows_by("need")

    def rows_by(self, order: str, *, find: str = "", kind: str = "") -> list[Row]:
        """Annotators in one of ORDERS; those whose name holds ``find``, and with a kind of flag."""
        labels: dict[str, list[str]] = {}
        kinds: dict[str, set[str]] = {}
        for flag in self.flags:
            labels.setdefault(flag["pseudonym"], []).append(flag["label"])
            kinds.setdefault(flag["pseudonym"], set()).add(flag["kind"])
        shown = [(place, is_share) for place, _, is_share in COLUMNS if self._is_known(place)]
        rows = [
            {
                **_row(row, labels.get(row["pseudonym"], [])),
                "cells": [
                    {"estimate": _at(row, place), "is_share": is_share} for place, is_share in shown
                ],
            }
            for row in self.document["annotators"]
            if find.casefold() in row["annotator"].casefold()
            and (not kind or kind in kinds.get(row["pseudonym"], set()))
        ]
        return sorted(rows, key=lambda row: _place(row, order))

    @property
    def figures(self) -> list[Row]:
        """Of all annotators together: known answers, the same again, and slopes."""
        document = self.document
        found = [
            (EXPLAINED["gold"], document["gold_accuracy"]),
            (EXPLAINED["self"], document["self_consistency"]["direction"]),
            *((pool_slope(name), estimate) for name, estimate in document["slopes"].items()),
        ]
        return [{"explained": explained, "estimate": estimate} for explained, estimate in found]


def confusion_table(values: list[str], table: Row) -> Row:
    """A table of errors in the order and words of the page."""
    names = [OUTCOME_LABELS[value] for value in values]
    n = table.get("n")

    def cell(true: int, given: int) -> Row:
        return {
            "share": table["share"][true][given],
            "is_right": true == given,
            "low": round(table["low"][true][given] * 100) if "low" in table else None,
            "high": round(table["high"][true][given] * 100) if "high" in table else None,
        }

    return {
        "given": names,
        "has_n": n is not None,
        "rows": [
            {
                "true": name,
                "cells": [cell(true, given) for given in range(len(names))],
                "n": n[true] if n is not None else None,
            }
            for true, name in enumerate(names)
        ],
    }


def _at(row: Row, place: tuple[str, ...]) -> Row:
    found: Row = row
    for key in place:
        found = found[key]
    return found


def _row(row: Row, flags: list[str]) -> Row:
    n, outcomes, median = row["n_judgments"], row["outcomes"], row["median_active_ms"]
    return {
        **row,
        "flags": flags,
        "tie_share": (outcomes["tie"] + outcomes["both_good"]) / n,
        "missing_share": (outcomes["both_bad"] + outcomes["cannot_judge"]) / n,
        "median_seconds": None if median is None else median / 1000,
    }


def _place(row: Row, order: str) -> tuple[float, float, str]:
    """Where a row stands; what is undefined comes last."""

    def value(name: str) -> float:
        found = row[name]["value"]
        return LAST if found is None else float(found)

    left = row["left_share"]["value"]
    places = {
        "need": -float(len(row["flags"])),
        "name": 0.0,
        "judgments": -float(row["n_judgments"]),
        "competence": value("competence"),
        "agreement": value("agreement_with_others"),
        "gold": value("gold"),
        "left": LAST if left is None else -abs(left - 0.5),
        "time": LAST * 1e9 if row["median_active_ms"] is None else row["median_active_ms"],
    }
    return (places[order], value("competence"), row["annotator"])


def _annotators(n: int) -> str:
    return f"{n:,} annotator" if n == 1 else f"{n:,} annotators"
