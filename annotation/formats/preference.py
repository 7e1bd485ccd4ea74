"""Rows that say which response was preferred but not by whom: TRL data and transcripts."""

import json
import os
import re
from typing import Any

from annotation.formats import values
from annotation.formats.own import labelled_comparison
from annotation.formats.problems import BadValue
from annotation.formats.rows import ParsedRow, RawRow

KNOWN_FIELDS = frozenset(
    {"prompt", "messages", "chosen", "rejected", "external_id", "item_id", "group"}
)
TURN = re.compile(r"\n\n(Human|Assistant):[ ]?")
TRANSCRIPT_START = re.compile(r"\s*Human:")
SPEAKERS = {"Human": "user", "Assistant": "assistant"}
Messages = list[dict[str, str]]


def parse_preference(row: RawRow, *, from_text: bool) -> list[ParsedRow]:
    """TRL preference data: explicit or implicit prompt, plain or conversational.

    Raises:
        BadValue: a field is missing or wrong, or the two sides do not belong together.
    """
    given = row.values
    chosen, rejected = _side(given, "chosen", from_text), _side(given, "rejected", from_text)
    explicit = _explicit_prompt(given, from_text)
    prompt: str | Messages
    if isinstance(chosen, str) and isinstance(rejected, str):
        if explicit is None:
            prompt, chosen, rejected = _split_texts(chosen, rejected)
        else:
            prompt = explicit
    elif isinstance(chosen, list) and isinstance(rejected, list):
        prompt, chosen, rejected = _split_conversations(explicit, chosen, rejected)
    else:
        raise BadValue("rejected", "is not of the same kind as chosen (text or messages)")
    _check_margin(given, from_text)
    comparison = labelled_comparison(
        given, prompt=prompt, chosen=chosen, rejected=rejected, known=KNOWN_FIELDS
    )
    return [ParsedRow(row.line, comparison, None)]


def parse_transcripts(row: RawRow, *, from_text: bool) -> list[ParsedRow]:
    """hh-rlhf: two transcripts that differ in the assistant's last turn.

    Raises:
        BadValue: a transcript cannot be read, or the two part before the last turn.
    """
    given = row.values
    sides = [_turns(values.text(given.get(name), name), name) for name in ("chosen", "rejected")]
    prompt, chosen, rejected = _split_conversations(None, *sides)
    comparison = labelled_comparison(
        given, prompt=prompt, chosen=chosen, rejected=rejected, known=KNOWN_FIELDS
    )
    return [ParsedRow(row.line, comparison, None)]


def is_transcript(value: object) -> bool:
    return isinstance(value, str) and TRANSCRIPT_START.match(value) is not None


def _side(given: dict[str, Any], name: str, from_text: bool) -> str | Messages:
    value = given.get(name)
    if from_text and isinstance(value, str) and value.lstrip().startswith('[{"'):
        value = _from_json(value, name)
    return values.messages(value, name) if isinstance(value, list) else values.text(value, name)


def _explicit_prompt(given: dict[str, Any], from_text: bool) -> str | Messages | None:
    for name in ("prompt", "messages"):
        if given.get(name) is not None:
            return _side(given, name, from_text)
    return None


def _split_texts(chosen: str, rejected: str) -> tuple[str, str, str]:
    """The prompt is what both start with, up to the space before they part."""
    end = len(os.path.commonprefix([chosen, rejected]))
    if end > 0 and chosen[end - 1] == " ":
        end -= 1
    return chosen[:end], chosen[end:], rejected[end:]


def _split_conversations(
    explicit: str | Messages | None, chosen: Messages, rejected: Messages
) -> tuple[str | Messages, str, str]:
    """The prompt, and the last assistant turn of each side."""
    *before, last_chosen = chosen
    *other, last_rejected = rejected
    if before != other:
        raise BadValue("rejected", "parts from chosen before the last turn")
    for name, last in (("chosen", last_chosen), ("rejected", last_rejected)):
        if last["role"] != "assistant":
            raise BadValue(name, "must end with a turn of the assistant")
    prompt: str | Messages
    if isinstance(explicit, list) and before[: len(explicit)] != explicit:
        prompt = explicit + before
    elif before:
        # A prompt beside whole conversations repeats their first turns.
        prompt = before
    elif isinstance(explicit, str):
        prompt = [{"role": "user", "content": explicit}]
    else:
        raise BadValue("chosen", "has no turn before the response, so there is no prompt")
    return prompt, last_chosen["content"], last_rejected["content"]


def _turns(transcript: str, name: str) -> Messages:
    start = "" if transcript.startswith("\n\n") else "\n\n"
    lead, *parts = TURN.split(start + transcript)
    if lead.strip() or not parts:
        raise BadValue(name, 'must be a transcript that starts with "\\n\\nHuman: "')
    pairs = zip(parts[::2], parts[1::2], strict=True)
    return [{"role": SPEAKERS[who], "content": said.strip()} for who, said in pairs]


def _check_margin(given: dict[str, Any], from_text: bool) -> None:
    if "margin" in given:
        given["margin"] = values.number(given["margin"], "margin", from_text=from_text)


def _from_json(content: str, name: str) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        raise BadValue(name, "must be text or a JSON list of messages") from None
