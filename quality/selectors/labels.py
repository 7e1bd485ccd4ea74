"""Labels of comparisons: a hash of each is read with its row, their names once."""

from typing import Any

import numpy as np
from django.db.models import BigIntegerField, F, Func, TextField, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce, NullIf
from numpy.typing import NDArray

from annotation.models import Batch, Comparison, Project
from quality.metrics.evidence import NONE, Labels

LABELS = ("topic", "language", "model_a", "model_b")
# Labels beyond these would be no strata.
MAX_NAMES = 10_000
# Where the metadata of common formats say what a comparison is about.
TOPIC_KEYS = ("topic", "category", "task")
LANGUAGE_KEYS = ("language", "lang")


def label_text(name: str) -> Any:
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


def labels_of(project: Project, name: str, codes: NDArray[np.int64]) -> Labels:
    """The labels whose hashes are given; those beyond the limit are none. One query."""
    rows = Comparison.objects.filter(project=project, is_check=False).order_by()
    text = label_text(name)
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


def batches_of(project: Project, codes: NDArray[np.int64]) -> Labels:
    """The batch of each comparison from its key; one query."""
    return _named(codes, dict(Batch.objects.filter(project=project).values_list("pk", "name")))
