"""Annotators' remarks on comparisons, and the answers to them."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from annotation.models import Assignment, Flag, Membership
from annotation.services.seats import skip_comparison
from feedback_platform.errors import BadInput, Conflict
from feedback_platform.models import User
from feedback_platform.storable import check_storable

LONGEST_TEXT = 2_000
# A question a minute for an hour is no question any more.
MOST_OPEN = 50
MOST_OPEN_ON_ONE = 5
REPORTED = "reported"


@transaction.atomic
def raise_flag(*, assignment: Assignment, kind: str, text: str) -> Flag:
    """Store what an annotator has to say about the comparison assigned to them.

    The comparison stays answerable; only a report ends it for this annotator, as a skip does:
    the seat is free for others, and nothing is held against them. The same text again while the
    first is open returns the stored flag, so a second click adds nothing.

    Raises:
        BadInput: the text is empty or too long, or there is no such kind.
        Conflict: too many of this annotator's flags wait for an answer.
    """
    kind, text = _checked(kind, text)
    # Two clicks can arrive together; the lock makes the second one wait.
    membership = Membership.objects.select_for_update(no_key=True).get(pk=assignment.annotator_id)
    waiting = Flag.objects.filter(membership=membership, resolved_at=None)
    on_this = waiting.filter(comparison_id=assignment.comparison_id)
    flag = on_this.filter(kind=kind, text=text).first()
    if flag is None:
        # What should not be seen at all is always taken back, once for each comparison.
        is_first_report = kind == Flag.Kind.REPORT and not on_this.filter(kind=kind).exists()
        if not is_first_report:
            _refuse_too_many(n_on_this=on_this.count(), n_waiting=waiting.count())
        flag = Flag.objects.create(
            project_id=membership.project_id,
            comparison_id=assignment.comparison_id,
            membership=membership,
            kind=kind,
            text=text,
        )
    if kind == Flag.Kind.REPORT and assignment.state != Assignment.State.DONE:
        skip_comparison(assignment=assignment, reason=REPORTED, is_report=True)
    return flag


def resolve_flag(*, flag: Flag, answer: str, person: User) -> Flag:
    """Close a flag with an answer, which the annotator reads on their own page.

    Raises:
        BadInput: the answer is empty or too long.
        Conflict: somebody else has answered it.
    """
    answer = checked_text(answer, what="an answer")
    open_one = Flag.objects.filter(pk=flag.pk, resolved_at=None)
    if not open_one.update(resolved_at=timezone.now(), resolved_by=person, answer=answer):
        raise Conflict("Somebody has answered this flag already. It is among the answered ones.")
    flag.refresh_from_db()
    return flag


def checked_text(text: str, *, what: str) -> str:
    """A text as it is stored: stripped, not empty, within the limit.

    Raises:
        BadInput: it is empty or too long; ``what`` says what was to be written.
    """
    check_storable(text)
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise BadInput(_("Write %(what)s first.") % {"what": what})
    if len(text) > LONGEST_TEXT:
        told = _("Write %(what)s of at most %(most)s characters, not %(n)s.")
        counts = {"most": f"{LONGEST_TEXT:,}", "n": f"{len(text):,}"}
        raise BadInput(told % {"what": what, **counts})
    return text


def _checked(kind: str, text: str) -> tuple[str, str]:
    if kind not in Flag.Kind.values:
        raise BadInput(f"A flag is one of {', '.join(Flag.Kind.values)}, not {kind!r}.")
    return kind, checked_text(text, what=_("a remark"))


def _refuse_too_many(*, n_on_this: int, n_waiting: int) -> None:
    if n_on_this >= MOST_OPEN_ON_ONE:
        told = _(
            "%(n)s of your flags on this comparison wait for an answer already. "
            "Wait for one before you raise another."
        )
        raise Conflict(told % {"n": MOST_OPEN_ON_ONE})
    if n_waiting >= MOST_OPEN:
        told = _(
            "%(n)s of your flags wait for an answer already. Wait for one before you raise another."
        )
        raise Conflict(told % {"n": MOST_OPEN})
