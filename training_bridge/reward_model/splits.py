"""Which rows of a preference file validate the model: whole groups, so that no text crosses."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import floor

from training_bridge.reward_model.errors import TrainingRefused
from training_bridge.reward_model.pairs import Pair

DEFAULT_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class Split:
    """Training and validation rows; ``set_aside`` counts the rows left out of training because
    one of their responses is also a validation response."""

    train: list[Pair]
    validation: list[Pair]
    validation_groups: list[str]
    set_aside: int


def split_by_groups(pairs: Sequence[Pair], *, validation_groups: int | None, seed: int) -> Split:
    """Draw whole groups for validation, by a hash of (seed, group): adding rows moves no group.

    Groups with a prompt in common are one group. Without ``validation_groups``, a tenth of
    the groups is drawn, at least one.

    Raises:
        TrainingRefused: too few groups, or no training row is left.
    """
    joined = join_groups_with_common_prompts(pairs)
    groups = sorted({pair.group for pair in joined}, key=lambda group: _rank(seed, group))
    wanted = validation_groups or max(1, floor(DEFAULT_SHARE * len(groups) + 0.5))
    if len(groups) <= wanted:
        raise TrainingRefused(
            f"The file has {len(groups)} groups (groups that share a prompt count as one), so "
            f"{wanted} cannot be kept for validation with any left to train on. Ask for fewer "
            "validation groups, or add rows with other prompts or a 'group' field."
        )
    drawn = set(groups[:wanted])
    validation = [pair for pair in joined if pair.group in drawn]
    # An empty response says nothing that a model could carry over.
    known = {text for pair in validation for text in (pair.chosen, pair.rejected)} - {""}
    others = [pair for pair in joined if pair.group not in drawn]
    train = [pair for pair in others if not {pair.chosen, pair.rejected} & known]
    if not train:
        raise TrainingRefused(
            "Every training row shares a response with the validation rows. Ask for fewer "
            "validation groups, or give rows that share texts the same 'group'."
        )
    return Split(train, validation, sorted(drawn), len(others) - len(train))


def join_groups_with_common_prompts(pairs: Sequence[Pair]) -> list[Pair]:
    """The same rows, with one name (the first in order) for groups connected by a prompt."""
    parent = {pair.group: pair.group for pair in pairs}

    def root(group: str) -> str:
        while parent[group] != group:
            parent[group] = parent[parent[group]]
            group = parent[group]
        return group

    group_of_prompt: dict[str, str] = {}
    for pair in pairs:
        one, other = root(pair.group), root(group_of_prompt.setdefault(pair.prompt, pair.group))
        parent[max(one, other)] = min(one, other)
    return [replace(pair, group=root(pair.group)) for pair in pairs]


def _rank(seed: int, group: str) -> str:
    return hashlib.sha256(f"{seed}:{group}".encode()).hexdigest()
