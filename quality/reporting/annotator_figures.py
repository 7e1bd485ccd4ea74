"""What the figures of one annotator mean, in the words of the pages."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Explained:
    """A figure's name and all that its reader may ask about it."""

    label: str
    meaning: str
    formula: str
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
        "mean of the posterior of p, whose likelihood is the product over judgments of "
        "(x p + 1 - p), x: the others' odds that the judgment is right",
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
        "equal directions / all pairs of an own judgment with another's on the same comparison",
        "comparisons shared with somebody",
        "1,000 draws of comparisons (of prompts where they repeat) with replacement",
        "Raw agreement, pooled over comparisons",
    ),
    "gold": Explained(
        "Gold accuracy",
        "The share of gold comparisons, whose answer is known, that were answered correctly. "
        "First answers only.",
        "right first answers / gold comparisons answered",
        "gold comparisons answered",
        WILSON,
        "Wilson (1927), Journal of the American Statistical Association 22",
    ),
    "gold_shrunk": Explained(
        "Gold accuracy, shrunk",
        "The same drawn towards all annotators as far as few answers leave it open: five of five "
        "are no proof of perfection.",
        "(right + a) / (answered + a + b), averaged over the beta distributions (a, b) that fit "
        "all annotators",
        "gold comparisons answered",
        "95 % of the posterior, beta-binomial with an estimated prior",
        "Gelman et al. (2013), Bayesian Data Analysis, section 5.3",
    ),
    "attention": Explained(
        "Attention checks",
        "The share of attention checks that were passed.",
        "passed / answered",
        "attention checks answered",
        WILSON,
    ),
    "self": Explained(
        "Same answer again",
        "Of the comparisons that were judged a second time (re-shown, or repeated in an import), "
        "the share with the same direction.",
        "second judgments with the direction of the first / second judgments",
        "second judgments",
        WILSON,
    ),
    "self_same_sides": Explained(
        "Again, same sides",
        "The same where both responses stood on the sides they had the first time.",
        "equal directions / second judgments shown as the first time",
        "second judgments with known sides",
        WILSON,
    ),
    "self_swapped_sides": Explained(
        "Again, sides swapped",
        "The same where the responses had changed sides. Far below the figure above: the side "
        "decides more than the response.",
        "equal directions / second judgments shown the other way round",
        "second judgments with known sides",
        WILSON,
    ),
    "self_strength": Explained(
        "Same strength again",
        "The share with the same signed preference from -3 to 3.",
        "equal signed preferences / second judgments where both have one",
        "second judgments with a strength, or ties, both times",
        WILSON,
    ),
    "left_share": Explained(
        "Left share",
        "Of the judgments that prefer a response and whose shown side is known, how often it was "
        "the one on the left. Sides are drawn at random, so one half is what no habit gives.",
        "left response preferred / A or B preferred, shown side known",
        "judgments that prefer a response",
        WILSON,
    ),
    "longer_share": Explained(
        "Longer share",
        "How often the preferred response was the longer one. Longer responses can be better: "
        "compare it with the other annotators.",
        "longer response preferred / A or B preferred, lengths (in octets) differ",
        "judgments that prefer one of two responses of different length",
        WILSON,
    ),
    "length": Explained(
        "Length slope, against the others",
        "How much more than the others' preferences this annotator's follow length: the difference "
        "in log-odds for one standard deviation of the log length ratio. 0 is like the others. The "
        "shown side is in the model; an intercept for A or B is not.",
        "own slope - slope of the others, in log-odds of B = slope x log(length of B / length of "
        "A), standardised, + side",
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
        "judgments faster than (octets of both responses / 100) s / judgments with a time",
        "judgments with a time",
        WILSON,
        "Brysbaert (2019), Journal of Memory and Language 109: 238 words a minute",
    ),
    "drift": Explained(
        "Change of agreement",
        "The trend of the agreement with the others from this annotator's first judgment to the "
        "last, in points of a share, after taking off what all annotators did at the same time.",
        "least-squares slope of (agreement with the others - all annotators' at the time) on the "
        "judgment's place from 0 to 1",
        "judgments of comparisons that somebody else judged",
        "least squares with White's standard errors",
        "White (1980), Econometrica 48; the flag tests cumulative sums as well: Ploberger and "
        "Kraemer (1992), Econometrica 60",
    ),
    "gold_drift": Explained(
        "Change of gold accuracy",
        "The trend of right answers to gold comparisons, from this annotator's first to the last.",
        "least-squares slope of (right: 1, else 0) on the answer's place from 0 to 1",
        "gold comparisons answered",
        "least squares with White's standard errors",
    ),
}
for _name in ("lists", "code", "markdown"):
    EXPLAINED[_name] = Explained(
        f"{_name.capitalize()} slope, against the others",
        f"As the length slope, for the difference in {_name} between the responses, with length "
        "and the other forms held fixed. Texts are read of a sample of comparisons.",
        "own slope - slope of the others, in log-odds of B = slope x difference of log(1 + count), "
        "standardised, + length + other forms + side",
        "judgments whose responses differ in it",
        SLOPE_INTERVAL,
        is_share=False,
    )


def pool_slope(name: str) -> Explained:
    """The slope of all annotators together."""
    is_length = name == "length"
    return Explained(
        f"{name.capitalize()} slope",
        "How the preferences of all annotators together follow "
        + ("length" if is_length else f"the difference in {name}, with length held fixed")
        + ": the change in log-odds of being preferred for one standard deviation more. 0 is no "
        "effect.",
        "slope in log-odds of B = slope x "
        + ("log(length of B / length of A)" if is_length else "difference")
        + ", standardised, + "
        + ("side" if is_length else "length + other forms + side"),
        "judgments that prefer one of two responses that differ in it",
        SLOPE_INTERVAL,
        "Logistic regression without an intercept",
        is_share=False,
    )
