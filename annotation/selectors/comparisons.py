"""How comparisons and judgments read to reviewers and managers."""

import json

from annotation.models import Comparison, Judgment, Outcome

STRENGTHS = {1: "slightly", 2: "clearly", 3: "much"}


def metadata_of(comparison: Comparison) -> list[tuple[str, str]]:
    """Names and values as texts; what is no text is JSON."""
    return [
        (name, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
        for name, value in comparison.metadata.items()
    ]


def words_of(judgment: Judgment) -> str:
    """The verdict in words and in the comparison's own order."""
    if judgment.outcome != Outcome.PREFERENCE:
        return Outcome(judgment.outcome).label
    if not judgment.preference:
        return "Tie"
    better = "A" if judgment.preference < 0 else "B"
    if judgment.raw_strength is None and abs(judgment.preference) == 1:
        return f"{better} is better"
    return f"{better} is {STRENGTHS[abs(judgment.preference)]} better"
