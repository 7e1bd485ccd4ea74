"""What the hand-out and the judging page ask about checks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain
from typing import NamedTuple

from django.db.models import (
    BooleanField,
    Case,
    Count,
    F,
    Func,
    Q,
    QuerySet,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from annotation.draws import check_at, order_of
from annotation.models import (
    Assignment,
    Gold,
    Judgment,
    Membership,
    Project,
    Purpose,
    TeamMember,
)
from annotation.sides import swapped_at

# Own judgments between a comparison and its second showing.
DISTANCE = 20
# Earlier judgments looked at to find one that may be shown again.
WINDOW = 100
# Known comparisons looked up at once.
MANY = 500
# Managers named to an annotator, and the length of their names together.
NAMED = 3
MAX_NAMES = 150
REPEATS = (Purpose.QUALIFICATION, Purpose.RESHOW)


class Due(NamedTuple):
    """A comparison to be handed out as a check; ``swapped`` is None where the side is free."""

    comparison_id: int
    purpose: str
    swapped: bool | None = None


def answer_in(preference: str, outcome: str) -> Case:
    """The answer of a judgment, as accepted ones are written, from the names of its columns."""
    return Case(
        When(**{f"{preference}__lt": 0}, then=Value("a")),
        When(**{preference: 0}, then=Value("tie")),
        When(**{f"{preference}__gt": 0}, then=Value("b")),
        default=F(outcome),
        output_field=TextField(),
    )


def is_correct_through(accepted: str, judgment: str = "") -> Func:
    """Whether a judgment's answer is accepted; ``judgment`` is the prefix of its columns.

    An answer that was sent back for a reason came first, so it is the one that counts.
    """
    first = NullIf(F(f"{judgment}assignment__asked_answer"), Value(""))
    given = answer_in(f"{judgment}preference", f"{judgment}outcome")
    answer = Coalesce(first, given, output_field=TextField())
    return Func(F(accepted), answer, function="jsonb_exists", output_field=BooleanField())


ANSWER = answer_in("preference", "outcome")
IS_CORRECT = is_correct_through("comparison__gold__accepted")


@dataclass(frozen=True, slots=True)
class Results:
    """An annotator's first answers to known comparisons."""

    n_judged: int
    n_correct: int

    @property
    def n_missed(self) -> int:
        return self.n_judged - self.n_correct


def results_of(membership: Membership, purpose: str) -> Results:
    """Since the annotator's checks count; one query."""
    counts = _answers_of(membership, purpose).aggregate(
        n_judged=Count("pk"), n_correct=Count("pk", filter=Q(IS_CORRECT))
    )
    return Results(**counts)


def warning_for(membership: Membership) -> str:
    """What to tell somebody whose last attention check was missed; empty otherwise.

    One query where the project has attention checks. Ask after an attention check and when the
    page is opened, not with every comparison.
    """
    limit = membership.project.pause_after_attention
    if not membership.project.attention_rate or membership.paused_at:
        return ""
    answers = list(
        _answers_of(membership, Purpose.ATTENTION)
        .order_by("-submitted_at", "-pk")
        .values_list(IS_CORRECT, flat=True)
    )
    if not answers or answers[0]:
        return ""
    left = max(limit - answers.count(False), 1)
    return ngettext(
        "You missed a comparison whose text says how to answer it. Please read both responses to "
        "the end: when you miss one more, nothing is handed out to you any more.",
        "You missed a comparison whose text says how to answer it. Please read both responses to "
        "the end: when you miss %(left)s more, nothing is handed out to you any more.",
        left,
    ) % {"left": left}


def whom_to_ask(project: Project) -> str:
    """A sentence that names managers to an annotator who cannot go on; one query."""
    managers = project.memberships.filter(
        role=Membership.Role.MANAGER, is_active=True, user__is_active=True
    )
    names = ", ".join(managers.order_by("joined_at").values_list("name", flat=True)[:NAMED])
    if not names:
        return _("Ask whoever runs this project.")
    return _("Ask a manager of this project: %s.") % (
        names if len(names) <= 120 else names[:119] + "…"
    )


def mixes_checks(project: Project) -> bool:
    """Whether something else than work may come in between, without a word."""
    return any(_rates_of(project).values())


def drawn_check(membership: Membership, *, n_handed_out: int) -> str:
    """The kind of check that the annotator's hand-out ``n_handed_out`` (from 0) is drawn to be.

    Empty for work; no query.
    """
    rates = _rates_of(membership.project)
    return check_at(bytes(membership.side_seed), n_handed_out, rates)


