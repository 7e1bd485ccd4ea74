"""Lists and pages of comparisons for reviewers and managers."""

import json
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet

from annotation.models import Comparison, Judgment, Outcome, Project

PAGE = 50
# Counting what a search found stops here: the page says "1,000+".
COUNT_CAP = 1_000
STRENGTHS = {1: "slightly", 2: "clearly", 3: "much"}


@dataclass(frozen=True, slots=True)
class ComparisonPage:
    """One page of a list in the order of the file; keys of the neighbouring pages or None."""

    rows: list[Comparison]
    n_judgments: dict[int, int]
    n_found: int
    after: int | None
    before: int | None

    @property
    def is_capped(self) -> bool:
        return self.n_found > COUNT_CAP


def comparison_page(
    project: Project, *, search: str = "", after: int | None = None, before: int | None = None
) -> ComparisonPage:
    """Up to 50 comparisons behind ``after`` or ahead of ``before``; four queries."""
    found = _found(project, search)
    if before is not None:
        rows = list(found.filter(pk__lt=before).order_by("-pk")[: PAGE + 1])
        has_more_before, has_more_after = len(rows) > PAGE, True
        rows = rows[:PAGE][::-1]
    else:
        rows = list(found.filter(pk__gt=after or 0).order_by("pk")[: PAGE + 1])
        has_more_before, has_more_after = bool(after), len(rows) > PAGE
        rows = rows[:PAGE]
    counted = Judgment.objects.filter(comparison__in=[row.pk for row in rows], supersedes=None)
    counts = counted.order_by().values_list("comparison").annotate(Count("pk"))
    return ComparisonPage(
        rows=rows,
        n_judgments=dict(counts),
        n_found=_count(found, search),
        after=rows[-1].pk if rows and has_more_after else None,
        before=rows[0].pk if rows and has_more_before else None,
    )


def comparison_in(project: Project, pk: int) -> Comparison | None:
    rows = Comparison.objects.select_related("rendered", "imported_from")
    return rows.filter(project=project, pk=pk).first()


@dataclass(frozen=True, slots=True)
class Verdict:
    """A judgment as the comparison's page shows it."""

    judgment: Judgment
    words: str
    shown: str

    @property
    def seconds(self) -> float | None:
        """How long the annotator was active; None where it is unknown."""
        active_ms = self.judgment.active_ms
        return None if active_ms is None else active_ms / 1000


def verdicts_on(comparison: Comparison) -> list[Verdict]:
    """Judgments in the order in which they were made, with pseudonyms only; one query."""
    judgments = Judgment.objects.filter(comparison=comparison)
    judgments = judgments.select_related("annotator", "superseded_by", "exclusion")
    return [
        Verdict(one, words_of(one), _shown_side(one))
        for one in judgments.order_by("submitted_at", "pk")
    ]


def metadata_of(comparison: Comparison) -> list[tuple[str, str]]:
    """Names and values as texts; what is no text is JSON."""
    return [
        (name, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
        for name, value in comparison.metadata.items()
    ]


def words_of(judgment: Judgment) -> str:
    """The verdict in words and in the comparison's own order."""
    if judgment.outcome != Outcome.PREFERENCE:
        return Outcome(judgment.outcome).label
    if not judgment.preference:
        return "Tie"
    better = "A" if judgment.preference < 0 else "B"
    if judgment.raw_strength is None and abs(judgment.preference) == 1:
        return f"{better} is better"
    return f"{better} is {STRENGTHS[abs(judgment.preference)]} better"


def _shown_side(judgment: Judgment) -> str:
    if judgment.swapped is None:
        return "unknown"
    return "B left" if judgment.swapped else "A left"


def _found(project: Project, search: str) -> QuerySet[Comparison]:
    rows = Comparison.objects.filter(project=project)
    if search:
        rows = rows.filter(
            Q(external_id__icontains=search)
            | Q(prompt__icontains=search)
            | Q(response_a__icontains=search)
            | Q(response_b__icontains=search)
        )
    return rows


def _count(found: QuerySet[Any], search: str) -> int:
    return found[: COUNT_CAP + 1].count() if search else found.count()
