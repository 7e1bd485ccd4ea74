"""How much an annotator may still judge in a project."""

from datetime import datetime, time
from typing import NamedTuple

from django.utils import timezone

from annotation.models import Judgment, Membership, Purpose


class Caps(NamedTuple):
    """The most judgments of one annotator, in all and on one day; None: no limit."""

    in_all: int | None
    per_day: int | None

    @property
    def is_unlimited(self) -> bool:
        return self.in_all is None and self.per_day is None


def caps_of(membership: Membership) -> Caps:
    """The membership's own caps before the project's; a share is one of the seats; no query."""
    project = membership.project
    in_all = membership.cap_judgments
    if in_all is None:
        wanted = [project.cap_judgments]
        if project.cap_share is not None:
            # A part of a judgment more for 0.29 of 100, which is 28.999...; and never none.
            share = int(project.cap_share * project.n_seats_arranged + 1e-6)
            wanted.append(max(1, share))
        in_all = min((cap for cap in wanted if cap is not None), default=None)
    per_day = membership.cap_per_day
    return Caps(in_all, project.cap_per_day if per_day is None else per_day)


def caps_left(membership: Membership, caps: Caps) -> tuple[int, bool]:
    """How many more may be judged, and whether today's cap is the lower one; a query for each.

    Nothing is counted beyond a cap. Checks are not counted. Days are those of the server.
    """
    judged = Judgment.objects.filter(
        annotator=membership, supersedes__isnull=True, purpose=Purpose.WORK
    )
    left, is_for_today = 0, False
    if caps.in_all is not None:
        left = caps.in_all - judged[: caps.in_all].count()
    if caps.per_day is not None and (caps.in_all is None or left > 0):
        midnight = timezone.make_aware(datetime.combine(timezone.localdate(), time.min))
        today = judged.filter(submitted_at__gte=midnight)
        left_today = caps.per_day - today[: caps.per_day].count()
        if caps.in_all is None or left_today < left:
            left, is_for_today = left_today, True
    return left, is_for_today
