"""Methods of consensus in the words of their page."""

from dataclasses import dataclass
from typing import Any

LABELS = {
    "majority": "Majority",
    "weighted": "Weighted",
    "one_coin": "One-coin",
    "dawid_skene": "Dawid-Skene",
    "mace": "MACE",
}
VALUES = {"A": "A", "tie": "tie", "B": "B", None: "undecided"}


@dataclass(frozen=True, slots=True)
class Explained:
    """What a method assumes, its formula, and where it comes from."""

    meaning: str
    formula: str
    source: str


EXPLAINED = {
    "majority": Explained(
        "The direction that most annotators gave; as many votes on top twice are no decision. How "
        "sure it is follows from one accuracy for all annotators, taken from how often two agree.",
        "each vote multiplies the odds of its direction by a (k - 1) / (1 - a), with k directions",
        "Dawid and Skene (1979), with a single parameter",
    ),
    "weighted": Explained(
        "Votes weigh by how often their annotator agrees with the others, never with a result that "
        "contains the own vote; few judgments are drawn towards everybody's. Below chance counts "
        "for nothing.",
        "weight log(p (k - 1) / (1 - p)), p: accuracy that the agreement with the others implies",
        "Nitzan and Paroush (1982), International Economic Review 23(2)",
    ),
    "one_coin": Explained(
        "Each annotator is right with an own probability, whichever direction is the true one; "
        "accuracies and directions are estimated together. Steady with few judgments per person.",
        "maximum of the posterior by EM; 10 judgments of everybody's accuracy join each annotator",
        "Zhang et al. (2016), Journal of Machine Learning Research 17",
    ),
    "dawid_skene": Explained(
        "Each annotator has a whole table of errors: what they answer when A, a tie or B is true. "
        "Finds people who favour ties or one response; needs dozens of judgments per person.",
        "maximum of the posterior by EM; 10 judgments of everybody's table join each row",
        "Dawid and Skene (1979), Applied Statistics 28(1)",
    ),
    "mace": Explained(
        "Each annotator either knows the true direction or answers by habit; every direction is "
        "equally likely before. Good at finding people who do not try.",
        "maximum of the posterior by EM, the best of several starts; counts smoothed by 0.01",
        "Hovy et al. (2013), Learning whom to trust with MACE",
    ),
}


@dataclass(frozen=True, slots=True)
class ConsensusReading:
    """What the page of methods says."""

    results: dict[str, Any]

    @property
    def headline(self) -> str:
        if not self.results["methods"]:
            return f"No consensus yet: {self.results['undefined_because']}"
        n = self.results["disputed"]["n"]
        if not n:
            return "All methods decide every comparison alike"
        share = _percent(n / self.results["n_judged"])
        return f"The method matters for {share} of comparisons"

    @property
    def recommended(self) -> dict[str, str]:
        """The method to use, and why."""
        found = self.results["recommended"]
        why = {
            "majority": "no comparison has two judgments, so nothing can be learnt about anybody",
            "one_coin": f"the median annotator gave {found['median_judgments']:,.0f} judgments "
            f"({found['n_annotators']:,} annotators): too little for tables of errors",
            "dawid_skene": f"the median annotator gave {found['median_judgments']:,.0f} judgments, "
            "enough to learn how each of them errs",
        }
        return {"label": LABELS[found["name"]], "why": why[found["name"]]}

    @property
    def methods(self) -> list[dict[str, Any]]:
        """One row each, with shares ready to show."""
        return [
            {
                **row,
                "label": LABELS[row["name"]],
                "explained": EXPLAINED[row["name"]],
                "decided": row["n_decided"] / row["n_judged"],
                "shares": [n / max(row["n_decided"], 1) for n in row["decisions"]],
                "kept_shares": [n / row["n_judged"] for n in row["kept"]],
                "is_recommended": row["name"] == self.results["recommended"]["name"],
            }
            for row in self.results["methods"]
        ]

    @property
    def n_columns(self) -> int:
        """Columns of the table of methods."""
        return 6 + self.is_reviewed + len(self.results["values"])

    @property
    def is_reviewed(self) -> bool:
        """Whether a method can be compared with a reviewer anywhere."""
        return any(row["adjudicated"]["n"] for row in self.results["methods"])

    @property
    def filter(self) -> list[dict[str, Any]]:
        """The majority filter's shares of judged comparisons."""
        judged = self.results["n_judged"]
        return [
            {
                **row,
                "share": row["kept"] / judged,
                "share_without_minimum": row["kept_without_minimum"] / judged,
            }
            for row in self.results["filter"]
        ]

    @property
    def disputed(self) -> list[dict[str, Any]]:
        """Comparisons with votes as text and one decision per method.

        Stored documents forget the order of their keys, lists do not.
        """
        names = [method["name"] for method in self.results["methods"]]
        return [
            {
                "comparison": row["comparison"],
                "votes": ", ".join(
                    f"{row['votes'][name]} {VALUES[name]}"
                    for name in self.results["values"]
                    if row["votes"][name]
                ),
                "decisions": [
                    {"value": VALUES[row["decisions"][name]], "certainty": row["certainty"][name]}
                    for name in names
                ],
            }
            for row in self.results["disputed"]["comparisons"]
        ]


def _percent(share: float) -> str:
    return "less than 1 %" if 0 < share < 0.01 else f"{share * 100:.0f} %"
