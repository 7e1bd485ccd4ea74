"""Rows of our own format: a comparison, alone or with a judgment made elsewhere."""

import json
from typing import Any

from annotation.content import content_hash, last_user_turn, sorted_by_content
from annotation.formats import values
from annotation.formats.problems import BadValue
from annotation.formats.rows import ParsedComparison, ParsedJudgment, ParsedRow, RawRow

COMPARISON_FIELDS = frozenset(
    {
        "prompt",
        "messages",
        "response_a",
        "response_b",
        "model_a",
        "model_b",
        "external_id",
        "item_id",
        "group",
    }
)
JUDGMENT_FIELDS = frozenset(
    {"annotator", "choice", "strength", "swapped", "ts", "duration_s", "rationale"}
)
KNOWN_FIELDS = COMPARISON_FIELDS | JUDGMENT_FIELDS
DIRECTIONS = {"a": -1, "tie": 0, "b": 1}
OTHER_OUTCOMES = frozenset({"both_good", "both_bad", "cannot_judge"})


def parse_comparison(row: RawRow, *, from_text: bool) -> list[ParsedRow]:
    """A comparison that nobody has judged yet.

    Raises:
        BadValue: a field is missing or wrong, or the row holds a judgment.
    """
    given = row.values
    for field in ("annotator", "choice"):
        if given.get(field) not in (None, ""):
            reason = "is not expected in a file of comparisons; import it as judgments"
            raise BadValue(field, reason)
    return [ParsedRow(row.line, comparison_of(given, from_text=from_text), None)]


class JudgmentParser:
    """Reads a comparison with one annotator's judgment.

    The judgments of one comparison often follow each other: what stands before the judgment is
    then read and checked once.
    """

    def __init__(self) -> None:
        self._last_given: dict[str, Any] = {}
        self._last: ParsedComparison | None = None

    def __call__(self, row: RawRow, *, from_text: bool) -> list[ParsedRow]:
        """
        Raises:
            BadValue: a field is missing or wrong.
        """
        given = {name: value for name, value in row.values.items() if name not in JUDGMENT_FIELDS}
        comparison = self._last
        if comparison is None or given != self._last_given:
            comparison = comparison_of(given, from_text=from_text)
            # Only texts are compared: 1, 1.0 and true are equal, but not all of them are names.
            only_texts = all(type(value) is str for value in given.values())
            self._last_given, self._last = given, comparison if only_texts else None
        return [ParsedRow(row.line, comparison, judgment_of(row.values, from_text=from_text))]


def comparison_of(given: dict[str, Any], *, from_text: bool) -> ParsedComparison:
    prompt = prompt_of(given, from_text=from_text)
    return build_comparison(
        given,
        prompt=prompt,
        responses=(
            values.text(given.get("response_a"), "response_a"),
            values.text(given.get("response_b"), "response_b"),
        ),
        known=KNOWN_FIELDS,
    )


def build_comparison(
    given: dict[str, Any],
    *,
    prompt: str | list[dict[str, str]],
    responses: tuple[str, str],
    known: frozenset[str],
    label: str = "",
) -> ParsedComparison:
    """Put a comparison together; what ``known`` does not name becomes metadata."""
    response_a, response_b = responses
    digest = content_hash(prompt=prompt, response_a=response_a, response_b=response_b)
    plain, messages = (
        (prompt, None) if isinstance(prompt, str) else (last_user_turn(prompt), prompt)
    )
    return ParsedComparison(
        external_id=_external_id(given) or digest,
        prompt=plain,
        messages=messages,
        response_a=response_a,
        response_b=response_b,
        model_a=values.label(given.get("model_a"), "model_a"),
        model_b=values.label(given.get("model_b"), "model_b"),
        group=values.label(given.get("group"), "group"),
        metadata=values.metadata({k: v for k, v in given.items() if k not in known}),
        content_hash=digest,
        label=label,
    )


def prompt_of(given: dict[str, Any], *, from_text: bool) -> str | list[dict[str, str]]:
    """The prompt as text, or as messages where the row holds a conversation."""
    prompt, messages = given.get("prompt"), given.get("messages")
    if messages is None or messages == "":
        if isinstance(prompt, list):
            return values.messages(prompt, "prompt")
        return values.text(prompt, "prompt")
    if prompt is not None and prompt != "":
        raise BadValue("messages", "is given beside prompt; a row has one of the two")
    if from_text and isinstance(messages, str):
        messages = _from_json(messages)
    return values.messages(messages, "messages")


def judgment_of(given: dict[str, Any], *, from_text: bool) -> ParsedJudgment:
    outcome, direction = outcome_of(given.get("choice"), "choice")
    strength = values.not_negative(given.get("strength"), "strength", from_text=from_text)
    annotator = values.required_label(
        given.get("annotator"), "annotator", longest=values.ANNOTATOR_CHARACTERS
    )
    return ParsedJudgment(
        annotator=annotator,
        outcome=outcome,
        direction=direction,
        strength=None if strength is None else repr(strength),
        swapped=values.truth(given.get("swapped"), "swapped", from_text=from_text),
        submitted_at=values.moment(given.get("ts"), "ts"),
        active_ms=values.milliseconds(given.get("duration_s"), "duration_s", from_text=from_text),
        rationale=values.optional_text(given.get("rationale"), "rationale"),
    )


def outcome_of(choice: object, field: str) -> tuple[str, int | None]:
    """The outcome of a choice, and its direction in own order where it is a preference."""
    if choice is None or choice == "":
        raise BadValue(field, "is missing")
    name = values.text(choice, field).strip().lower()
    if name in DIRECTIONS:
        return "preference", DIRECTIONS[name]
    if name in OTHER_OUTCOMES:
        return name, None
    allowed = ", ".join([*DIRECTIONS, *sorted(OTHER_OUTCOMES)])
    raise BadValue(field, f"must be one of {allowed}, not {name[:40]!r}")


def labelled_comparison(
    given: dict[str, Any],
    *,
    prompt: str | list[dict[str, str]],
    chosen: str,
    rejected: str,
    known: frozenset[str],
) -> ParsedComparison:
    """An unjudged comparison from a preferred and a rejected response.

    Which of them becomes A follows from the texts alone; the label is kept in the metadata.
    """
    if chosen == rejected:
        raise BadValue("rejected", "is the same text as chosen")
    responses = sorted_by_content(prompt=prompt, responses=(chosen, rejected))
    label = "a" if responses[0] == chosen else "b"
    return build_comparison(given, prompt=prompt, responses=responses, known=known, label=label)


def _external_id(given: dict[str, Any]) -> str:
    external_id = values.label(given.get("external_id"), "external_id")
    item_id = values.label(given.get("item_id"), "item_id")
    if external_id and item_id and external_id != item_id:
        raise BadValue("item_id", "differs from external_id; a row has one of the two")
    return external_id or item_id


def _from_json(content: str) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        raise BadValue("messages", "must be a JSON list of messages") from None
