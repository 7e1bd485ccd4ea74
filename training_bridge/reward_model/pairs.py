"""The rows a reward model learns from and is measured on."""

from dataclasses import dataclass
from math import isfinite
from typing import Any

from training_bridge.reward_model.errors import TrainingRefused
from training_bridge.reward_model.template import render_prompt, render_response


@dataclass(frozen=True, slots=True)
class Pair:
    """A prompt with the response that was preferred and the one that was not.

    ``group`` names the rows that may share texts (prompt group, debate, ...). ``weight`` is
    the row's share in the loss; ``margin`` is how clearly chosen was preferred, 0 where the
    data does not say.
    """

    prompt: str
    chosen: str
    rejected: str
    group: str
    weight: float = 1.0
    margin: float = 0.0


def pair_from_row(row: Any, *, place: str) -> Pair:
    """Read one row of preference data; ``place`` names it in errors.

    The group is the row's ``group``, else its ``prompt_group``, else the prompt.

    Raises:
        TrainingRefused: a field is missing or is not what it should be.
    """
    if not isinstance(row, dict):
        raise TrainingRefused(f"{place}: the row is no object with fields.")
    texts = {}
    for field, render in _RENDERERS.items():
        if row.get(field) is None:
            raise TrainingRefused(
                f"{place}: field '{field}' is missing. Each row needs prompt, chosen and rejected."
            )
        try:
            texts[field] = render(row[field])
        except ValueError as error:
            raise TrainingRefused(f"{place}: field '{field}': {error}.") from error
    labels = (row.get("group"), row.get("prompt_group"), texts["prompt"])
    return Pair(
        **texts,
        group=next(str(label) for label in labels if label not in (None, "")),
        weight=_number(row, "weight", default=1.0, place=place),
        margin=_number(row, "margin", default=0.0, place=place),
    )


def _number(row: dict[str, Any], field: str, *, default: float, place: str) -> float:
    value = row.get(field)
    if value is None or value == "":
        return default
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = float("nan")
    if not isfinite(number) or number < 0:
        raise TrainingRefused(f"{place}: field '{field}' is no number of 0 or more: {value!r:.40}.")
    return number


_RENDERERS = {"prompt": render_prompt, "chosen": render_response, "rejected": render_response}
