"""Adaptive overlap: fewer judgments where the votes agree, more where they do not."""

from typing import Any

import numpy as np
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce

from annotation.models import Judgment, Project
from annotation.services.arranging import adapt_overlap
from quality.metrics.overlap import AS_ASKED, OverlapRule, wanted_overlap
from quality.models import ComparisonState
from quality.selectors.states import posteriors_of

# Imported judgments are enough where nobody asks for an overlap of its own.
JUDGED_ELSEWHERE = Exists(
    Judgment.objects.filter(comparison=OuterRef("pk"), supersedes=None, assignment=None)
)
# Nothing is asked for any more, whatever the votes say.
SETTLED = (ComparisonState.State.DECIDED, ComparisonState.State.AMBIGUOUS)


def adapt_overlaps(*, project: Project, comparisons: list[int]) -> list[int]:
    """Ask for the overlap that the votes on these comparisons call for.

    Reads the snapshots, which must be up to date; three queries, and those of the service where
    something changes. Deciding again on the same votes changes nothing, and seats that are held
    stay with who holds them, so a judgment that comes in meanwhile only means another look.

    Returns:
        The comparisons whose overlap was changed; their snapshots are old now.
    """
    asked = Coalesce("comparison__overlap", "comparison__batch__overlap", "project__overlap")
    states = (
        ComparisonState.objects.filter(project=project, pk__in=comparisons, n_filled__gt=0)
        .filter(
            Q(comparison__overlap__gt=0) | Q(comparison__batch__overlap__gt=0) | ~JUDGED_ELSEWHERE
        )
        .exclude(state__in=SETTLED)
        .order_by("pk")
    )
    values = states.annotate(asked=asked, adapted=F("comparison__adapted_overlap")).values_list(
        "pk", "n_a", "n_tie", "n_b", "n_filled", "asked", "adapted"
    )
    rows = list(values)
    if not rows:
        return []
    overlaps = {
        row[0]: wanted
        for row, wanted in zip(rows, _wanted(project, rows), strict=True)
        if row[6] != wanted
    }
    if overlaps:
        adapt_overlap(project=project, overlaps=overlaps)
    return list(overlaps)


def _wanted(project: Project, rows: list[Any]) -> list[int | None]:
    """The overlap of each row; None as asked, which holds everywhere once adapting is off."""
    if not project.adapts_overlap:
        return [None] * len(rows)
    votes = np.array([row[1:4] for row in rows], dtype=np.int64)
    wanted = wanted_overlap(
        votes,
        n_judged=np.array([row[4] for row in rows]),
        asked=np.array([row[5] for row in rows]),
        certainty=posteriors_of(project, votes.tolist()).max(axis=1),
        rule=OverlapRule(
            minimum=project.overlap_minimum,
            cap=project.overlap_cap,
            certain_at=project.certain_at,
            doubtful_below=project.doubtful_below,
        ),
    )
    return [None if one == AS_ASKED else one for one in wanted.tolist()]
