"""What each check of readiness is called, where its bar comes from, and what to do instead."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Described:
    """A check in words.

    Attributes:
        label: Its name.
        rule: The bar.
        source: Where the bar or the reason for it comes from.
        instead: What to do where it is not met.
        n_counts: What n counts; empty where there is none.
        to_know: What makes it known where it is not.
    """

    label: str
    rule: str
    source: str
    instead: str
    n_counts: str = ""
    to_know: str = "Collect judgments of more comparisons, then build a report."


HOUSE = "A rule of this platform"

DESCRIBED = {
    "agreement": Described(
        label="Agreement",
        rule="At least 60 % of pairs of judgments give the same direction. Alpha is not compared "
        "with 0.667 or 0.8: healthy preference data have 0.3 to 0.5.",
        source=f"{HOUSE}. Published preference data: training labelers of InstructGPT agree on "
        "72.6 % (Ouyang et al. 2022, section 3.4), AlpacaFarm 66 %, MT-Bench 63 %",
        instead="Tighten the guidelines on the comparisons people disagree on, train and check "
        "annotators, then collect again. Until then a reward model learns mostly noise.",
        n_counts="comparisons with at least two usable judgments",
        to_know="Have comparisons judged by at least two people.",
    ),
    "pairs": Described(
        label="Enough pairs",
        rule="At least 5,000 comparisons that the majority filter keeps; better 10,000.",
        source=f"{HOUSE}. HelpSteer2 trained a reward model on about 10,000 pairs of responses "
        "(Wang et al. 2024)",
        instead="Collect more judgments or comparisons. With few pairs, DPO on a small model or "
        "supervised fine-tuning on the preferred responses asks for less than a reward model.",
        n_counts="comparisons with a judgment",
    ),
    "task": Described(
        label="Kind of task",
        rule="The task is a matter of judgment. Where answers are right or wrong, a preference is "
        "a poor stand-in for checking them.",
        source="Reinforcement learning from verifiable rewards: Lambert et al. (2024), Tulu 3",
        instead="Fine-tune on right answers (SFT), or reward them by rules: tests, exact answers, "
        "a checker.",
        n_counts="prompts looked at",
        to_know="Answer the question below.",
    ),
    "metric": Described(
        label="Room to improve",
        rule="The metric that training should raise is at most 0.95 today.",
        source=HOUSE,
        instead="Choose a harder metric or harder prompts; what is left may be errors of the "
        "metric itself. Rules or a few examples may fix the rest.",
        to_know="Answer the question below.",
    ),
    "label": Described(
        label="Balance of A and B",
        rule="A wins between 40 % and 60 % of comparisons in stored order.",
        source=f"{HOUSE}; sides on screen are drawn at random, so an imbalance comes from the data",
        instead="Harmless for a reward model, which sees one response at a time. For a judge of "
        "pairs swap half of the rows, or use the weights of the bias audit.",
        n_counts="comparisons that A or B won",
    ),
    "topics": Described(
        label="Balance of topics",
        rule="No topic has more than half of the comparisons.",
        source=HOUSE,
        instead="Collect from the other topics, or use the weights of the bias audit.",
        n_counts="comparisons with a topic",
        to_know="Import comparisons with a topic in their metadata, or a group.",
    ),
    "leakage": Described(
        label="Clean splits",
        rule="No prompt of validation or test stands in training, nor nearly.",
        source="Kapoor and Narayanan (2023), Patterns 4(9): leakage makes results look better in "
        "17 fields",
        instead="Build the version anew, split by prompt or by group, and drop near duplicates.",
        n_counts="prompts of validation and test",
        to_know="Build a dataset version; the next report looks into it.",
    ),
    "overlap": Described(
        label="New prompts",
        rule="At most 30 % of the prompts are among those the model was fine-tuned on.",
        source=HOUSE,
        instead="Collect preferences on other prompts, or report results on the rest alone.",
        n_counts="different prompts",
        to_know="Upload the prompts of fine-tuning; the next report compares them.",
    ),
    "phrases": Described(
        label="No telling phrase",
        rule="No word or phrase goes along with being preferred, beside length.",
        source="Reward models prefer what goes along with quality over quality itself: Flattery, "
        "Fluff, and Fog (2025), arXiv 2506.05339",
        instead="Read the phrases of the bias audit. Where they are habit, not quality: rewrite "
        "guidelines, balance the rows, and test the reward model on pairs that differ in it only.",
        n_counts="comparisons searched",
    ),
    "length": Described(
        label="Length",
        rule="The longer response is preferred in 45 % to 55 % of pairs.",
        source="Singhal, Goyal, Xu and Durrett (2024), A Long Way to Go: a reward that only counts "
        "length brings most of the gain",
        instead="Use the length weights of the bias audit, report the longer-wins rule beside the "
        "reward model's accuracy, or ask annotators for conciseness apart.",
        n_counts="comparisons whose responses differ in length",
    ),
}
