"""Use of scales in the order in which its page is read."""

from dataclasses import dataclass
from typing import Any

Row = dict[str, Any]

FLAGS = {
    "": "",
    "too_few_judgments": "Fewer than 10",
    "constant": "Always the same",
}
# Scales further than this factor from the project's are worth saying.
NOTABLE = 1.25


@dataclass(frozen=True, slots=True)
class NormalisationReading:
    """What the page of normalisation says.

    Attributes:
        document: The stored section.
    """

    document: Row

    @property
    def headline(self) -> str:
        scales = [scale for scale in self.document["scales"] if not scale["undefined_because"]]
        if not scales:
            return "There is nothing to make comparable: no scale with sizes was used."
        first = scales[0]
        gain = first["alpha"]["gain"]
        if gain["value"] is None:
            return f"What scaling changes cannot be measured yet: {gain['undefined_because']}."
        if gain["low"] is not None and gain["low"] > 0:
            change = f"raises agreement by {gain['value']:.2f}"
        elif gain["high"] is not None and gain["high"] < 0:
            change = f"lowers agreement by {-gain['value']:.2f}"
        else:
            change = "does not clearly change agreement"
        return f"{first['name']}: making annotators comparable {change}."

    @property
    def scales(self) -> list[Row]:
        return [_scale(scale) for scale in self.document["scales"]]


def _scale(scale: Row) -> Row:
    if scale["undefined_because"]:
        return {**scale, "rows": []}
    is_rating = scale["kind"] == "rating"
    typical = scale["project"]["sd" if is_rating else "scale"]
    rows = [
        {
            **row,
            "label": FLAGS[row["flag"]],
            "spread": row["sd"] if is_rating else row["scale"],
            "factor": (row["sd"] if is_rating else row["scale"]) / typical,
        }
        for row in scale["annotators"]
    ]
    n_apart = sum(not 1 / NOTABLE <= row["factor"] <= NOTABLE for row in rows)
    return {
        **scale,
        "is_rating": is_rating,
        "typical": typical,
        "n_apart": n_apart,
        "rows": sorted(rows, key=lambda row: (-abs(row["factor"] - 1), row["annotator"])),
    }
