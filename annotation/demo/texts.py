"""The demo's comparisons, put together from the topics beside this file.

Everything here was written for this project. ``quality`` is what the simulated annotators
perceive; it is stored nowhere.
"""

import random
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

TOPICS = Path(__file__).parent / "topics"
MODELS = ("alder", "birch")
COMPARISONS_PER_CASE = 2
# Long lines of the files are wrapped, and a line break would be shown.
WRAPPED = re.compile(r"(?<=[^\n]{95})\n(?=\S)")
# Pairs of a topic's four responses, in an order that gives each case one near and one far pair.
PAIRS = ((0, 1), (2, 3), (0, 2), (1, 3), (1, 2), (0, 3))


@dataclass(frozen=True, slots=True)
class Response:
    """A text and how good it is, about -2 (harmful) to 2 (excellent)."""

    text: str
    quality: float


@dataclass(frozen=True, slots=True)
class DemoComparison:
    """A prompt, or a conversation, with two responses and the models behind them."""

    external_id: str
    theme: str
    topic: str
    prompt: str
    messages: list[dict[str, str]] | None
    response_a: Response
    response_b: Response
    model_a: str
    model_b: str


@cache
def demo_comparisons() -> tuple[DemoComparison, ...]:
    """All comparisons, always the same, themes mixed as a real collection would have them."""
    made = [
        comparison
        for path in sorted(TOPICS.glob("*.toml"))
        for topic_number, topic in enumerate(tomllib.loads(path.read_text("utf-8"))["topic"])
        for comparison in _of_topic(path.stem, topic_number, topic)
    ]
    random.Random("demo order").shuffle(made)
    return tuple(made)


def _of_topic(theme: str, number: int, topic: dict[str, Any]) -> Iterator[DemoComparison]:
    for case_number, case in enumerate(topic["cases"]):
        for turn in range(COMPARISONS_PER_CASE):
            first, second = PAIRS[(number + 2 * case_number + turn) % len(PAIRS)]
            responses = [_filled(topic["response"][index], case) for index in (first, second)]
            name = f"{topic['name']}-{case_number + 1}-{turn + 1}"
            yield _comparison(theme, name, topic, case, responses)


def _comparison(
    theme: str, name: str, topic: dict[str, Any], case: dict[str, str], responses: list[Response]
) -> DemoComparison:
    chance = random.Random(name)
    chance.shuffle(responses)
    longer = max((0, 1), key=lambda side: len(responses[side].text))
    # Birch is the wordier of the two models.
    birch = longer if chance.random() < 0.65 else 1 - longer
    models = [MODELS[side == birch] for side in (0, 1)]
    messages = [
        {"role": role, "content": _fill(text, case)} for role, text in topic.get("turns", [])
    ]
    return DemoComparison(
        external_id=name,
        theme=theme,
        topic=topic["name"],
        prompt=messages[-1]["content"] if messages else _fill(topic["prompt"], case),
        messages=messages or None,
        response_a=responses[0],
        response_b=responses[1],
        model_a=models[0],
        model_b=models[1],
    )


def _filled(response: dict[str, Any], case: dict[str, str]) -> Response:
    return Response(_fill(response["text"], case), response["quality"])


def _fill(text: str, case: dict[str, str]) -> str:
    """Replace {name} by the case's value, and {Name} by it with a capital first letter.

    Not ``str.format``: formulas and code have braces of their own.
    """
    for name, value in case.items():
        text = text.replace("{" + name + "}", value)
        text = text.replace("{" + name.capitalize() + "}", value[:1].upper() + value[1:])
    return WRAPPED.sub(" ", text).strip()
