"""What reviewers and managers look at: judgments with hidden names, flags, audits, appeals."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Count, Model, QuerySet

from annotation.majority import Decision, majority
from annotation.models import (
    COUNTED,
    Adjudication,
    Appeal,
    Audit,
    Comparison,
    Flag,
    Judgment,
    Membership,
    Project,
    Purpose,
)

Row = TypeVar("Row", bound=Model)

PAGE = 25
# Lists of what waits are counted up to here.
COUNT_CAP = 1_000
# A comparison imported with thousands of judgments is decided by the first ones.
MOST_JUDGMENTS = 200


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much waits in each list beside the disagreements, each up to ``COUNT_CAP``."""

    audits: int
    flags: int
    appeals: int


def waiting_in(project: Project) -> Waiting:
    """Three queries of bounded cost."""
    return Waiting(
        audits=capped_count(audits_of(project, settled=False)),
        flags=capped_count(flags_of(project, settled=False)),
        appeals=capped_count(appeals_of(project, settled=False)),
    )


def capped_count(rows: "QuerySet[Any]") -> int:
    """How many there are, counted up to ``COUNT_CAP``."""
    return rows.order_by()[:COUNT_CAP].count()


def page_of(rows: "QuerySet[Row]", *, before: int | None) -> list[Row]:
    """The newest below the key ``before``, one more than a page where there are more."""
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows.order_by("-pk")[: PAGE + 1])


def flags_of(project: Project, *, settled: bool) -> "QuerySet[Flag]":
    """Flags that wait for an answer, or those that have one."""
    flags = Flag.objects.filter(project=project, resolved_at__isnull=not settled)
    return flags.select_related("comparison", "membership", "resolved_by")


def audits_of(project: Project, *, settled: bool) -> "QuerySet[Audit]":
    """Judgments drawn for a second look that wait for one, or those that had it."""
    audits = Audit.objects.filter(project=project)
    audits = audits.exclude(verdict="") if settled else audits.filter(verdict="")
    return audits.select_related("judgment__comparison", "person")


@dataclass(frozen=True, slots=True)
class AuditCounts:
    """Audits by verdict; those that wait are counted up to ``COUNT_CAP``."""

    waiting: int
    sound: int
    debatable: int
    wrong: int

    @property
    def done(self) -> int:
        return self.sound + self.debatable + self.wrong


def audit_counts(project: Project) -> AuditCounts:
    """Two queries along the indexes of open and of finished audits."""
    done = Audit.objects.filter(project=project).exclude(verdict="").order_by()
    found = dict(done.values_list("verdict").annotate(Count("pk")))
    return AuditCounts(
        waiting=capped_count(audits_of(project, settled=False)),
        **{verdict: found.get(verdict, 0) for verdict in Audit.Verdict.values},
    )


def judgment_under_audit(audit: Audit) -> Judgment:
    """The judgment with its ratings and what was said to its author; four queries."""
    rows = Judgment.objects.filter(pk=audit.judgment_id)
    rows = rows.select_related(
        "annotator", "comparison__rendered", "exclusion__reinstatement", "superseded_by"
    ).prefetch_related("ratings__criterion", "criterion_preferences__criterion", "sent_back")
    return rows.get()


def next_audit(project: Project, *, after: int) -> Audit | None:
    """The first open one behind a key, so that reviewers come past all of them in turn."""
    return audits_of(project, settled=False).filter(pk__gt=after).order_by("pk").first()


def appeals_of(project: Project, *, settled: bool) -> "QuerySet[Appeal]":
    """Objections to exclusions that wait for a decision, or those that have one."""
    appeals = Appeal.objects.filter(project=project)
    appeals = appeals.exclude(decision="") if settled else appeals.filter(decision="")
    return appeals.select_related("exclusion__judgment__comparison", "exclusion__person", "person")


def newest_adjudication(comparison: Comparison) -> Adjudication | None:
    """The last row of the comparison's decisions, which may be a withdrawal; one query."""
    rows = Adjudication.objects.filter(comparison=comparison, superseded_by=None)
    return rows.select_related("person").first()


def n_decided_by(membership: Membership, *, since: datetime) -> int:
    """Comparisons whose decision in force this reviewer made since a moment; one query."""
    rows = Adjudication.objects.filter(
        project=membership.project_id,
        person=membership.user_id,
        created_at__gte=since,
        superseded_by=None,
    )
    return rows.exclude(kind=Adjudication.Kind.WITHDRAWN).count()


def judgments_under_review(comparison: Comparison) -> list[Judgment]:
    """The judgments that count, with ratings and without names of people; up to four queries."""
    rows = Judgment.objects.filter(COUNTED, comparison=comparison, purpose=Purpose.WORK)
    rows = rows.select_related("annotator").prefetch_related(
        "ratings__criterion", "criterion_preferences__criterion", "sent_back"
    )
    return list(rows.order_by("occasion", "pk")[:MOST_JUDGMENTS])


def majority_on(comparison: Comparison) -> Decision | None:
    """What most annotators say, by their first judgments that count; one query."""
    rows = Judgment.objects.filter(COUNTED, comparison=comparison, purpose=Purpose.WORK, occasion=1)
    answers = rows.values_list("outcome", "preference")
    return majority([Decision(outcome, preference) for outcome, preference in answers])
