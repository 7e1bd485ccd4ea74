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
    TextField,
    Value,
    When,
)
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce, Extract, NullIf
from numpy.typing import NDArray

from annotation.models import (
    Batch,
    Comparison,
    Criterion,
    CriterionPreference,
    Judgment,
    Project,
    Purpose,
    Rating,
)
from annotation.selectors.checks import IS_CORRECT
from quality.metrics.evidence import (
    NONE,
    CriterionPreferences,
    Evidence,
    KnownAnswers,
    Labels,
    Ratings,
    Repeats,
    Texts,
)
from quality.metrics.judged import MAX_STRENGTH, TIE, A, B, Judged
from quality.metrics.reliability import MISSING
from quality.selectors.collection import collection
from quality.selectors.columns import Noted, copied_columns
from quality.selectors.curation import adjudicated
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
# Labels beyond these would be no strata.
MAX_NAMES = 10_000
TEXT_BATCH = 5_000
LABELS = ("topic", "language", "model_a", "model_b")
RESPONSES = ("response_a", "response_b")
COMPARISON_COLUMNS = {
    "key": ">i8",
    "batch": ">i8",
    "length_a": ">i4",
    "length_b": ">i4",
    **dict.fromkeys(LABELS, ">i8"),
    **dict.fromkeys(RESPONSES, ">i8"),
}
# Where the metadata of common formats say what a comparison is about.
TOPIC_KEYS = ("topic", "category", "task")
LANGUAGE_KEYS = ("language", "lang")

Columns = dict[str, NDArray[Any]]


def evidence(project: Project, *, noted: Noted, seed: int) -> Evidence:
    """Judgments, what is known of their comparisons, checks, repeats and a sample of texts.

    About 17 queries, whatever the size, and one more for every 5,000 texts. ``noted`` hears how
    many judgments have been read.
    """
    read = judged(project, noted=noted)
    comparisons = copied_columns(_comparisons(project), COMPARISON_COLUMNS, noted=_ignored)
    labels = {name: _labels(project, name, comparisons[name]) for name in LABELS}
    return Evidence(
        judged=read.judged,
        annotators=read.annotators,
        at=read.at,
        key=comparisons["key"],
        batch=_batches(project, comparisons["batch"]),
        topic=labels["topic"],
        language=labels["language"],
        model_a=labels["model_a"],
        model_b=labels["model_b"],
        length_a=comparisons["length_a"].astype(np.int64),
        length_b=comparisons["length_b"].astype(np.int64),
        criteria=_criteria(project, read),
        ratings=_ratings(project, read),
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
        for text in (*map(_label, LABELS), *map(F, RESPONSES))
    )
    return rows.values_list("pk", Coalesce("batch_id", Value(NONE)), *lengths, *codes)


def _label(name: str) -> Any:
    """The text of a label, empty where there is none."""
    empty = Value("", output_field=TextField())
    if name == "topic":
        return Coalesce(*_metadata(TOPIC_KEYS), Cast("group", TextField()), empty)
    if name == "language":
        return Coalesce(*_metadata(LANGUAGE_KEYS), empty)
    return Cast(F(name), TextField())


def _metadata(keys: tuple[str, ...]) -> list[Any]:
    empty = Value("", output_field=TextField())
    texts = (Cast(KeyTextTransform(key, "metadata"), TextField()) for key in keys)
    return [NullIf(text, empty) for text in texts]


def _labels(project: Project, name: str, codes: NDArray[np.int64]) -> Labels:
    """Names of the hashes; labels beyond the limit are none."""
    rows = Comparison.objects.filter(project=project, is_check=False).order_by()
    text = _label(name)
    digest = Func(text, Value(0), function="hashtextextended", output_field=BigIntegerField())
    found = rows.annotate(label_text=text, digest=digest).exclude(label_text="")
    distinct = found.values_list("digest", "label_text").distinct()[:MAX_NAMES]
    return _named(codes, dict(distinct))


def _named(codes: NDArray[np.int64], name_of: dict[int, str]) -> Labels:
    names = sorted(set(name_of.values()))
    place = {name: at for at, name in enumerate(names)}
    known, inverse = np.unique(codes, return_inverse=True)
    code_of = [place[name_of[one]] if one in name_of else NONE for one in known.tolist()]
    return Labels(np.array(code_of, dtype=np.int64)[inverse], tuple(names))


def _batches(project: Project, codes: NDArray[np.int64]) -> Labels:
    return _named(codes, dict(Batch.objects.filter(project=project).values_list("pk", "name")))


def _criteria(project: Project, read: Judgments) -> list[CriterionPreferences]:
    columns = {"judgment": ">i8", "criterion": ">i8", "preference": ">i2"}
    rows = CriterionPreference.objects.filter(criterion__project=project).order_by("judgment_id")
    found = copied_columns(
        rows.values_list("judgment_id", "criterion_id", "preference"), columns, noted=_ignored
    )
    place = _places(found["judgment"], read.key)
    answers = []
    for criterion in _criteria_of(project, Criterion.Kind.PREFERENCE):
        mine = (found["criterion"] == criterion.pk) & (place != NONE)
        order = np.argsort(place[mine], kind="stable")
        answers.append(
            CriterionPreferences(
                key=criterion.key,
                name=criterion.name,
                judgment=place[mine][order],
                preference=found["preference"][mine][order].astype(np.int64),
            )
        )
    return answers


def _ratings(project: Project, read: Judgments) -> list[Ratings]:
    columns = {"judgment": ">i8", "criterion": ">i8", "of_b": "?", "value": ">i2"}
    of_b = Case(
        When(response=Rating.Response.B, then=Value(True)),
        default=Value(False),
        output_field=BooleanField(),
    )
    rows = Rating.objects.filter(criterion__project=project).order_by("judgment_id", "response")
    found = copied_columns(
        rows.values_list("judgment_id", "criterion_id", of_b, "value"), columns, noted=_ignored
    )
    place = _places(found["judgment"], read.key)
    answers = []
    for criterion in _criteria_of(project, Criterion.Kind.RATING):
        mine = (found["criterion"] == criterion.pk) & (place != NONE)
        order = np.argsort(place[mine], kind="stable")
        answers.append(
            Ratings(
                key=criterion.key,
                name=criterion.name,
                low=criterion.low,
                high=criterion.high,
                judgment=place[mine][order],
                of_b=found["of_b"][mine][order],
                value=found["value"][mine][order].astype(np.int64),
            )
        )
    return answers


def _criteria_of(project: Project, kind: str) -> "QuerySet[Criterion]":
    return Criterion.objects.filter(project=project, kind=kind)


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


def _places(wanted: NDArray[np.int64], keys: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where each wanted key stands in ``keys`` (any order); NONE where it does not."""
    if not keys.size:
        return np.full(wanted.size, NONE, dtype=np.int64)
    order = np.argsort(keys)
    at = order[np.minimum(np.searchsorted(keys, wanted, sorter=order), keys.size - 1)]
    return np.where(keys[at] == wanted, at, NONE)


def _ignored(_: int) -> None:
    """Only the reading of judgments takes long enough to be told."""
