"""The table of comparisons: what is looked for, in which order, one page at a time.

Every order walks an index from where the page before ended, so that page 10,000 costs what the
first one does.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db import connection
from django.db.models import (
    BooleanField,
    DateTimeField,
    Exists,
    F,
    FloatField,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Value,
)
from django.db.models.functions import Left
from django.db.models.lookups import GreaterThan, LessThan

from annotation.models import Comparison, Flag, Gold, Judgment, Membership, Project
from quality.models import ComparisonState, ComparisonText
from quality.selectors.comparison_orders import ORDERS, Key, Order

PAGE = 50
# Counting what was found stops here: the page says "1,000+".
COUNT_CAP = 1_000
# Fewer matches of words or of an annotator are listed first, and then sorted; of more, one is never
# far along an order.
FEW = 2_000
# Choices of a filter that are listed.
MOST_CHOICES = 200
PROMPT_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Filters:
    """What is looked for; empty values filter nothing."""

    state: str = ""
    batch: int | None = None
    models: str = ""
    annotator: Membership | None = None
    confidence_from: float | None = None
    confidence_to: float | None = None
    flagged: bool = False
    words: list[str] = field(default_factory=list)
    order: str = ""
    # These alone.
    among: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class TablePage:
    """Comparisons with their snapshot as ``current``, and the keys of the neighbouring pages."""

    rows: list[Comparison]
    n_found: int
    after: Key | None
    before: Key | None

    @property
    def is_capped(self) -> bool:
        return self.n_found > COUNT_CAP


def table_page(
    project: Project, filters: Filters, *, after: Key | None = None, before: Key | None = None
) -> TablePage:
    """Up to 50 comparisons behind ``after`` or ahead of ``before``.

    Three queries, and one more for words and for an annotator.
    """
    filters = _narrowed(filters)
    keys = _keys(project, filters, after=after, before=before, n=PAGE + 1)
    has_more = len(keys) > PAGE
    keys = keys[:PAGE] if before is None else keys[-PAGE:]
    n_found = found(project, filters).order_by()[: COUNT_CAP + 1].count()
    is_last = not has_more if before is None else False
    is_first = after is None if before is None else not has_more
    return TablePage(
        rows=_rows([key[-1] for key in keys]),
        n_found=n_found,
        after=keys[-1] if keys and not is_last else None,
        before=keys[0] if keys and not is_first else None,
    )


def neighbours(
    project: Project, filters: Filters, comparison: Comparison
) -> tuple[Comparison | None, Comparison | None]:
    """The comparisons before and after this one in the filtered list.

    Three queries, and one more for words and for an annotator.
    Where it is not in the list itself (any more), its neighbours are those of its place in the
    order; where it has no place, there are none.
    """
    order = ORDERS[filters.order]
    rows = ComparisonState.objects.filter(pk=comparison.pk).values_list(*order.columns)
    here = rows.first()
    if here is None or None in here:
        return None, None
    filters = _narrowed(filters)
    before = _keys(project, filters, before=here, n=1)
    after = _keys(project, filters, after=here, n=1)
    return _reference(before), _reference(after)


def _reference(keys: list[Key]) -> Comparison | None:
    """A comparison of which only the key is known."""
    return Comparison(pk=keys[0][-1]) if keys else None


def found(project: Project, filters: Filters, **bounds: int) -> "QuerySet[ComparisonState]":
    """The snapshots that the filters leave, in no order.

    ``bounds`` of the key (``comparison__gt``) are said to the other tables as well: PostgreSQL
    does not infer that they need not be read from their beginning.
    """
    order = ORDERS[filters.order]
    rows = ComparisonState.objects.filter(*_conditions(filters, bounds), project=project)
    if order.field:
        # Said in so many words, because the index holds these only.
        rows = rows.filter(**{f"{order.field}__isnull": False})
    return rows


def model_pairs(project: Project) -> list[str]:
    """The pairs of models that occur, sorted; one query that reads one index entry each."""
    with connection.cursor() as cursor:
        cursor.execute(_MODEL_PAIRS, {"project": project.pk, "most": MOST_CHOICES})
        return [pair for (pair,) in cursor.fetchall()]


def _narrowed(filters: Filters) -> Filters:
    """The same with the matches of words and annotator listed, where they are few.

    The planner knows neither how rare a beginning of a word is nor where an annotator's
    comparisons lie, and would walk along the order through all of the project.
    """
    if filters.words:
        texts = ComparisonText.objects.filter(words=search_for(filters.words))
        few = _few(texts.values_list("pk", flat=True))
        if few is not None:
            filters = replace(filters, words=[], among=few)
    if filters.annotator is not None:
        judgments = Judgment.objects.filter(annotator=filters.annotator).order_by("submitted_at")
        few = _few(judgments.values_list("comparison_id", flat=True))
        if few is not None:
            among = few if filters.among is None else few & filters.among
            filters = replace(filters, annotator=None, among=among)
    return filters


def _few(keys: "QuerySet[Any, int]") -> frozenset[int] | None:
    listed = list(keys[: FEW + 1])
    return None if len(listed) > FEW else frozenset(listed)


def _conditions(filters: Filters, bounds: dict[str, int]) -> Iterator[Q | Exists]:
    if filters.state:
        yield Q(state=filters.state)
    if filters.batch is not None:
        yield Q(batch=filters.batch)
    if filters.models:
        yield Q(model_pair=filters.models)
    if filters.confidence_from is not None:
        yield Q(confidence__gte=filters.confidence_from)
    if filters.confidence_to is not None:
        yield Q(confidence__lte=filters.confidence_to)
    if filters.flagged:
        yield Q(Exists(_open_flags("comparison")))
    if filters.annotator is not None:
        judged = Judgment.objects.filter(
            annotator=filters.annotator,
            comparison=OuterRef("comparison"),
            supersedes=None,
            **bounds,
        )
        yield Q(Exists(judged))
    if filters.words:
        matching = ComparisonText.objects.filter(
            comparison=OuterRef("comparison"), words=search_for(filters.words), **bounds
        )
        yield Q(Exists(matching))
    if filters.among is not None:
        yield Q(pk__in=filters.among)


def search_for(words: list[str]) -> SearchQuery:
    """Every word has to occur, as the beginning of one; very short ones as a whole."""
    terms = [f"'{word}'" + (":*" if len(word) > 2 else "") for word in words]
    return SearchQuery(" & ".join(terms), search_type="raw", config="simple")


def _keys(
    project: Project,
    filters: Filters,
    *,
    after: Key | None = None,
    before: Key | None = None,
    n: int,
) -> list[Key]:
    """Keys of up to ``n`` rows next to a place, in the order of the list; one query."""
    order = ORDERS[filters.order]
    is_backward = before is not None
    falling = order.descending != is_backward
    place = before if is_backward else after
    bounds = {}
    if place is not None and not order.field:
        bounds["comparison__lt" if falling else "comparison__gt"] = place[-1]
    rows = found(project, filters, **bounds)
    if place is not None:
        rows = rows.filter(_beyond(order, place, falling=falling))
    columns = [F(name).desc() if falling else F(name).asc() for name in order.columns]
    keys = list(rows.order_by(*columns).values_list(*order.columns)[:n])
    return keys[::-1] if is_backward else keys


def _beyond(order: Order, place: Key, *, falling: bool) -> GreaterThan | LessThan:
    """Whether a row lies behind a place: compared as a whole, as the index is sorted."""
    fields = {"last_judged_at": DateTimeField()}
    values = [
        Value(value, output_field=fields.get(name, FloatField() if name in _FLOATS else None))
        for name, value in zip(order.columns, place, strict=True)
    ]
    compare = LessThan if falling else GreaterThan
    return compare(_row(*map(F, order.columns)), _row(*values))


_FLOATS = {"confidence", "disagreement"}


def _row(*values: Any) -> Func:
    return Func(*values, function="ROW", output_field=BooleanField())


def _rows(keys: list[int]) -> list[Comparison]:
    """What the table shows of these comparisons, in this order; one query."""
    rows = (
        Comparison.objects.filter(pk__in=keys)
        .select_related("current", "batch")
        .only("external_id", "project_id", "batch__name", "current")
        .annotate(
            start=Left("prompt", PROMPT_SHOWN),
            is_flagged=Exists(_open_flags("pk")),
            is_gold=Exists(Gold.objects.filter(comparison=OuterRef("pk"), retired_at=None)),
        )
    )
    by_key = {row.pk: row for row in rows}
    return [by_key[key] for key in keys if key in by_key]


def _open_flags(outer: str) -> "QuerySet[Flag]":
    return Flag.objects.filter(comparison=OuterRef(outer), resolved_at=None)


_MODEL_PAIRS = """
WITH RECURSIVE pair AS (
    (SELECT model_pair FROM quality_comparisonstate
     WHERE project_id = %(project)s AND model_pair <> '' ORDER BY model_pair LIMIT 1)
    UNION ALL
    SELECT (SELECT s.model_pair FROM quality_comparisonstate s
            WHERE s.project_id = %(project)s AND s.model_pair <> ''
              AND s.model_pair > pair.model_pair
            ORDER BY s.model_pair LIMIT 1)
    FROM pair WHERE pair.model_pair IS NOT NULL
)
SELECT model_pair FROM pair WHERE model_pair IS NOT NULL LIMIT %(most)s
"""
