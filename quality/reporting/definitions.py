"""What the figures of a report mean, in the words of its page."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Definition:
    """A measure's name, its meaning, its unit of n, and where it comes from."""

    label: str
    meaning: str
    n_counts: str
    source: str
    is_share: bool = False


KRIPPENDORFF = "Krippendorff (2019), Content Analysis, 4th ed., chapter 12"
PAIRED = "comparisons with at least two usable judgments"

DEFINITIONS = {
    "percent_direction": Definition(
        label="Agreeing pairs",
        meaning="Of all pairs of judgments on the same comparison, the share that gives the same "
        "direction: A, tie or B. Both good counts as a tie; both bad and cannot judge are left "
        "out. Not corrected for chance: two coin-tossers agree on half of the pairs.",
        n_counts=PAIRED,
        source="Raw agreement, pooled over comparisons",
        is_share=True,
    ),
    "alpha_direction": Definition(
        label="Alpha, direction",
        meaning="Agreement on A, tie or B beyond chance: 1 is perfect, 0 is what chance gives. "
        "With two choices and 65 to 75 % agreeing pairs, 0.3 to 0.5 is usual for preferences.",
        n_counts=PAIRED,
        source=f"{KRIPPENDORFF}; nominal",
    ),
    "alpha_strength": Definition(
        label="Alpha, strength",
        meaning="Agreement beyond chance on the signed preference from -3 to 3, where a near miss "
        "costs less than a far one. Judgments without a strength are left out, ties stay.",
        n_counts="comparisons with at least two judgments that are ties or have a strength",
        source=f"{KRIPPENDORFF}; ordinal",
    ),
    "alpha_outcome": Definition(
        label="Alpha, outcome",
        meaning="Agreement beyond chance on everything that can be answered: A, tie, B, both good, "
        "both bad, cannot judge. Far below the alpha of directions: people disagree on what can "
        "be judged at all.",
        n_counts="comparisons with at least two judgments",
        source=f"{KRIPPENDORFF}; nominal",
    ),
    "percent_without_ties": Definition(
        label="Agreeing pairs without ties",
        meaning="As agreeing pairs, with every tie and both good left out.",
        n_counts="comparisons with at least two judgments for A or B",
        source="Raw agreement, pooled over comparisons",
        is_share=True,
    ),
    "alpha_without_ties": Definition(
        label="Alpha without ties",
        meaning="As alpha of directions, with every tie and both good left out.",
        n_counts="comparisons with at least two judgments for A or B",
        source=f"{KRIPPENDORFF}; nominal",
    ),
}
HEADLINE = ("percent_direction", "alpha_direction", "alpha_strength", "alpha_outcome")
SECOND_LINE = ("percent_without_ties", "alpha_without_ties")

OUTCOME_LABELS = {
    "A": "A is better",
    "tie": "Tie",
    "B": "B is better",
    "both_good": "Both good",
    "both_bad": "Both bad",
    "cannot_judge": "Cannot judge",
}
# How an interval came about, by what was drawn.
INTERVALS = {
    "comparisons": "1,000 draws of comparisons with replacement, 2.5 % and 97.5 % points",
    "prompts": "1,000 draws of prompts with replacement, each with all its comparisons, "
    "2.5 % and 97.5 % points",
}
WILSON = "Wilson's interval, because all pairs agree or none does and draws would not differ"
