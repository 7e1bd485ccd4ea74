"""What makes two comparisons the same: digests of their texts."""

import hashlib
import json
from collections.abc import Mapping, Sequence

Messages = Sequence[Mapping[str, str]]


def content_hash(*, prompt: str | Messages, response_a: str, response_b: str) -> str:
    """Hex SHA-256 of the prompt, or its messages, and both responses in their own order.

    The texts must hold no NUL character, which separates them here.

    Raises:
        UnicodeEncodeError: a text holds a lone surrogate.
    """
    texts = "\0".join((_as_text(prompt), response_a, response_b))
    return hashlib.sha256(texts.encode()).hexdigest()


def prompt_digest(prompt: str | Messages) -> str:
    """A digest that only prompts of exactly the same text share."""
    return hashlib.sha256(_as_text(prompt).encode()).hexdigest()[:16]


def prompt_group(prompt: str | Messages) -> str:
    """A digest that prompts share when they differ only in case and white space."""
    normalised = " ".join(_as_text(prompt).split()).casefold()
    return hashlib.sha256(normalised.encode()).hexdigest()[:16]


def sorted_by_content(*, prompt: str | Messages, responses: tuple[str, str]) -> tuple[str, str]:
    """Both responses in an order that follows from the texts alone.

    A preferred response thus becomes A as often as B, and the same two responses always
    become the same comparison.
    """
    first, second = sorted(responses)
    digest = content_hash(prompt=prompt, response_a=first, response_b=second)
    return (first, second) if int(digest[-1], 16) % 2 == 0 else (second, first)


def last_user_turn(messages: Messages) -> str:
    """The text of the last user message, or of the last message where no user speaks."""
    turns = [message["content"] for message in messages if message["role"] == "user"]
    if turns:
        return turns[-1]
    return messages[-1]["content"] if messages else ""


def _as_text(prompt: str | Messages) -> str:
    if isinstance(prompt, str):
        return prompt
    turns = [[message["role"], message["content"]] for message in prompt]
    return "messages:" + json.dumps(turns, ensure_ascii=False)
