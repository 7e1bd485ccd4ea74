"""An annotator's own latest judgments, to look at and to change."""

from django.db.models import Q, QuerySet

from annotation.models import Judgment, Membership, Purpose

N_RECENT = 10
# Made on the judging page, in their latest revision. What was right in a qualification has been
# shown, so those answers stay as they are.
_CHANGEABLE = Q(superseded_by=None, assignment__isnull=False) & ~Q(purpose=Purpose.QUALIFICATION)


def recent_judgments(membership: Membership) -> QuerySet[Judgment]:
    """The last ten that can be changed, the newest first, with prompt and texts loaded."""
    return _changeable(membership)[:N_RECENT]


def last_judgment(membership: Membership) -> Judgment | None:
    """The newest that can be changed."""
    return _changeable(membership).first()


def _changeable(membership: Membership) -> QuerySet[Judgment]:
    judgments = Judgment.objects.filter(_CHANGEABLE, annotator=membership)
    judgments = judgments.select_related("annotator__project", "comparison__rendered")
    return judgments.order_by("-submitted_at", "-pk")
