"""The judgments of annotators whom the training consensus never heard."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from training_bridge.reward_model.errors import TrainingRefused
from training_bridge.reward_model.pairs import Pair
from training_bridge.reward_model.rows import read_rows
from training_bridge.reward_model.template import render_prompt, render_response


@dataclass(frozen=True, slots=True)
class VersionComparison:
    """A comparison of a dataset version, kept or dropped, as texts."""

    prompt: str
    response_a: str
    response_b: str
    prompt_group: str
    split: str


@dataclass(frozen=True, slots=True)
class HeldoutPairs:
    """One pair for each held-out judgment with a direction.

    ``unseen_prompts`` lie in prompt groups outside training, ``seen_prompts`` in those of
    training. ``counts`` tells what has no direction and so is no pair.
    """

    unseen_prompts: list[Pair]
    seen_prompts: list[Pair]
    counts: dict[str, int] = field(default_factory=dict)


def read_comparisons(path: Path) -> dict[str, VersionComparison]:
    """Every comparison of the version by its id.

    Raises:
        TrainingRefused: a row is not what ``comparisons.jsonl`` should hold.
    """
    found = {}
    for place, row in read_rows(path):
        try:
            found[str(row["comparison_id"])] = VersionComparison(
                prompt=render_prompt(row["prompt"]),
                response_a=render_response(row["response_a"]),
                response_b=render_response(row["response_b"]),
                prompt_group=str(row["prompt_group"]),
                split=str(row["split"]),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise TrainingRefused(
                f"{place}: no comparison of a dataset version ({error})."
            ) from error
    return found


def read_heldout(path: Path, *, comparisons: dict[str, VersionComparison]) -> HeldoutPairs:
    """The held-out annotators' own judgments, unfiltered, each as one pair.

    An annotator's first judgment of a comparison counts (occasion 1). Ties, both_good,
    both_bad and cannot_judge prefer no response, so they are counted and left out. A prompt
    group counts as seen when any of its comparisons is in the train split: with
    ``split_by comparison`` a group can be in several.

    Raises:
        TrainingRefused: a row is not what ``judgments.jsonl`` should hold.
    """
    trained_on = {found.prompt_group for found in comparisons.values() if found.split == "train"}
    unseen: list[Pair] = []
    seen: list[Pair] = []
    counts = {"heldout_judgments": 0, "heldout_without_direction": 0, "heldout_repeats": 0}
    for place, row in read_rows(path):
        try:
            if not row["held_out"]:
                continue
            if row["occasion"] > 1:
                counts["heldout_repeats"] += 1
                continue
            counts["heldout_judgments"] += 1
            pair = _pair(row, comparisons)
        except (KeyError, TypeError) as error:
            raise TrainingRefused(
                f"{place}: no judgment of a dataset version ({error})."
            ) from error
        if pair is None:
            counts["heldout_without_direction"] += 1
        elif pair.group in trained_on:
            seen.append(pair)
        else:
            unseen.append(pair)
    return HeldoutPairs(unseen, seen, counts)


def _pair(row: dict[str, Any], comparisons: dict[str, VersionComparison]) -> Pair | None:
    if row["outcome"] != "preference" or row["preference"] == 0:
        return None
    judged = comparisons[str(row["comparison_id"])]
    responses = (judged.response_a, judged.response_b)
    chosen, rejected = responses if row["preference"] < 0 else responses[::-1]
    return Pair(judged.prompt, chosen, rejected, group=judged.prompt_group)
