"""A project's comparisons and judgments as arrays; texts are streamed, never held."""

from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import nan
from typing import Any

import numpy as np
from django.db.models import Count, QuerySet
from numpy.typing import NDArray

from annotation.models import Adjudication, Comparison, Membership, Project
from quality.curation.adjudication import AMBIGUOUS, UNDECIDED
from quality.curation.curate import Comparisons
from quality.curation.judgments import OUTCOMES, UNKNOWN, Judgments, StoredJudgments, vote_of
from quality.curation.rows import Texts
from quality.selectors.reliability import counted_work_of, work_of

CHUNK = 5_000

Noted = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Material:
    """How much a project has to curate."""

    n_comparisons: int
    n_prompt_groups: int
    n_judgments: int
    n_annotators: int


def material(project: Project) -> Material:
    """Comparisons, prompts, current judgments and those who gave them; two queries."""
    comparisons = _comparisons(project).aggregate(
        all=Count("pk"), groups=Count("prompt_group", distinct=True)
    )
    judgments = counted_work_of(project).aggregate(
        all=Count("pk"), annotators=Count("annotator", distinct=True)
    )
    return Material(
        n_comparisons=comparisons["all"],
        n_prompt_groups=comparisons["groups"],
        n_judgments=judgments["all"],
        n_annotators=judgments["annotators"],
    )


def n_steps(project: Project) -> int:
    """Rows that a build reads or writes, revisions included; two queries."""
    return 2 * work_of(project).count() + _comparisons(project).count()


def comparison_keys(project: Project) -> tuple[NDArray[np.int64], Comparisons, bool]:
    """Primary keys, what curation knows of each, and whether any has messages; two queries."""
    keys = array("q")
    ids: list[str] = []
    prompt_groups: list[str] = []
    labels: list[str] = []
    rows = (
        _comparisons(project)
        .order_by("pk")
        .values_list("pk", "external_id", "prompt_group", "group")
    )
    seen: dict[str, str] = {}
    for key, external_id, prompt_group, label in rows.iterator(chunk_size=CHUNK):
        keys.append(key)
        ids.append(external_id)
        # Equal groups and labels share one string: there are far fewer than comparisons.
        prompt_groups.append(seen.setdefault(prompt_group, prompt_group))
        labels.append(seen.setdefault(label, label))
    conversational = _comparisons(project).filter(messages__isnull=False).exists()
    return (
        np.array(keys, dtype=np.int64),
        Comparisons(ids=ids, prompt_groups=prompt_groups, labels=labels),
        conversational,
    )


def current_judgments(
    project: Project, *, comparison_keys: NDArray[np.int64], noted: Noted
) -> tuple[StoredJudgments, list[str]]:
    """Judgments that are neither superseded nor excluded, and the pseudonyms, sorted; two queries.

    ``noted`` hears how many were read so far.
    """
    people = list(
        Membership.objects.filter(project=project)
        .order_by("pseudonym")
        .values_list("pk", "pseudonym")
    )
    index_of = {key: index for index, (key, _) in enumerate(people)}
    rows = counted_work_of(project).values_list(
        "comparison_id",
        "annotator_id",
        "occasion",
        "outcome",
        "preference",
        "raw_strength",
        "swapped",
        "active_ms",
    )
    columns: tuple[array[Any], ...] = tuple(array(code) for code in "qihbbbdbq")
    for number, row in enumerate(rows.iterator(chunk_size=CHUNK), start=1):
        for column, value in zip(columns, _coded(row, index_of), strict=True):
            column.append(value)
        if number % CHUNK == 0:
            noted(number)
    noted(len(columns[0]))
    return _in_order(columns, comparison_keys), [pseudonym for _, pseudonym in people]


def adjudicated(project: Project, *, comparison_keys: NDArray[np.int64]) -> NDArray[np.int8]:
    """What reviewers decided on each comparison, as ``follow`` takes it; one query."""
    decided = np.full(len(comparison_keys), UNDECIDED, dtype=np.int8)
    rows = Adjudication.objects.filter(
        project=project, superseded_by__isnull=True, comparison__is_check=False
    ).exclude(kind=Adjudication.Kind.WITHDRAWN)
    for key, kind, outcome, preference in rows.values_list(
        "comparison_id", "kind", "outcome", "preference"
    ):
        is_ambiguous = kind == Adjudication.Kind.AMBIGUOUS
        decision = AMBIGUOUS if is_ambiguous else vote_of(outcome, preference)
        decided[np.searchsorted(comparison_keys, key)] = decision
    return decided


def comparison_texts(project: Project) -> Iterator[Texts]:
    """Texts of every comparison in the order of ``comparison_keys``; one query, streamed."""
    rows = (
        _comparisons(project)
        .order_by("pk")
        .values_list(
            "external_id",
            "prompt",
            "messages",
            "response_a",
            "response_b",
            "model_a",
            "model_b",
            "group",
            "metadata",
        )
    )
    # Responses can be long; a chunk is what is in memory at once.
    for row in rows.iterator(chunk_size=500):
        yield Texts(*row)


def _comparisons(project: Project) -> "QuerySet[Comparison]":
    """Those that can become rows: not the ones that are here only to check annotators."""
    return Comparison.objects.filter(project=project, is_check=False)


def _coded(row: tuple[Any, ...], index_of: dict[int, int]) -> tuple[Any, ...]:
    """One stored judgment as numbers."""
    comparison, annotator, occasion, outcome, preference, strength, swapped, active_ms = row
    return (
        comparison,
        index_of[annotator],
        occasion,
        OUTCOMES.index(outcome),
        vote_of(outcome, preference),
        preference or 0,
        nan if strength is None else strength,
        UNKNOWN if swapped is None else swapped,
        UNKNOWN if active_ms is None else active_ms,
    )


def _in_order(
    columns: "tuple[array[Any], ...]", comparison_keys: NDArray[np.int64]
) -> StoredJudgments:
    key, annotator, occasion, outcome, vote, preference, strength, swapped, active_ms = (
        np.array(column) for column in columns
    )
    comparison = np.searchsorted(comparison_keys, key)
    order = np.lexsort((occasion, annotator, comparison))
    return StoredJudgments(
        coded=Judgments(
            comparison=comparison[order].astype(np.int32),
            annotator=annotator[order],
            occasion=occasion[order],
            vote=vote[order],
            preference=preference[order],
        ),
        outcome=outcome[order],
        raw_strength=strength[order],
        swapped=swapped[order],
        active_ms=active_ms[order],
    )
