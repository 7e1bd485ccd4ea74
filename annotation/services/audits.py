"""Drawing judgments at random for a second look."""

from annotation.models import Judgment


def draw_audit(*, judgment: Judgment) -> None:
    """Perhaps queue this judgment for a reviewer; called inside the transaction that stores it."""
