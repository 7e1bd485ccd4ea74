"""Drawing judgments at random for a second look."""

from annotation.draws import is_drawn
from annotation.models import Audit, Judgment


def draw_audit(*, judgment: Judgment) -> None:
    """Queue a seeded share of the work for a reviewer; nobody can foresee which.

    To be called inside the transaction that stores the judgment. Costs no query for the rest.
    """
    secret = bytes(judgment.annotator.side_seed)
    if is_drawn(secret, f"audit/{judgment.assignment_id}", judgment.project.audit_share):
        Audit.objects.create(project=judgment.project, judgment=judgment)
