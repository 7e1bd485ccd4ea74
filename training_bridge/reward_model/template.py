"""How a prompt and a response become the two texts that the model reads."""

import unicodedata
from typing import Any

# Stored with every model: another template moves accuracies by tens of points.
TEMPLATE = {
    "name": "pair-1",
    "encoding": "[CLS] prompt [SEP] response [SEP], by the tokenizer's own pair template",
    "text": "Unicode NFC, line ends as \\n; nothing else is changed",
    "messages": "'role: content' of each message, joined by an empty line; "
    "a response of one assistant message is its content",
    "truncation": "the prompt loses its beginning first; a response that is too long by itself "
    "loses its end",
}


def render_prompt(prompt: Any) -> str:
    """A plain prompt, or a conversation as one text.

    Raises:
        ValueError: it is neither a text nor a list of messages.
    """
    return _normalised(prompt if isinstance(prompt, str) else _transcript(prompt))


def render_response(response: Any) -> str:
    """A plain response, or the messages of one as one text.

    Raises:
        ValueError: it is neither a text nor a list of messages.
    """
    if isinstance(response, str):
        return _normalised(response)
    transcript = _transcript(response)
    if len(response) == 1 and response[0]["role"] == "assistant":
        return _normalised(response[0]["content"])
    return _normalised(transcript)


def _transcript(messages: Any) -> str:
    if not isinstance(messages, list):
        raise ValueError("expected a text or a list of messages")
    for message in messages:
        if not isinstance(message, dict):
            raise ValueError("a message is no object")
        if not isinstance(message.get("role"), str) or not isinstance(message.get("content"), str):
            raise ValueError("a message needs the texts 'role' and 'content'")
    return "\n\n".join(f"{message['role']}: {message['content']}" for message in messages)


def _normalised(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueError("it holds half of a surrogate pair, which is no character") from error
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
