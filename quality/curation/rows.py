"""What a kept comparison looks like in the files."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from quality.curation.judgments import B

Text = str | list[dict[str, str]]


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of one comparison and where they come from."""

    comparison_id: str
    prompt: str
    messages: Sequence[Mapping[str, Any]] | None
    response_a: str
    response_b: str
    model_a: str = ""
    model_b: str = ""
    label: str = ""
    metadata: Mapping[str, Any] | None = None

    def shown_prompt(self, *, conversational: bool) -> Text:
        """The prompt as text, or as messages where the whole version is conversational."""
        if not conversational:
            return self.prompt
        if self.messages:
            return [
                {"role": str(turn["role"]), "content": str(turn["content"])}
                for turn in self.messages
            ]
        return [{"role": "user", "content": self.prompt}]


@dataclass(frozen=True, slots=True)
class Figures:
    """The numbers of one kept comparison."""

    chosen: int
    margin: float
    probability: float
    agreement: float
    n_judgments: int
    is_adjudicated: bool = False


def preference_row(
    texts: Texts, figures: Figures, *, split: str, prompt_group: str, conversational: bool
) -> dict[str, Any]:
    """One row for reward modelling and DPO: the response that won, and the other one.

    ``metadata`` is JSON text, because its keys differ between comparisons and columns of a
    table may not.
    """
    chosen_is_b = figures.chosen == B
    chosen, rejected = _in_order(texts.response_a, texts.response_b, swap=chosen_is_b)
    model_chosen, model_rejected = _in_order(texts.model_a, texts.model_b, swap=chosen_is_b)
    about: dict[str, Any] = {
        "group": texts.label,
        "model_chosen": model_chosen,
        "model_rejected": model_rejected,
        "comparison": dict(texts.metadata or {}),
    }
    if figures.is_adjudicated:
        about["adjudicated"] = True
    return {
        "prompt": texts.shown_prompt(conversational=conversational),
        "chosen": _response(chosen, conversational=conversational),
        "rejected": _response(rejected, conversational=conversational),
        "margin": figures.margin,
        "probability": figures.probability,
        "weight": 1.0,
        "agreement": figures.agreement,
        "n_judgments": figures.n_judgments,
        "split": split,
        "comparison_id": texts.comparison_id,
        "prompt_group": prompt_group,
        "metadata": json.dumps(about, ensure_ascii=False, sort_keys=True),
    }


def unpaired_rows(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A preference row as two labelled responses (KTO); ``completion`` is that format's word."""
    return [
        {"prompt": row["prompt"], "completion": row["chosen"], "label": True},
        {"prompt": row["prompt"], "completion": row["rejected"], "label": False},
    ]


def comparison_row(
    texts: Texts, *, split: str, prompt_group: str, drop_reason: str, conversational: bool
) -> dict[str, Any]:
    """Any comparison, kept (no drop reason) or dropped, in its own order."""
    return {
        "comparison_id": texts.comparison_id,
        "prompt": texts.shown_prompt(conversational=conversational),
        "response_a": _response(texts.response_a, conversational=conversational),
        "response_b": _response(texts.response_b, conversational=conversational),
        "model_a": texts.model_a,
        "model_b": texts.model_b,
        "group": texts.label,
        "prompt_group": prompt_group,
        "split": split,
        "drop_reason": drop_reason,
    }


def _in_order(first: str, second: str, *, swap: bool) -> tuple[str, str]:
    return (second, first) if swap else (first, second)


def _response(text: str, *, conversational: bool) -> Text:
    return [{"role": "assistant", "content": text}] if conversational else text
