"""From judgments and a recipe to rows: what a dataset version decides, before any text."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from quality.curation.adjudication import UNDECIDED, follow, is_followed
from quality.curation.holdout import Holdout, draw_holdout
from quality.curation.judgments import B, Judgments, vote_counts
from quality.curation.majority import Decisions, decide
from quality.curation.normalisation import Scaling, fit_scaling
from quality.curation.recipe import Recipe
from quality.curation.splits import SPLITS, split_groups, split_of

TRAIN = SPLITS.index("train")


@dataclass(frozen=True, slots=True)
class Comparisons:
    """What curation knows of a project's comparisons, one element each.

    Attributes:
        ids: External ids, unique.
        prompt_groups: Comparisons of one prompt share it.
        labels: Group labels, empty where a comparison has none.
    """

    ids: Sequence[str]
    prompt_groups: Sequence[str]
    labels: Sequence[str]

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True)
class Curation:
    """The decisions of one dataset version.

    Attributes:
        groups: What each comparison is kept together with; its ``prompt_group`` in the files.
        split: Index into SPLITS, one per comparison, dropped ones included.
        holdout: Who is held out, or why nobody is.
        is_held_out: One per annotator.
        n_annotators: Those with at least one first judgment.
        decisions: Kept or dropped and why, one per comparison.
        scaling: Parameters per annotator.
        is_adjudicated: Whether a reviewer's decision was followed, one per comparison.
        margin: Mean scaled preference of training annotators towards chosen, floored at 0;
            one per comparison, 0 where it was dropped.
    """

    groups: Sequence[str]
    split: NDArray[np.int8]
    holdout: Holdout
    is_held_out: NDArray[np.bool_]
    n_annotators: int
    decisions: Decisions
    scaling: Scaling
    is_adjudicated: NDArray[np.bool_]
    margin: NDArray[np.float64]

    def rows_per_split(self) -> dict[str, int]:
        """How many rows each split has."""
        counts = np.bincount(self.split[self.decisions.is_kept], minlength=len(SPLITS))
        return {split: int(count) for split, count in zip(SPLITS, counts, strict=True)}

    def groups_per_split(self) -> dict[str, int]:
        """How many groups each split has, those of dropped comparisons included."""
        members: list[set[str]] = [set() for _ in SPLITS]
        for group, split in zip(self.groups, self.split.tolist(), strict=True):
            members[split].add(group)
        return {split: len(found) for split, found in zip(SPLITS, members, strict=True)}


def curate(
    *,
    comparisons: Comparisons,
    judgments: Judgments,
    annotators: Sequence[str],
    recipe: Recipe,
    adjudicated: NDArray[np.int8] | None = None,
) -> Curation:
    """Draw the splits and the hold-out, apply the majority filter, scale the preferences.

    Parameters of the scales are fitted on training judgments: those of annotators who are
    not held out, on comparisons of the train split, kept or dropped. Only first judgments
    (occasion 1) count anywhere here.

    Args:
        comparisons: Every comparison of the project.
        judgments: Its current judgments, in any order.
        annotators: Pseudonyms; ``judgments.annotator`` points into them.
        recipe: Thresholds, hold-out, splits and seed.
        adjudicated: What reviewers decided, as ``follow`` takes it; None: nothing. Ignored where
            the recipe says so.

    Raises:
        BadInput: too few groups to fill three splits.
    """
    keys = split_groups(
        split_by=recipe.split_by,
        prompt_groups=comparisons.prompt_groups,
        labels=comparisons.labels,
        comparison_ids=comparisons.ids,
    )
    split = _splits(keys, seed=recipe.seed)

    counted = _in_fixed_order(judgments, annotators)
    holdout, is_held_out = _hold_out(counted, annotators, recipe)
    in_training = ~is_held_out[counted.annotator]

    n = len(comparisons)
    training_counts = vote_counts(
        counted.comparison[in_training], counted.vote[in_training], n_comparisons=n
    )
    if adjudicated is None or not recipe.adjudications:
        adjudicated = np.full(n, UNDECIDED, dtype=np.int8)
    by_votes = decide(
        training_counts=training_counts,
        all_counts=vote_counts(counted.comparison, counted.vote, n_comparisons=n),
        min_judgments=recipe.min_judgments,
        min_votes=recipe.min_votes,
        min_confidence=recipe.confidence_threshold,
    )
    decisions = follow(by_votes, adjudicated, training_counts=training_counts)

    usable = in_training & counted.is_usable
    fitted_on = usable & (split[counted.comparison] == TRAIN)
    scaling = fit_scaling(
        counted.annotator[fitted_on], counted.preference[fitted_on], n_annotators=len(annotators)
    )
    return Curation(
        # Split by comparison leaves prompts what they are; they only stop being kept together.
        groups=comparisons.prompt_groups if recipe.split_by == "comparison" else keys,
        split=split,
        holdout=holdout,
        is_held_out=is_held_out,
        n_annotators=len(np.unique(counted.annotator)),
        decisions=decisions,
        scaling=scaling,
        is_adjudicated=is_followed(decisions, adjudicated),
        margin=_margins(counted, usable, decisions, scaling),
    )


def _splits(keys: Sequence[str], *, seed: int) -> NDArray[np.int8]:
    drawn = {key: SPLITS.index(split_of(key, seed=seed)) for key in set(keys)}
    return np.array([drawn[key] for key in keys], dtype=np.int8)


def _in_fixed_order(judgments: Judgments, annotators: Sequence[str]) -> Judgments:
    """First judgments by comparison and pseudonym, so that sums never depend on the order."""
    rank = np.empty(len(annotators), dtype=np.int64)
    rank[np.argsort(np.array(annotators, dtype=np.str_), kind="stable")] = np.arange(
        len(annotators)
    )
    first = np.flatnonzero(judgments.is_counted)
    order = first[np.lexsort((rank[judgments.annotator[first]], judgments.comparison[first]))]
    return Judgments(
        comparison=judgments.comparison[order],
        annotator=judgments.annotator[order],
        occasion=judgments.occasion[order],
        vote=judgments.vote[order],
        preference=judgments.preference[order],
    )


def _hold_out(
    counted: Judgments, annotators: Sequence[str], recipe: Recipe
) -> tuple[Holdout, NDArray[np.bool_]]:
    n_judgments = np.bincount(counted.annotator, minlength=len(annotators))
    active = np.flatnonzero(n_judgments).tolist()
    holdout = draw_holdout(
        [annotators[i] for i in active],
        n_judgments[active].tolist(),
        share=recipe.holdout_share,
        seed=recipe.seed,
    )
    drawn = set(holdout.annotators)
    return holdout, np.array([name in drawn for name in annotators], dtype=np.bool_)


def _margins(
    counted: Judgments, usable: NDArray[np.bool_], decisions: Decisions, scaling: Scaling
) -> NDArray[np.float64]:
    comparison = counted.comparison[usable]
    scaled = scaling.scaled(counted.annotator[usable], counted.preference[usable])
    total = np.bincount(comparison, weights=scaled, minlength=len(decisions.usable))
    towards_chosen = np.where(decisions.chosen == B, total, -total)
    margin = np.maximum(towards_chosen / np.maximum(decisions.usable, 1), 0.0)
    return np.where(decisions.is_kept, margin, 0.0)
