"""Pairwise exports of Label Studio: one task with its annotations per element."""

from typing import Any

from annotation.formats import values
from annotation.formats.own import OTHER_OUTCOMES, build_comparison
from annotation.formats.problems import BadValue
from annotation.formats.rows import ParsedComparison, ParsedJudgment, ParsedRow, RawRow

PROMPT_NAMES = ("prompt", "question", "instruction", "text")
RESPONSE_NAMES = (
    ("response_a", "response_b"),
    ("answer1", "answer2"),
    ("response1", "response2"),
    ("answer_a", "answer_b"),
)
SIDES = {"left": -1, "right": 1}


def parse_task(row: RawRow, *, from_text: bool) -> list[ParsedRow]:
    """One row per annotation that was not cancelled; the comparison alone where there is none.

    The left response is A, as the export has it: the page showed it on the left.

    Raises:
        BadValue: the task has no prompt and responses, or an annotation no verdict.
    """
    task = row.values
    comparison = _comparison(task)
    annotations = task.get("annotations")
    if annotations is None:
        annotations = []
    if not isinstance(annotations, list):
        raise BadValue("annotations", "must be a list")
    judgments = [
        _judgment(annotation, f"annotations[{index}]")
        for index, annotation in enumerate(annotations)
        if not (isinstance(annotation, dict) and annotation.get("was_cancelled"))
    ]
    if not judgments:
        return [ParsedRow(row.line, comparison, None)]
    return [ParsedRow(row.line, comparison, judgment) for judgment in judgments]


def _comparison(task: dict[str, Any]) -> ParsedComparison:
    data = task.get("data")
    if not isinstance(data, dict):
        raise BadValue("data", "must be an object with the prompt and both responses")
    prompt_name = next((name for name in PROMPT_NAMES if name in data), "prompt")
    pair = next((names for names in RESPONSE_NAMES if names[0] in data), RESPONSE_NAMES[0])
    prompt = data.get(prompt_name)
    given = dict(data)
    if given.get("external_id") is None and given.get("item_id") is None:
        given["external_id"] = task.get("id")
    return build_comparison(
        given,
        prompt=(
            values.messages(prompt, prompt_name)
            if isinstance(prompt, list)
            else values.text(prompt, prompt_name)
        ),
        responses=(
            values.text(data.get(pair[0]), pair[0]),
            values.text(data.get(pair[1]), pair[1]),
        ),
        known=frozenset(
            {prompt_name, *pair, "external_id", "item_id", "group", "model_a", "model_b"}
        ),
    )


def _judgment(annotation: object, place: str) -> ParsedJudgment:
    if not isinstance(annotation, dict):
        raise BadValue(place, "must be an object")
    results = annotation.get("result")
    if not isinstance(results, list):
        raise BadValue(f"{place}.result", "must be a list")
    outcome, direction = _verdict(results, place)
    return ParsedJudgment(
        annotator=_annotator(annotation.get("completed_by"), f"{place}.completed_by"),
        outcome=outcome,
        direction=direction,
        strength=None,
        swapped=False,
        submitted_at=values.moment(annotation.get("created_at"), f"{place}.created_at"),
        active_ms=values.milliseconds(
            annotation.get("lead_time"), f"{place}.lead_time", from_text=False
        ),
        rationale=_rationale(results, place),
    )


def _verdict(results: list[Any], place: str) -> tuple[str, int | None]:
    for value in _values_of(results, "pairwise"):
        selected = value.get("selected")
        if selected not in SIDES:
            raise BadValue(f"{place}.selected", "must be left or right")
        return "preference", SIDES[selected]
    for value in _values_of(results, "choices"):
        choices = value.get("choices")
        for choice in choices if isinstance(choices, list) else []:
            name = str(choice).strip().lower().replace(" ", "_")
            if name in {"tie", "same", "equal"}:
                return "preference", 0
            if name in OTHER_OUTCOMES:
                return name, None
    raise BadValue(f"{place}.result", "holds no pairwise verdict")


def _annotator(value: object, place: str) -> str:
    if isinstance(value, dict):
        value = value.get("email") or value.get("id")
    return values.required_label(value, place, longest=values.ANNOTATOR_CHARACTERS)


def _rationale(results: list[Any], place: str) -> str:
    texts: list[str] = []
    for value in _values_of(results, "textarea"):
        content = value.get("text")
        parts = content if isinstance(content, list) else [content]
        texts += [values.text(part, f"{place}.text") for part in parts]
    return "\n".join(texts)


def _values_of(results: list[Any], kind: str) -> list[dict[str, Any]]:
    """The values of the results of one kind, in the order of the export."""
    found = [
        result for result in results if isinstance(result, dict) and result.get("type") == kind
    ]
    return [result["value"] for result in found if isinstance(result.get("value"), dict)]