def check_due(membership: Membership, *, n_handed_out: int) -> Due | None:
    """The check that a hand-out is; None for work. No query where none is drawn, else up to four.

    A comparison that is shown again is one that suits the side drawn for this hand-out, so that
    the blocks of ten stay balanced.
    """
    purpose = drawn_check(membership, n_handed_out=n_handed_out)
    if not purpose:
        return None
    secret = bytes(membership.side_seed)
    salt = order_of(secret, f"{purpose}/{n_handed_out}")
    if purpose != Purpose.RESHOW:
        comparison = unseen_gold(membership, purpose, salt=salt)
        return Due(comparison, purpose) if comparison else None
    swapped = swapped_at(secret, n_handed_out)
    comparison = earlier_judgment(membership, was_swapped=not swapped, salt=salt)
    return Due(comparison, purpose, swapped) if comparison else None


def live_gold(membership: Membership, use: str) -> QuerySet[Gold]:
    """Known comparisons in use that this annotator may be given."""
    teams = TeamMember.objects.filter(membership=membership).values("team")
    return (
        Gold.objects.filter(comparison__project=membership.project_id, use=use, retired_at=None)
        .annotate(team=Coalesce("comparison__team", "comparison__batch__team"))
        .filter(Q(team=None) | Q(team__in=teams))
    )


def unseen_gold(membership: Membership, use: str, *, salt: bytes) -> int | None:
    """A known comparison that is new to the annotator, in an order that ``salt`` decides.

    Three queries, and two more for every ``MANY`` comparisons that the annotator has had.
    """
    known = list(live_gold(membership, use).values_list("comparison_id", flat=True))
    known.sort(key=lambda pk: order_of(salt, str(pk)))
    for at in range(0, len(known), MANY):
        some = known[at : at + MANY]
        had = _had(membership, some)
        for pk in some:
            if pk not in had:
                return pk
    return None


def earlier_judgment(membership: Membership, *, was_swapped: bool, salt: bytes) -> int | None:
    """A comparison that the annotator judged a while ago with these sides, never shown again.

    Chosen from around a moment that ``salt`` decides; four queries of bounded size.
    """
    own = Judgment.objects.filter(annotator=membership, supersedes=None)
    times = own.values_list("submitted_at", flat=True)
    recent = times.order_by("-submitted_at")[DISTANCE - 1 : DISTANCE].first()
    oldest = times.order_by("submitted_at").first()
    if recent is None or oldest is None:
        return None
    share = int.from_bytes(salt[:4], "big") / 2**32
    moment = oldest + timedelta(seconds=share * (recent - oldest).total_seconds())
    work = own.filter(
        purpose=Purpose.WORK,
        assignment__isnull=False,
        swapped=was_swapped,
        submitted_at__lt=recent,
    ).values_list("comparison_id", flat=True)
    found = list(
        chain(
            work.filter(submitted_at__gte=moment).order_by("submitted_at")[:WINDOW],
            work.filter(submitted_at__lt=moment).order_by("-submitted_at")[:WINDOW],
        )
    )
    shown_again = _shown_again(membership, found)
    return next((pk for pk in found if pk not in shown_again), None)


def _rates_of(project: Project) -> dict[str, float]:
    """The first kinds go first."""
    return {
        Purpose.ATTENTION.value: project.attention_rate,
        Purpose.GOLD.value: project.gold_rate,
        Purpose.RESHOW.value: project.reshow_rate,
    }


def _shown_again(membership: Membership, comparisons: Sequence[int]) -> set[int]:
    rows = Assignment.objects.filter(
        annotator=membership, comparison__in=comparisons, purpose=Purpose.RESHOW
    )
    return set(rows.exclude(state="expired").values_list("comparison_id", flat=True))


def _had(membership: Membership, comparisons: Sequence[int]) -> set[int]:
    """Those that the annotator has got or judged; the conditions are those of two indexes."""
    some = {"annotator": membership, "comparison__in": comparisons}
    handed_out = Assignment.objects.filter(**some).exclude(state=Assignment.State.EXPIRED)
    judged = Judgment.objects.filter(**some, supersedes=None)
    return {
        *handed_out.exclude(purpose__in=REPEATS).values_list("comparison_id", flat=True),
        *judged.values_list("comparison_id", flat=True),
    }


def _answers_of(membership: Membership, purpose: str) -> QuerySet[Judgment]:
    """First answers: a revision does not turn a miss into a hit."""
    return Judgment.objects.filter(
        annotator=membership,
        purpose=purpose,
        submitted_at__gte=membership.checks_since,
        supersedes=None,
    )
