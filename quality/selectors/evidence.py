"""Everything that a report measures, read in the snapshot it is called in."""

from typing import Any

import numpy as np
from django.db.models import (
    BigIntegerField,
    BooleanField,
    Case,
    F,
    Func,
    IntegerField,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Extract
from numpy.typing import NDArray

from annotation.models import (
    Comparison,
    Judgment,
    Project,
    Purpose,
)
from annotation.selectors.checks import IS_CORRECT
from quality.metrics.evidence import (
    NONE,
    Evidence,
    KnownAnswers,
    Repeats,
    Texts,
)
from quality.metrics.judged import MAX_STRENGTH, TIE, A, B, Judged
from quality.metrics.reliability import MISSING
from quality.selectors.collection import collection
from quality.selectors.columns import Noted, copied_columns
from quality.selectors.criterion_answers import criterion_preferences, ratings_of
from quality.selectors.curation import adjudicated
from quality.selectors.labels import LABELS, batches_of, label_text, labels_of
from quality.selectors.reliability import (
    EXCLUDED,
    JUDGMENT_COLUMNS,
    REVISED,
    Judgments,
    judged,
    judgment_values,
)

# Texts held in memory: about 300 MB where responses have 1.5 kB.
MAX_TEXTS = 50_000
TEXT_BATCH = 5_000
RESPONSES = ("response_a", "response_b")
COMPARISON_COLUMNS = {
    "key": ">i8",
    "batch": ">i8",
    "length_a": ">i4",
    "length_b": ">i4",
    **dict.fromkeys(LABELS, ">i8"),
    **dict.fromkeys(RESPONSES, ">i8"),
}


def evidence(project: Project, *, noted: Noted, seed: int) -> Evidence:
    """Judgments, what is known of their comparisons, checks, repeats and a sample of texts.

    About 17 queries, whatever the size, and one more for every 5,000 texts. ``noted`` hears how
    many judgments have been read.
    """
    read = judged(project, noted=noted)
    comparisons = copied_columns(_comparisons(project), COMPARISON_COLUMNS, noted=_ignored)
    labels = {name: labels_of(project, name, comparisons[name]) for name in LABELS}
    return Evidence(
        judged=read.judged,
        annotators=read.annotators,
        at=read.at,
        key=comparisons["key"],
        batch=batches_of(project, comparisons["batch"]),
        topic=labels["topic"],
        language=labels["language"],
        model_a=labels["model_a"],
        model_b=labels["model_b"],
        length_a=comparisons["length_a"].astype(np.int64),
        length_b=comparisons["length_b"].astype(np.int64),
        criteria=criterion_preferences(project, read),
        ratings=ratings_of(project, read),
        known_answers=_known_answers(project, read),
        repeats=_repeats(project, read, comparisons["key"]),
        texts=_texts(read.judged, comparisons["key"], seed=seed),
        offers_tie=project.offers_tie,
        adjudicated=_adjudicated(project, comparisons["key"]),
        response_a=comparisons["response_a"].astype(np.int64),
        response_b=comparisons["response_b"].astype(np.int64),
        collection=collection(
            project,
            read.judged,
            comparisons["key"],
            noted=lambda _: noted(read.judged.unit.size),
        ),
    )


def _adjudicated(project: Project, keys: NDArray[np.int64]) -> NDArray[np.int64]:
    decided = adjudicated(project, comparison_keys=keys)
    return np.where(np.isin(decided, (A, TIE, B)), decided, MISSING).astype(np.int64)


def _comparisons(project: Project) -> "QuerySet[Comparison, Any]":
    rows = Comparison.objects.filter(project=project, is_check=False).order_by("pk")
    lengths = (
        Func(F(name), function="octet_length", output_field=IntegerField()) for name in RESPONSES
    )
    codes = (
        Func(text, Value(0), function="hashtextextended", output_field=BigIntegerField())
        for text in (*map(label_text, LABELS), *map(F, RESPONSES))
    )
    return rows.values_list("pk", Coalesce("batch_id", Value(NONE)), *lengths, *codes)


def _known_answers(project: Project, read: Judgments) -> KnownAnswers:
    columns = {"annotator": ">i8", "at": ">i8", "is_correct": "?", "is_attention": "?"}
    is_attention = Case(
        When(purpose=Purpose.ATTENTION, then=Value(True)),
        default=Value(False),
        output_field=BooleanField(),
    )
    rows = Judgment.objects.filter(
        project=project,
        purpose__in=(Purpose.GOLD, Purpose.ATTENTION),
        supersedes=None,
        comparison__gold__isnull=False,
    )
    found = copied_columns(
        rows.order_by("submitted_at", "pk").values_list(
            "annotator_id", _seconds("submitted_at"), IS_CORRECT, is_attention
        ),
        columns,
        noted=_ignored,
    )
    coder = np.array([read.code_of.get(one, NONE) for one in found["annotator"].tolist()], np.int64)
    known = coder != NONE
    return KnownAnswers(
        coder=coder[known],
        at=found["at"][known],
        is_correct=found["is_correct"][known],
        is_attention=found["is_attention"][known],
    )


def _repeats(project: Project, read: Judgments, keys: NDArray[np.int64]) -> Repeats:
    rows = Judgment.objects.filter(
        ~REVISED,
        ~EXCLUDED,
        Q(purpose=Purpose.WORK) | Q(purpose=Purpose.RESHOW),
        project=project,
        occasion__gt=1,
        comparison__is_check=False,
    ).order_by("comparison_id", "annotator_id", "occasion")
    found = copied_columns(judgment_values(rows), JUDGMENT_COLUMNS, noted=_ignored)
    coder = np.array([read.code_of.get(one, NONE) for one in found["annotator"].tolist()], np.int64)
    unit = np.searchsorted(keys, found["comparison"])
    n_coders = max(read.judged.n_coders, 1)
    cells = read.judged.unit * n_coders + read.judged.coder
    order = np.argsort(cells)
    wanted = np.where(coder == NONE, NONE, unit * n_coders + coder)
    at = np.searchsorted(cells[order], wanted)
    at = np.minimum(at, max(cells.size - 1, 0))
    first = order[at] if cells.size else np.zeros(wanted.size, dtype=np.int64)
    known = cells[first] == wanted if cells.size else np.zeros(wanted.size, dtype=bool)
    preference = found["preference"].astype(np.int64)
    plain = found["outcome"] < 0
    return Repeats(
        first=first[known],
        outcome=np.where(plain, np.sign(preference) + TIE, found["outcome"])[known],
        preference=np.clip(preference, -MAX_STRENGTH, MAX_STRENGTH)[known],
        strength_known=found["strength_known"][known],
        swapped=found["swapped"].astype(np.int64)[known],
    )


def _texts(judged: Judged, keys: NDArray[np.int64], *, seed: int) -> Texts:
    unit = np.unique(judged.unit)
    n_judged = int(unit.size)
    if n_judged > MAX_TEXTS:
        drawn = np.random.default_rng(seed).choice(n_judged, MAX_TEXTS, replace=False)
        unit = unit[np.sort(drawn)]
    prompt: list[str] = []
    response_a: list[str] = []
    response_b: list[str] = []
    for start in range(0, unit.size, TEXT_BATCH):
        some = keys[unit[start : start + TEXT_BATCH]].tolist()
        rows = Comparison.objects.filter(pk__in=some).order_by("pk")
        for text, first, second in rows.values_list("prompt", "response_a", "response_b"):
            prompt.append(text)
            response_a.append(first)
            response_b.append(second)
    return Texts(unit, prompt, response_a, response_b, n_judged)


def _seconds(name: str) -> Cast:
    return Cast(Extract(name, "epoch"), BigIntegerField())


def _ignored(_: int) -> None:
    """Only the reading of judgments takes long enough to be told."""
