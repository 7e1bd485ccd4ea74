"""What an annotator has typed and not sent yet, kept with the assignment."""

import json
from collections.abc import Mapping
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from annotation.models import Assignment
from feedback_platform.errors import Conflict, TooLarge
from feedback_platform.storable import check_storable

MAX_DRAFT = 20_000
OLDER_DRAFT = gettext_lazy(
    "A newer draft of this comparison was saved in another tab or on another device. "
    "Reload the page to go on with that one."
)


def save_draft(*, assignment: Assignment, number: int, draft: Mapping[str, Any]) -> int:
    """Store the draft over the one numbered ``number``; returns the new number. One query.

    ``number`` is that of the draft the page has seen last, 0 for none: an older tab cannot
    write over what was typed after it.

    Raises:
        Conflict: a newer draft is stored, or the assignment has ended.
        BadInput: the draft has something that cannot be stored.
        TooLarge: the draft is longer than ``MAX_DRAFT`` characters.
    """
    check_storable(draft)
    if len(json.dumps(draft, ensure_ascii=False)) > MAX_DRAFT:
        told = _("The draft is longer than %s characters and was not saved.")
        raise TooLarge(told % f"{MAX_DRAFT:,}")
    open_one = Assignment.objects.filter(
        pk=assignment.pk,
        state__in=[Assignment.State.HELD, Assignment.State.EXPIRED],
        draft_number=number,
    )
    if not open_one.update(draft=draft, draft_number=F("draft_number") + 1):
        raise Conflict(str(OLDER_DRAFT))
    return number + 1
