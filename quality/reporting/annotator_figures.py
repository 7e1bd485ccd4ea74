"""What the figures of one annotator mean, in the words of the pages."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Explained:
    """A figure's name and all that its reader may ask about it."""

    label: str
    meaning: str
    n_counts: str
    interval: str
    source: str = ""
    is_share: bool = True


WILSON = "Wilson's interval, judgments taken as independent"
SLOPE_INTERVAL = "from the curvature of the likelihood (Wald)"

EXPLAINED = {
    "competence": Explained(
        "Competence",
        "The probability that this annotator gives the true direction, estimated together with the "
        "true directions from everybody's judgments. What counts as true for a judgment comes from "
        "the others alone, with the chance that they are wrong. Few judgments are drawn towards "
        "all annotators. What everybody shares, such as a liking for long responses, passes for "
        "true here.",
        "judgments of comparisons that somebody else judged",
        "95 % of the posterior, equal tails, widened for the uncertainty of the others' "
        "competence; in simulations it holds the truth for 93 to 97 % of annotators, with fewer "
        "than ten annotators for about 90 %",
        "Dawid and Skene (1979), Applied Statistics 28(1), one parameter for each annotator",
    ),
    "agreement_with_others": Explained(
        "Agreement with others",
        "Of all pairs of a judgment of this annotator with another's on the same comparison, the "
        "share with the same direction. Not corrected for chance.",
        "comparisons shared with somebody",
        "1,000 draws of comparisons (of prompts where they repeat) with replacement",
        "Raw agreement, pooled over comparisons",
    ),
    "gold": Explained(
        "Gold accuracy",
        "The share of gold comparisons, whose answer is known, that were answered correctly. "
        "First answers only.",
        "gold comparisons answered",
        WILSON,
        "Wilson (1927), Journal of the American Statistical Association 22",
    ),
    "gold_shrunk": Explained(
        "Gold accuracy, shrunk",
        "The same drawn towards all annotators as far as few answers leave it open: five of five "
        "are no proof of perfection.",
        "gold comparisons answered",
        "95 % of the posterior, beta-binomial with an estimated prior",
        "Gelman et al. (2013), Bayesian Data Analysis, section 5.3",
    ),
    "attention": Explained(
        "Attention checks",
        "The share of attention checks that were passed.",
        "attention checks answered",
        WILSON,
    ),
    "self": Explained(
        "Same answer again",
        "Of the comparisons that were judged a second time (re-shown, or repeated in an import), "
        "the share with the same direction.",
        "second judgments",
        WILSON,
    ),
    "self_same_sides": Explained(
        "Again, same sides",
        "The same where both responses stood on the sides they had the first time.",
        "second judgments with known sides",
        WILSON,
    ),
    "self_swapped_sides": Explained(
        "Again, sides swapped",
        "The same where the responses had changed sides. Far below the figure above: the side "
        "decides more than the response.",
        "second judgments with known sides",
        WILSON,
    ),
    "self_strength": Explained(
        "Same strength again",
        "The share with the same signed preference from -3 to 3.",
        "second judgments with a strength, or ties",
        WILSON,
    ),
    "left_share": Explained(
        "Left share",
        "Of the judgments that prefer a response and whose shown side is known, how often it was "
        "the one on the left. Sides are drawn at random, so one half is what no habit gives.",
        "judgments that prefer a response",
        WILSON,
    ),
    "longer_share": Explained(
        "Longer share",
        "How often the preferred response was the longer one. Longer responses can be better: "
        "compare it with the other annotators.",
        "judgments that prefer one of two responses of different length",
        WILSON,
    ),
    "length": Explained(
        "Length slope, against the others",
        "How much more than the others' preferences this annotator's follow length: the difference "
        "in log-odds for one standard deviation of the log length ratio. 0 is like the others. The "
        "shown side is in the model; an intercept for A or B is not.",
        "judgments that prefer one of two responses of different length",
        SLOPE_INTERVAL,
        "Logistic regression with an interaction by annotator, drawn towards the others "
        "(normal prior, sd 1)",
        is_share=False,
    ),
    "too_fast": Explained(
        "Too fast to read",
        "The share of judgments that took less time than both responses at 100 octets a second, "
        "four times the usual speed of reading. Texts of less than a second of reading are left "
        "aside.",
        "judgments with a time",
        WILSON,
        "Brysbaert (2019), Journal of Memory and Language 109: 238 words a minute",
    ),
    "drift": Explained(
        "Change of agreement",
        "The trend of the agreement with the others from this annotator's first judgment to the "
        "last, in points of a share, after taking off what all annotators did at the same time.",
        "judgments of comparisons that somebody else judged",
        "least squares with White's standard errors",
        "White (1980), Econometrica 48; the flag tests cumulative sums as well: Ploberger and "
        "Kraemer (1992), Econometrica 60",
    ),
    "gold_drift": Explained(
        "Change of gold accuracy",
        "The same trend of answers to gold comparisons.",
        "gold comparisons answered",
        "least squares with White's standard errors",
    ),
}
for _name in ("lists", "code", "markdown"):
    EXPLAINED[_name] = Explained(
        f"{_name.capitalize()} slope, against the others",
        f"As the length slope, for the difference in {_name} between the responses, with length "
        "and the other forms held fixed. Texts are read of a sample of comparisons.",
        "judgments whose responses differ in it",
        SLOPE_INTERVAL,
        is_share=False,
    )
