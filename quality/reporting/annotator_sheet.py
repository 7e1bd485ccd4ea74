"""The sheet of one annotator in the order in which its page is read."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from quality.reporting.annotator_figures import EXPLAINED, Explained
from quality.reporting.annotators import confusion_table
from quality.reporting.definitions import OUTCOME_LABELS
from quality.reporting.flags import FLAG_KINDS

Row = dict[str, Any]

FORMS = ("lists", "code", "markdown")


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure of the annotator beside all annotators', with its explanation."""

    explained: Explained
    estimate: Row
    # Of all annotators, where there is one; its words.
    of_all: Row | None = None


@dataclass(frozen=True, slots=True)
class AnnotatorSheet:
    """What the page of one annotator says.

    Attributes:
        document: The stored section of annotators.
        row: The annotator's part of it.
    """

    document: Row
    row: Row

    @classmethod
    def of(cls, document: Row, pseudonym: str) -> "AnnotatorSheet | None":
        """The sheet of an annotator; None where the report has no such one."""
        rows = document["annotators"]
        row = next((row for row in rows if row["pseudonym"] == pseudonym), None)
        return cls(document, row) if row else None

    @property
    def name(self) -> str:
        return str(self.row["annotator"])

    @property
    def flags(self) -> list[Row]:
        mine = self.row["pseudonym"]
        return [
            {
                **flag,
                "label": FLAG_KINDS[flag["kind"]].label,
                "question": FLAG_KINDS[flag["kind"]].question,
            }
            for flag in self.document["flags"]
            if flag["pseudonym"] == mine
        ]

    @property
    def headline(self) -> str:
        """How competent, and how much to look at, in a sentence."""
        own, n_flags = self.row["competence"], len(self.flags)
        look = {0: "nothing stands out", 1: "one thing to look at"}.get(
            n_flags, f"{n_flags} things to look at"
        )
        if own["value"] is None:
            return f"{self.name}: {look}"
        return f"{self.name}: right in {own['value'] * 100:.0f} % of judgments, {look}"

    @property
    def groups(self) -> list[Row]:
        """The figures under their questions; those that nobody can have are left out."""
        row, document = self.row, self.document
        again, slopes = row["self_consistency"], row["slopes"]
        groups = {
            "How often right": [
                self._figure("competence", row["competence"]),
                self._figure("agreement_with_others", row["agreement_with_others"]),
                self._figure("gold", row["gold"], document["gold_accuracy"]),
                self._figure("gold_shrunk", row["gold_shrunk"]),
                self._figure("attention", row["attention"], document["attention_accuracy"]),
            ],
            "Consistency and change": [
                self._figure("self", again["direction"], document["self_consistency"]["direction"]),
                self._figure("self_same_sides", again["same_sides"]),
                self._figure("self_swapped_sides", again["swapped_sides"]),
                self._figure("self_strength", again["strength"]),
                self._figure("drift", row["drift"]["estimate"]),
                self._figure("gold_drift", row["gold_drift"]["estimate"]),
            ],
            "Habits": [
                self._figure("left_share", row["left_share"]),
                self._figure("longer_share", row["longer_share"]),
                *(
                    self._figure(name, slopes[name]["against_others"])
                    for name in ("length", *FORMS)
                    if name in slopes
                ),
                self._figure("too_fast", row["speed"]["too_fast"]),
            ],
        }
        return [
            {
                "title": title,
                "known": [one for one in figures if one.estimate["value"] is not None],
                "unknown": [one for one in figures if one.estimate["value"] is None],
            }
            for title, figures in groups.items()
        ]

    def _figure(self, name: str, estimate: Row, of_all: Row | None = None) -> Figure:
        known = of_all if of_all and of_all["value"] is not None else None
        return Figure(EXPLAINED[name], estimate, known)

    @property
    def confusion(self) -> Row | None:
        table = self.row["confusion"]
        return table and confusion_table(self.document["values"], table)

    @property
    def outcomes(self) -> list[Row]:
        total = self.row["n_judgments"]
        return [
            {"label": OUTCOME_LABELS[name], "n": n, "share": n / total}
            for name, n in self.row["outcomes"].items()
            if n
        ]

    @property
    def run(self) -> Row:
        return dict(self.row["run"])

    @property
    def median_seconds(self) -> float | None:
        median = self.row["median_active_ms"]
        return None if median is None else median / 1000

    @property
    def typical_seconds(self) -> float | None:
        typical = self.document["typical_ms"]
        return None if typical is None else typical / 1000

    @property
    def changed_at(self) -> datetime | None:
        """The likeliest moment of a change of agreement."""
        found = self.row["drift"]["changed_at"]
        return None if found is None else datetime.fromtimestamp(found, UTC)
