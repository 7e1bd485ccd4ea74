"""Train, validation and test, drawn by hash so that new data never moves what is already there."""

import hashlib
from collections.abc import Sequence

from feedback_platform.errors import BadInput

SPLITS = ("train", "validation", "test")
FEWEST_PROMPT_GROUPS = 3


def split_of(key: str, *, seed: int) -> str:
    """The split of everything that shares a key: 80 % train, 10 % validation, 10 % test."""
    tenth = int(_digest(f"{seed}:{key}")[:16], 16) * 10 >> 64
    return "train" if tenth < 8 else "validation" if tenth == 8 else "test"


def split_groups(
    *,
    split_by: str,
    prompt_groups: Sequence[str],
    labels: Sequence[str],
    comparison_ids: Sequence[str],
) -> list[str]:
    """What goes to one split together, as one key per comparison.

    Args:
        split_by: ``prompt``: the prompt group. ``group``: everything linked through prompts or
            through group labels, so that no split shares either with another. ``comparison``:
            every comparison by itself; prompts then occur in several splits.
        prompt_groups: One per comparison.
        labels: The group label of each comparison, empty where it has none.
        comparison_ids: One per comparison.

    Raises:
        BadInput: fewer than three groups, which cannot fill three splits.
    """
    if split_by == "comparison":
        return list(comparison_ids)
    keys = list(prompt_groups) if split_by == "prompt" else _linked(prompt_groups, labels)
    n_groups = len(set(keys))
    if n_groups < FEWEST_PROMPT_GROUPS:
        kind = "prompt" if split_by == "prompt" else "group of prompts"
        raise BadInput(
            f"There {'is' if n_groups == 1 else 'are'} only {n_groups} different "
            f"{kind}{'' if n_groups == 1 else 's'}, and splits that share none need at least "
            f"{FEWEST_PROMPT_GROUPS}. Import more, or split by comparison "
            "(--split-by comparison): the same prompts then occur in training and test."
        )
    return keys


def _linked(prompt_groups: Sequence[str], labels: Sequence[str]) -> list[str]:
    """One key for everything connected by a prompt or a label.

    The key comes from the label with the smallest hash (the prompt where there is none), so
    that new prompts under a known label move nothing. Data that links two groups that were
    apart moves one of them: they may not stay in different splits.
    """
    parent: dict[str, str] = {}

    def root(node: str) -> str:
        parent.setdefault(node, node)
        while parent[node] != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    nodes = []
    for group, label in zip(prompt_groups, labels, strict=True):
        # Labels sort before prompts; the smaller root wins, so that the order of rows is nothing.
        prompt_node = f"1{group}"
        label_node = f"0{_digest(label)[:16]}" if label else prompt_node
        first, second = sorted((root(prompt_node), root(label_node)))
        parent[second] = first
        nodes.append(prompt_node)
    return [root(node) for node in nodes]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
