"""What database and files say of all texts of a project, read in the caller's snapshot."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow
import pyarrow.parquet
from django.db.models import BigIntegerField, Func, TextField, Value
from django.db.models.functions import Cast, Coalesce, Concat
from numpy.typing import NDArray

from annotation.models import Comparison, Project
from quality.curation.splits import SPLITS
from quality.metrics.duplicates import repeated_prompts
from quality.metrics.evidence import Answers, Collection
from quality.metrics.judged import Judged
from quality.metrics.leakage import Leakage, SplitPrompts, shared_prompts
from quality.metrics.prompt_overlap import (
    STORED,
    Digests,
    PromptOverlap,
    exact_digest,
    from_stored,
    is_among,
)
from quality.models import DatasetVersion, PromptSet, ReadinessAnswers
from quality.selectors.columns import Noted, copied_columns

# Sets that are compared, the newest ones.
MAX_SETS = 20
# Spellings of shared prompts that are compared as they are written.
MAX_EXACT = 20_000
MAX_FREQUENT = 10
SHOWN_CHARACTERS = 200
ROWS_AT_A_TIME = 5_000

FILES_GONE = "the files of the newest dataset version are not on this server"


def collection(
    project: Project, judged: Judged, keys: NDArray[np.int64], *, noted: Noted
) -> Collection:
    """Overlap with other prompts, leakage of the newest version, and the manager's answers.

    About six queries, two more for each set of prompts, and the files of one version.
    ``noted`` is called now and then and may raise to stop.
    """
    return Collection(
        frequent_prompts=_frequent_prompts(judged, keys),
        overlaps=_overlaps(project, judged, keys),
        leakage=_leakage(project, noted=noted),
        answers=_answers(project),
    )


def _frequent_prompts(judged: Judged, keys: NDArray[np.int64]) -> dict[int, str]:
    codes = repeated_prompts(judged.prompt, listed=MAX_FREQUENT).most
    first = {code: int(keys[np.argmax(judged.prompt == code)]) for code in codes}
    texts = dict(Comparison.objects.filter(pk__in=first.values()).values_list("pk", "prompt"))
    return {code: texts[key][:SHOWN_CHARACTERS] for code, key in first.items()}


def _overlaps(project: Project, judged: Judged, keys: NDArray[np.int64]) -> list[PromptOverlap]:
    sets = PromptSet.objects.filter(project=project, state=PromptSet.State.SUCCEEDED)
    newest = list(sets.values_list("pk", flat=True)[:MAX_SETS])
    if not newest:
        return []
    unit = np.unique(judged.unit)
    group, spelling = (each[unit] for each in _prompts(project))
    # One comparison of each spelling, those of a prompt together.
    order = np.lexsort((spelling, group))
    is_new = np.ones(order.size, dtype=bool)
    is_new[1:] = (np.diff(group[order]) != 0) | (np.diff(spelling[order]) != 0)
    first = order[is_new]
    known, n_comparisons = np.unique(group, return_counts=True)
    return [
        _overlap(
            PromptSet.objects.get(pk=pk), known, n_comparisons, group[first], keys[unit[first]]
        )
        for pk in newest
    ]


def _overlap(
    other: PromptSet,
    known: Digests,
    n_comparisons: NDArray[np.int64],
    spelled: Digests,
    keys: NDArray[np.int64],
) -> PromptOverlap:
    """Shared prompts; ``keys`` has a comparison of each spelling, ``spelled`` whose it is."""
    is_shared = is_among(known, from_stored(other.normalised))
    # As many prompts as can be compared in all their spellings.
    is_of_shared = is_among(spelled, known[is_shared])
    _, prompt = np.unique(spelled[is_of_shared], return_inverse=True)
    ends = np.cumsum(np.bincount(prompt))
    compared = ends[ends <= MAX_EXACT]
    n = int(compared.max(initial=0))
    is_exact = _are_exact(keys[is_of_shared][:n], from_stored(other.exact))
    return PromptOverlap(
        prompt_set=other.pk,
        name=other.original_name,
        n_in_set=other.n_distinct,
        n_prompts=int(known.size),
        n_shared=int(is_shared.sum()),
        n_compared=int(compared.size),
        n_exact=int(np.unique(prompt[:n][is_exact]).size),
        n_comparisons=int(n_comparisons[is_shared].sum()),
        n_all_comparisons=int(n_comparisons.sum()),
    )


def _are_exact(keys: NDArray[np.int64], exact: Digests) -> NDArray[np.bool_]:
    digests: list[int] = []
    for start in range(0, keys.size, ROWS_AT_A_TIME):
        some = keys[start : start + ROWS_AT_A_TIME].tolist()
        rows = Comparison.objects.filter(pk__in=some).values_list("pk", "prompt", "messages")
        found = {key: exact_digest(messages or prompt) for key, prompt, messages in rows}
        digests += [found[key] for key in some]
    return is_among(np.array(digests, dtype=STORED), exact)


def _prompts(project: Project) -> tuple[Digests, Digests]:
    """Digests of each comparison's prompt and of its spelling, in the order of the keys."""
    digest = Func(
        "prompt_group",
        template="('x' || %(expressions)s)::bit(64)::bigint",
        output_field=BigIntegerField(),
    )
    rows = Comparison.objects.filter(project=project, is_check=False).order_by("pk")
    nothing = Value("", output_field=TextField())
    turns = Coalesce(Cast("messages", TextField()), nothing)
    text = Concat("prompt", turns, output_field=TextField())
    spelling = Func(text, Value(0), function="hashtextextended", output_field=BigIntegerField())
    names = {"group": ">i8", "spelling": ">i8"}
    columns = copied_columns(rows.values_list(digest, spelling), names, noted=lambda _: None)
    group, spelled = (columns[name].astype(np.int64).view(np.uint64) for name in names)
    return group, spelled


