"""What every format is turned into."""

from datetime import datetime
from typing import Any, NamedTuple


class ParsedComparison(NamedTuple):
    """A prompt with two responses, as a row gives it.

    ``messages`` is None for a plain prompt; ``label`` is "a" or "b" where the row says which
    response was preferred without saying by whom.
    """

    external_id: str
    prompt: str
    messages: list[dict[str, str]] | None
    response_a: str
    response_b: str
    model_a: str
    model_b: str
    group: str
    metadata: dict[str, Any]
    content_hash: str
    label: str


class ParsedJudgment(NamedTuple):
    """One annotator's decision, in the comparison's own order.

    ``direction`` is -1 (A better), 0 (tie), 1 (B better), or None unless the outcome is a
    preference. ``strength`` is the shortest decimal text of the file's number, not yet
    divided by the file's maximum.
    """

    annotator: str
    outcome: str
    direction: int | None
    strength: str | None
    swapped: bool | None
    submitted_at: datetime | None
    active_ms: int | None
    rationale: str


class ParsedRow(NamedTuple):
    """A comparison with at most one judgment, and the line it came from."""

    line: int
    comparison: ParsedComparison
    judgment: ParsedJudgment | None


class RawRow(NamedTuple):
    """A row before it is understood: names and values, and what the file held."""

    line: int
    values: dict[str, Any]
    raw: object
