"""The section on comparisons in the order in which its page is read."""

from dataclasses import dataclass
from typing import Any

VALUE_LABELS = {"A": "A", "tie": "tie", "B": "B"}
OVER = {
    "comparisons": "comparison",
    "prompts": "prompt",
}


@dataclass(frozen=True, slots=True)
class ComparisonsReading:
    """What the page says; ``results`` is the stored document."""

    results: dict[str, Any]

    @property
    def headline(self) -> str:
        """The main finding in one sentence."""
        further = self.results["further"]
        if further["undefined_because"] or not self.results["n_judged"]:
            return "Nothing has been compared yet"
        share = further["right_now"]["value"] * 100
        right = f"{share:.1f} %" if share > 99 else f"{share:.0f} %"
        best = further["at_budget"]["best"]["value"]
        parts = f"{right} of decisions are probably right; {further['budget']:,} more judgments"
        return f"{parts}, asked where they help most, would put {best:,.0f} more right"

    @property
    def tables(self) -> list[dict[str, Any]]:
        """The strengths of models and of responses that recur."""
        titles = {
            "models": ("Strength of the models", "Model"),
            "responses": ("Strength of responses that recur", "Response"),
        }
        return [
            {
                "kind": kind,
                "title": title,
                "column": column,
                "over": OVER.get(self.results[kind].get("clustered_over", ""), ""),
                **self.results[kind],
            }
            for kind, (title, column) in titles.items()
        ]

    @property
    def triads(self) -> list[dict[str, Any]]:
        labels = {"models": "Models", "responses": "Responses to one prompt"}
        return [{"label": label, **self.results["triads"][kind]} for kind, label in labels.items()]

    @property
    def contested(self) -> list[dict[str, Any]]:
        """Prompts where they recur, then single comparisons."""
        labels = {"prompts": ("Prompts", "prompt"), "comparisons": ("Comparisons", "comparison")}
        return [
            {"kind": kind, "label": label, "one": one, **self.results["contested"][kind]}
            for kind, (label, one) in labels.items()
            if self.results["contested"][kind]
        ]

    @property
    def ask(self) -> list[dict[str, Any]]:
        """The best comparisons to ask about next."""
        rows = self.results["further"].get("ask", [])
        return [{**row, "votes": self._votes(row["votes"])} for row in rows]

    @property
    def worst(self) -> list[dict[str, Any]]:
        return [{**row, "votes": self._votes(row["votes"])} for row in self.results["worst"]]

    def _votes(self, counts: list[int]) -> str:
        """Two for A, one for B: "A 2, B 1"."""
        named = zip(self.results["values"], counts, strict=True)
        return ", ".join(f"{VALUE_LABELS[name]} {n}" for name, n in named if n)
