"""The labels by which a report splits its judgments: batches, topics, weeks and so on."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from quality.metrics.evidence import NONE, Evidence, Labels
from quality.metrics.reliability import MISSING, Reliability

SECONDS_A_DAY = 86_400
# 1 January 1970 was a Thursday: so many days after a Monday.
FIRST_WEEKDAY = 3
GAP_BINS = 5


@dataclass(frozen=True, slots=True)
class Split:
    """One way of splitting the judgments.

    Attributes:
        name: Its key in the report.
        label: Index into ``names`` of each judgment, -1 for none, shape (n_judgments,).
        names: The labels, in the order in which they are shown.
        keep_last: Whether the last labels stay where there are too many, else the largest.
    """

    name: str
    label: NDArray[np.int64]
    names: tuple[str, ...]
    keep_last: bool = False


def splits_of(evidence: Evidence) -> Iterator[Split]:
    """Every split by what the comparisons are; one at a time, since labels take memory."""
    labels: dict[str, Callable[[], Labels]] = {
        "batch": lambda: evidence.batch,
        "models": evidence.model_pairs,
        "topic": lambda: evidence.topic,
        "length_gap": lambda: length_gaps(evidence.length_a, evidence.length_b),
        "language": lambda: evidence.language,
    }
    for name, labels_of in labels.items():
        found = labels_of()
        yield Split(name, found.code[evidence.judged.unit], found.names)


def length_gaps(length_a: NDArray[np.int64], length_b: NDArray[np.int64]) -> Labels:
    """Fifths of the comparisons by how far their responses differ in length, in octets."""
    gap = np.abs(length_a - length_b)
    if not gap.size:
        return Labels(np.zeros(0, dtype=np.int64), ())
    inner = np.quantile(gap, np.arange(1, GAP_BINS) / GAP_BINS, method="lower")
    # Equal edges, as where most responses are equally long, make fewer bins.
    edges = np.unique(inner[inner < gap.max()])
    code = np.searchsorted(edges, gap, side="left")
    starts = [int(gap.min()), *(int(edge) + 1 for edge in edges)]
    ends = [*(int(edge) for edge in edges), int(gap.max())]
    names = tuple(f"{start:,} to {end:,}" for start, end in zip(starts, ends, strict=True))
    return Labels(code, names)


def weeks_of(at: NDArray[np.int64]) -> Split:
    """The week of each judgment, named by the date of its Monday (UTC)."""
    week = (at // SECONDS_A_DAY + FIRST_WEEKDAY) // 7
    known, label = np.unique(week, return_inverse=True)
    names = tuple(
        (date(1970, 1, 1) + timedelta(days=int(one) * 7 - FIRST_WEEKDAY)).isoformat()
        for one in known
    )
    return Split("week", label, names, keep_last=True)


def criteria_of(evidence: Evidence) -> Iterator[tuple[str, Reliability]]:
    """The direction of each criterion's preferences, by the criterion's name."""
    judged = evidence.judged
    for criterion in evidence.criteria:
        yield (
            criterion.name,
            Reliability(
                unit=judged.unit[criterion.judgment],
                coder=judged.coder[criterion.judgment],
                value=np.sign(criterion.preference) + 1,
                n_units=judged.n_units,
                n_coders=judged.n_coders,
                n_values=3,
            ),
        )


def n_without_label(split: Split, data: Reliability) -> int:
    """Usable judgments without a label, which are in no part."""
    return int(((split.label == NONE) & (data.value != MISSING)).sum())
