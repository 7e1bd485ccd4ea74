"""Differences in form between the two responses of a comparison."""

import numpy as np

from quality.metrics.em import Floats
from quality.metrics.evidence import Evidence, Texts
from quality.metrics.features import HEADING, LIST_LINE

FORMS = ("lists", "code", "markdown")
# Of longer responses only the beginning is looked at.
MOST_CHARACTERS = 20_000


def log_length_ratio(evidence: Evidence) -> Floats:
    """Log of length B over length A of each comparison, in octets, 1 added to both."""
    return np.asarray(np.log1p(evidence.length_b) - np.log1p(evidence.length_a))


def form_differences(texts: Texts) -> Floats:
    """Response B less A in lists, code and markdown, shape (n_texts, 3).

    Each is log(1 + count): list items; fenced or inline code; headings and bold passages.
    """
    counts = [
        np.array([_counts(text[:MOST_CHARACTERS]) for text in responses]).reshape(-1, len(FORMS))
        for responses in (texts.response_a, texts.response_b)
    ]
    return np.asarray(np.log1p(counts[1]) - np.log1p(counts[0]))


def _counts(text: str) -> tuple[int, int, int]:
    headings = len(HEADING.findall(text)) if "#" in text else 0
    return len(LIST_LINE.findall(text)), text.count("`") // 2, headings + text.count("**") // 2
