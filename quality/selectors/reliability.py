"""What agreement is measured on: each annotator's current first judgment of each comparison."""

from dataclasses import dataclass

import numpy as np
from django.db.models import (
    BigIntegerField,
    BooleanField,
    Case,
    Count,
    Exists,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    SmallIntegerField,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Extract, Sign
from numpy.typing import NDArray

from annotation.models import (
    Comparison,
    Exclusion,
    Judgment,
    Membership,
    Outcome,
    Project,
    Purpose,
)
from quality.metrics.evidence import Annotator
from quality.metrics.judged import BOTH_BAD, BOTH_GOOD, CANNOT_JUDGE, TIE, Judged
from quality.selectors.columns import Noted, copied_columns

# Outcomes other than a preference, whose code follows from its sign.
OUTCOME_CODES = {
    Outcome.BOTH_GOOD: BOTH_GOOD,
    Outcome.BOTH_BAD: BOTH_BAD,
    Outcome.CANNOT_JUDGE: CANNOT_JUDGE,
}
# What ``COUNTED`` says, as anti joins: of its outer joins PostgreSQL expects one row, and then
# looks up the revision and the exclusion of every judgment one by one.
REVISED = Exists(Judgment.objects.filter(supersedes=OuterRef("pk")))
EXCLUDED = Exists(Exclusion.objects.filter(judgment=OuterRef("pk"), reinstatement__isnull=True))
COMPARISON_COLUMNS = {"key": ">i8", "prompt": ">i8", "longer": ">i2"}
JUDGMENT_COLUMNS = {
    "key": ">i8",
    "comparison": ">i8",
    "annotator": ">i8",
    "outcome": ">i2",
    "preference": ">i2",
    "strength_known": "?",
    "swapped": ">i2",
    "active_ms": ">i4",
    "at": ">i8",
}


@dataclass(frozen=True, slots=True)
class Judgments:
    """The judgments of a project as they were read.

    Attributes:
        judged: What agreement is measured on.
        annotators: Who judged, in the order of the coder codes.
        code_of: Coder code of each annotator's database key.
        key: Database key of each judgment, in the order of ``judged``.
        at: When each was made, in seconds since 1970.
    """

    judged: Judged
    annotators: list[Annotator]
    code_of: dict[int, int]
    key: NDArray[np.int64]
    at: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Judgments that no measure of agreement uses, by the first reason that holds."""

    superseded: int
    excluded: int
    repeats: int


def judged(project: Project, *, noted: Noted) -> Judgments:
    """All comparisons, each annotator's current first judgments, and who gave them; 3 queries.

    A judgment is current when it is neither superseded nor excluded. Hand-outs that only checked
    the annotators, and comparisons made for that, are no evidence about agreement. ``noted``
    hears how many judgments have been read.
    """
    comparisons = copied_columns(_comparisons(project), COMPARISON_COLUMNS, noted=_ignored)
    firsts = counted_work_of(project).filter(occasion=1)
    columns = copied_columns(judgment_values(firsts), JUDGMENT_COLUMNS, noted=noted)
    people = dict(_people(project))
    # Annotators in the order of their names, so that the draws do not depend on keys.
    keys = [key for key in people if key in set(columns["annotator"].tolist())]
    code_of = {key: code for code, key in enumerate(keys)}
    known, inverse = np.unique(columns["annotator"], return_inverse=True)
    codes = np.array([code_of[key] for key in known.tolist()], dtype=np.int64)
    preference = columns["preference"].astype(np.int64)
    plain = columns["outcome"] < 0
    data = Judged(
        unit=np.searchsorted(comparisons["key"], columns["comparison"]),
        coder=codes[inverse],
        outcome=np.where(plain, np.sign(preference) + TIE, columns["outcome"]),
        preference=preference,
        strength_known=columns["strength_known"],
        swapped=columns["swapped"].astype(np.int64),
        active_ms=columns["active_ms"].astype(np.int64),
        prompt=comparisons["prompt"],
        longer=comparisons["longer"].astype(np.int64),
        n_coders=len(keys),
    )
    return Judgments(
        judged=data,
        annotators=[people[key] for key in keys],
        code_of=code_of,
        key=columns["key"],
        at=columns["at"],
    )


def left_out(project: Project) -> LeftOut:
    """How many judgments no measure uses, and why; one query. Checks were never meant to be."""
    counts = work_of(project).aggregate(
        superseded=Count("pk", filter=Q(REVISED)),
        excluded=Count("pk", filter=Q(~REVISED) & Q(EXCLUDED)),
        repeats=Count("pk", filter=Q(~REVISED) & Q(~EXCLUDED) & Q(occasion__gt=1)),
    )
    return LeftOut(**counts)


def counted_work_of(project: Project) -> "QuerySet[Judgment]":
    """The judgments of ``work_of`` that count: neither revised nor left out."""
    return work_of(project).filter(~REVISED, ~EXCLUDED)


def work_of(project: Project) -> "QuerySet[Judgment]":
    """Judgments made for the project rather than to check the annotators, revisions included."""
    checks = Comparison.objects.filter(project=project, is_check=True)
    return Judgment.objects.filter(project=project, purpose=Purpose.WORK).exclude(
        comparison__in=checks.values("pk")
    )


def _comparisons(project: Project) -> "QuerySet[Comparison, tuple[int, int, int]]":
    prompt = Func(
        F("prompt_group"), Value(0), function="hashtextextended", output_field=BigIntegerField()
    )
    # Octets, because PostgreSQL knows their number without reading a long text.
    length_a, length_b = (
        Func(F(name), function="octet_length", output_field=IntegerField())
        for name in ("response_a", "response_b")
    )
    longer = Cast(Sign(length_b - length_a), SmallIntegerField())
    rows = Comparison.objects.filter(project=project, is_check=False).order_by("pk")
    return rows.values_list("pk", prompt, longer)


def judgment_values(judgments: "QuerySet[Judgment]") -> "QuerySet[Judgment, tuple[int, ...]]":
    """The columns ``JUDGMENT_COLUMNS`` of judgments."""
    cases = [When(outcome=name, then=Value(code)) for name, code in OUTCOME_CODES.items()]
    outcome = Case(*cases, default=Value(-1), output_field=IntegerField())
    swapped = Case(
        When(swapped=True, then=Value(1)),
        When(swapped=False, then=Value(0)),
        default=Value(-1),
        output_field=IntegerField(),
    )
    small = SmallIntegerField()
    return judgments.values_list(
        "pk",
        "comparison_id",
        "annotator_id",
        Cast(outcome, small),
        Cast(Coalesce("preference", Value(0)), small),
        Case(
            When(raw_strength__isnull=False, then=Value(True)),
            default=Value(False),
            output_field=BooleanField(),
        ),
        Cast(swapped, small),
        Cast(Coalesce("active_ms", Value(-1)), IntegerField()),
        Cast(Extract("submitted_at", "epoch"), BigIntegerField()),
    )


def _people(project: Project) -> list[tuple[int, Annotator]]:
    rows = Membership.objects.filter(project=project).order_by("name")
    return [
        (key, Annotator(name, pseudonym))
        for key, name, pseudonym in rows.values_list("pk", "name", "pseudonym")
    ]


def _ignored(_: int) -> None:
    """Comparisons come quickly; nobody waits for their count."""