def _leakage(project: Project, *, noted: Noted) -> Leakage | None:
    versions = DatasetVersion.objects.filter(project=project, state=DatasetVersion.State.SUCCEEDED)
    version = versions.first()
    if version is None:
        return None
    split_by = str(version.recipe.get("split_by", "prompt"))
    try:
        return _measured_leakage(version, split_by, noted)
    except (FileNotFoundError, pyarrow.ArrowException):
        return Leakage(version.pk, split_by, undefined_because=FILES_GONE)


def _measured_leakage(version: DatasetVersion, split_by: str, noted: Noted) -> Leakage:
    splits = {name: SplitPrompts() for name in SPLITS}
    for name, split in splits.items():
        for row in _rows(version, f"preference/{name}.parquet", ["prompt"], noted):
            split.add(row["prompt"])
    annotators: dict[str, set[str]] = {name: set() for name in SPLITS}
    columns = ["annotator", "split", "held_out"]
    held_out: set[str] = set()
    for row in _distinct(version, "judgments/judgments.parquet", columns):
        if row["held_out"]:
            held_out.add(row["annotator"])
        elif row["split"] in annotators:
            annotators[row["split"]].add(row["annotator"])
    others = set().union(*(found for name, found in annotators.items() if name != SPLITS[0]))
    return Leakage(
        version=version.pk,
        split_by=split_by,
        shared=shared_prompts(splits, step=lambda _: noted(0)),
        n_annotators={name: len(found) for name, found in annotators.items()},
        n_shared_annotators=len(annotators[SPLITS[0]] & others),
        n_held_out=len(held_out),
    )


def _rows(
    version: DatasetVersion, name: str, columns: list[str], noted: Noted
) -> Iterator[dict[str, Any]]:
    with pyarrow.parquet.ParquetFile(version.folder / name) as file:
        for batch in file.iter_batches(ROWS_AT_A_TIME, columns=columns, use_threads=False):
            noted(0)
            yield from batch.to_pylist()


def _distinct(version: DatasetVersion, name: str, columns: list[str]) -> list[dict[str, Any]]:
    """The different rows of some columns, without a Python object per row."""
    table = pyarrow.parquet.read_table(version.folder / name, columns=columns, use_threads=False)
    rows: list[dict[str, Any]] = table.group_by(columns).aggregate([]).to_pylist()
    return rows


def _answers(project: Project) -> Answers:
    row = ReadinessAnswers.objects.filter(project=project).first()
    if row is None:
        return Answers()
    return Answers(row.task, row.metric_name, row.metric_value)
