"""What a manager asks for on a single comparison."""

from django.core.exceptions import ValidationError
from django.db import transaction

from annotation.models import Comparison
from annotation.services.arranging import Arranged, arrange_seats
from feedback_platform.errors import BadInput, Conflict

NO_WORK = (
    "This comparison only checks annotators, so it has no seats. Retire it on its page under Gold "
    "to hand it out as work."
)


def change_comparison(*, comparison: Comparison, overlap: int | None, priority: int) -> Arranged:
    """Set how many judgments a comparison gets (null: as its batch says) and when it goes out.

    What adaptive overlap had asked for gives way until its next look.

    Raises:
        BadInput: a value is out of its range.
        Conflict: the comparison is only there to check annotators.
    """
    if comparison.is_check:
        raise Conflict(NO_WORK)
    comparison.overlap, comparison.priority = overlap, priority
    comparison.adapted_overlap = None
    changed = ["overlap", "priority", "adapted_overlap"]
    try:
        others = {field.name for field in comparison._meta.fields} - set(changed)
        comparison.clean_fields(exclude=others)
    except ValidationError as error:
        raise BadInput(" ".join(error.messages)) from error
    with transaction.atomic():
        comparison.save(update_fields=changed)
        return arrange_seats(project=comparison.project, comparisons=[comparison.pk])
