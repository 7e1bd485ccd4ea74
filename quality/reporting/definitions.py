"""What the figures of a report mean, in the words of its page."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Definition:
    """A measure's name, meaning and formula, its unit of n, and where it comes from."""

    label: str
    meaning: str
    formula: str
    n_counts: str
    source: str
    is_share: bool = False


KRIPPENDORFF = "Krippendorff (2019), Content Analysis, 4th ed., chapter 12"
PAIRED = "comparisons with at least two usable judgments"
PERCENT = "agreeing pairs / all pairs of judgments within comparisons, pooled"
ALPHA = "1 - observed / expected disagreement; any two different {} disagree by 1"

DEFINITIONS = {
    "percent_direction": Definition(
        label="Agreeing pairs",
        meaning="Of all pairs of judgments on the same comparison, the share that gives the same "
        "direction: A, tie or B. Both good counts as a tie; both bad and cannot judge are left "
        "out. Not corrected for chance: two coin-tossers agree on half of the pairs.",
        formula=PERCENT,
        n_counts=PAIRED,
        source="Raw agreement, pooled over comparisons",
        is_share=True,
    ),
    "alpha_direction": Definition(
        label="Alpha, direction",
        meaning="Agreement on A, tie or B beyond chance: 1 is perfect, 0 is what chance gives. "
        "With two choices and 65 to 75 % agreeing pairs, 0.3 to 0.5 is usual for preferences.",
        formula=ALPHA.format("directions"),
        n_counts=PAIRED,
        source=f"{KRIPPENDORFF}; nominal",
    ),
    "alpha_strength": Definition(
        label="Alpha, strength",
        meaning="Agreement beyond chance on the signed preference from -3 to 3, where a near miss "
        "costs less than a far one. Judgments without a strength are left out, ties stay.",
        formula="1 - observed / expected disagreement; two strengths disagree by the squared "
        "difference of their mid-ranks",
        n_counts="comparisons with at least two judgments that are ties or have a strength",
        source=f"{KRIPPENDORFF}; ordinal",
    ),
    "alpha_outcome": Definition(
        label="Alpha, outcome",
        meaning="Agreement beyond chance on everything that can be answered: A, tie, B, both good, "
        "both bad, cannot judge. Far below the alpha of directions: people disagree on what can "
        "be judged at all.",
        formula=ALPHA.format("answers"),
        n_counts="comparisons with at least two judgments",
        source=f"{KRIPPENDORFF}; nominal",
    ),
    "percent_without_ties": Definition(
        label="Agreeing pairs without ties",
        meaning="As agreeing pairs, with every tie and both good left out.",
        formula=PERCENT,
        n_counts="comparisons with at least two judgments for A or B",
        source="Raw agreement, pooled over comparisons",
        is_share=True,
    ),
    "alpha_without_ties": Definition(
        label="Alpha without ties",
        meaning="As alpha of directions, with every tie and both good left out.",
        formula=ALPHA.format("directions"),
        n_counts="comparisons with at least two judgments for A or B",
        source=f"{KRIPPENDORFF}; nominal",
    ),
}
HEADLINE = ("percent_direction", "alpha_direction", "alpha_strength", "alpha_outcome")
SECOND_LINE = ("percent_without_ties", "alpha_without_ties")
SIDES = {
    "left_share": Definition(
        label="Left share of all",
        meaning="Of the judgments that prefer a response and whose shown side is known, how often "
        "it was the one on the left. Sides are drawn at random: one half is what no habit gives.",
        formula="left response preferred / A or B preferred, shown side known",
        n_counts="judgments that prefer a response and whose shown side is known",
        source="Wilson (1927), Journal of the American Statistical Association 22",
        is_share=True,
    ),
    "longer_share": Definition(
        label="Longer share of all",
        meaning="How often the preferred response was the longer one. Longer responses can be "
        "better: look at what they say before you call it a bias.",
        formula="longer response preferred / A or B preferred, lengths (in octets) differ",
        n_counts="judgments that prefer one of two responses of different length",
        source="Wilson (1927), Journal of the American Statistical Association 22",
        is_share=True,
    ),
}
COUNTED = {
    "n_judgments": Definition(
        label="Judgments",
        meaning="What the newest report rests on: each annotator's current first judgment of a "
        "comparison. Second looks, checks and what was superseded or left out do not count.",
        formula="number of judgments, whatever their outcome",
        n_counts="",
        source="",
    ),
    "n_annotators": Definition(
        label="Annotators",
        meaning="The people whose judgments the newest report rests on.",
        formula="number of different annotators among these judgments",
        n_counts="",
        source="",
    ),
}

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
# Of a figure of which only the headline is at hand, which does not say what was drawn.
DRAWN = (
    "1,000 draws of comparisons, or of prompts where these repeat, with replacement, 2.5 % and "
    "97.5 % points; Wilson's where all pairs agree or none does. The report says which it is"
)
SIDES_INTERVAL = "Wilson's, judgments taken as independent"
WILSON = "Wilson's interval, because all pairs agree or none does and draws would not differ"
