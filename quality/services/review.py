"""What reviewers do, and what the review queue has to know of it at once."""

from annotation.models import Adjudication
from annotation.services.adjudication import take_back
from feedback_platform.models import User
from quality.services.states import refresh_states


def take_back_decision(*, adjudication: Adjudication, person: User) -> Adjudication:
    """Withdraw a decision: the comparison waits in the queue again before this returns.

    A decision leaves the queue at once, since the queue looks at decisions itself; a comparison
    comes back only by its snapshot, which would follow a few seconds later. The snapshot is
    computed after the withdrawal is committed: whatever looked before that is older, and gives way.

    Raises:
        Conflict: it is no longer the decision in force.
    """
    withdrawn = take_back(adjudication=adjudication, person=person)
    refresh_states(comparisons=[adjudication.comparison_id])
    return withdrawn
