"""Agreement in the words of its page."""

from dataclasses import dataclass
from typing import Any

from quality.metrics.coefficients import PERCENT
from quality.reporting.definitions import INTERVALS, WILSON

SPLITS = {
    "criterion": "criterion",
    "batch": "batch",
    "models": "pair of models",
    "topic": "topic",
    "length_gap": "difference in length",
    "language": "language",
    "week": "week",
}


@dataclass(frozen=True, slots=True)
class Explained:
    """A coefficient's name, what it says, its formula, and where it comes from."""

    label: str
    short: str
    meaning: str
    formula: str
    source: str
    is_share: bool = False


EXPLAINED = {
    PERCENT: Explained(
        "Agreeing pairs",
        "Pairs",
        "Of all pairs of judgments on the same comparison, the share that says the same. Nothing "
        "is taken off for chance: two coin-tossers agree on half of the pairs. A strength agrees "
        "only if it is the very same.",
        "sum of c (c - 1) / sum of m (m - 1), c: judgments of a comparison with one value, m: all",
        "Raw agreement, pooled over comparisons",
        is_share=True,
    ),
    "krippendorff_alpha": Explained(
        "Krippendorff's alpha",
        "Alpha",
        "Agreement beyond chance, for any number of annotators, with judgments missing: 1 is "
        "perfect, 0 is chance. Chance is what the values given would do if they were dealt out "
        "anew. Directions are nominal; strengths are ordinal, so a near miss costs less.",
        "1 - observed / expected disagreement, comparisons with one judgment left out",
        "Krippendorff (2019), Content Analysis, 4th ed., chapter 12",
    ),
    "fleiss_kappa": Explained(
        "Fleiss' kappa",
        "Fleiss",
        "As alpha, with each comparison counting the same however often it was judged, and "
        "without the correction for few judgments. Nominal, for strengths as well.",
        "(p - e) / (1 - e), p: mean agreement of comparisons judged twice or more, e: sum of "
        "squared mean shares of the values over all judged comparisons",
        "Fleiss (1971), Psychological Bulletin 76(5); for varying numbers Gwet (2014), chapter 2",
    ),
    "gwet_ac": Explained(
        "Gwet's AC1, AC2",
        "Gwet",
        "As kappa, but chance agreement is small where one value prevails. Kappa and alpha can be "
        "near 0 there although nearly all pairs agree; look at both. AC1 for directions, AC2 with "
        "ordinal weights for strengths.",
        "(p - e) / (1 - e), e = T / (q (q - 1)) x sum of s (1 - s), s: mean shares of q values, "
        "T: sum of the weights",
        "Gwet (2008), Br. J. Math. Stat. Psychol. 61; Gwet (2014), chapters 2 to 4",
    ),
    "brennan_prediger": Explained(
        "Brennan-Prediger",
        "Br.-Prediger",
        "As kappa, with annotators who would give every value equally often by chance. The only "
        "one whose chance does not depend on the judgments. Nominal, for strengths as well.",
        "(p - 1 / q) / (1 - 1 / q), q: number of values that can be given",
        "Brennan and Prediger (1981), Educ. Psychol. Meas. 41",
    ),
}
JACKKNIFE = (
    "For annotators like these: everything is measured again without each annotator in turn "
    "(jackknife); the value plus or minus t standard errors. It says how far the figure would "
    "move with other people on the same comparisons. It holds what the true value is in 92 to "
    "99 % of simulated projects with 3 to 100 annotators of uneven skill."
)


@dataclass(frozen=True, slots=True)
class AgreementReading:
    """What the page of agreement says."""

    results: dict[str, Any]

    @property
    def headline(self) -> str:
        percent = self.results["direction"][PERCENT]["estimate"]
        if percent["value"] is None:
            return f"Agreement is unknown: {percent['undefined_because']}"
        share = f"Annotators agree on {percent['value'] * 100:.0f} % of pairs"
        low = self.standing_out
        if not low:
            return share
        split, row = low[0]
        where = f"{SPLITS[split['name']]} {row['name']}"
        n_more = len(low) - 1
        more = f" and {n_more} more part{'' if n_more == 1 else 's'}" if n_more else ""
        return f"{share}, and clearly less on {where} ({row['percent']['value'] * 100:.0f} %){more}"

    @property
    def standing_out(self) -> list[tuple[dict[str, Any], dict[str, Any]]]:
        """Parts on which annotators agree clearly less, the lowest first."""
        found = [
            (split, row)
            for split in self.results["splits"]
            for row in split["rows"]
            if row["stands_out"]
        ]
        return sorted(found, key=lambda pair: float(pair[1]["percent"]["value"]))

    @property
    def coefficients(self) -> list[dict[str, Any]]:
        """One row for each coefficient: direction and strength apart."""
        return [
            {
                "explained": explained,
                "direction": self._read(self.results["direction"][name], explained),
                "strength": self._read(self.results["strength"][name], explained),
            }
            for name, explained in EXPLAINED.items()
        ]

    @property
    def has_strength(self) -> bool:
        return any(row["strength"]["estimate"]["value"] is not None for row in self.coefficients)

    @property
    def no_strength_because(self) -> str:
        because: str = self.results["strength"][PERCENT]["estimate"]["undefined_because"]
        return because

    @property
    def jackknife(self) -> str:
        return JACKKNIFE

    @property
    def ceilings(self) -> list[dict[str, Any]]:
        """Among A and B, and with ties where there are any."""
        labels = {"without_ties": "Among A and B", "with_ties": "Ties included"}
        if self.results["n_values"] < 3:
            labels.pop("with_ties")
        return [
            {"label": label, "range": _range(found["others"], percent=True), **found}
            for label, found in ((labels[name], self.results["ceiling"][name]) for name in labels)
        ]

    @property
    def splits(self) -> list[dict[str, Any]]:
        """Each way of splitting, with what was pooled or left out."""
        return [
            {
                **split,
                "title": SPLITS[split["name"]],
                "n_pooled": sum(row["n_pooled"] for row in split["rows"]),
            }
            for split in self.results["splits"]
        ]

    def _read(self, found: dict[str, Any], explained: Explained) -> dict[str, Any]:
        over, estimate = found["drawn_over"], found["estimate"]
        how = INTERVALS.get(over, "")
        if not over and estimate["low"] is not None:
            how = WILSON
        reach = _range(found["others"], percent=explained.is_share)
        return {**found, "how": how, "range": reach}


def _range(estimate: dict[str, Any], *, percent: bool) -> str:
    """The interval of an estimate as beside its value, or "" where there is none."""
    if estimate["low"] is None:
        return ""
    scale, digits = (100, 0) if percent else (1, 2)
    return f"[{estimate['low'] * scale:.{digits}f}, {estimate['high'] * scale:.{digits}f}]"
