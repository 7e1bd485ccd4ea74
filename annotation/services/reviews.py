"""Second looks at judgments: sent back to their author, audited."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from annotation.models import Audit, Judgment, Purpose, SentBack
from annotation.services.flags import checked_text
from feedback_platform.errors import BadInput, Conflict
from feedback_platform.models import User

REVISED = "The author has changed this judgment in the meantime. Reload the page to see it."
NO_AUTHOR = (
    "This judgment was imported: its author cannot log in, so it cannot be sent back. "
    "Decide the comparison yourself."
)


def send_back(*, judgment: Judgment, comment: str, person: User) -> SentBack:
    """Return a judgment to its author, who revises it or confirms it with a comment.

    The same comment again, while the first is open, returns the stored row.

    Raises:
        BadInput: no comment was given.
        Conflict: nobody can answer, the judgment was revised, or it is with its author already.
    """
    comment = checked_text(comment, what="a comment for the author")
    _refuse_unanswerable(judgment)
    try:
        with transaction.atomic():
            return SentBack.objects.create(
                project_id=judgment.project_id,
                judgment=judgment,
                membership_id=judgment.annotator_id,
                comment=comment,
                person=person,
            )
    except IntegrityError as error:
        stored = SentBack.objects.get(judgment=judgment, answered_at=None)
        if (stored.comment, stored.person_id) == (comment, person.pk):
            return stored
        raise Conflict(
            "This judgment was sent back already; its author has not answered yet."
        ) from error


def confirm_judgment(*, sent_back: SentBack, answer: str) -> None:
    """The author stands by a judgment that was sent back, and says why.

    Raises:
        BadInput: no comment was given.
        Conflict: it is answered already, by a revision or in another tab.
    """
    answer = checked_text(answer, what="why you stand by your judgment")
    if not answer_sent_back(judgment=sent_back.judgment, answer=answer):
        raise Conflict("You have answered this already. Reload the page to see your answer.")


def answer_sent_back(*, judgment: Judgment, answer: str = "") -> bool:
    """Close what was sent back; without a text the answer is a revision. Whether it was open."""
    waiting = SentBack.objects.filter(judgment=judgment, answered_at=None)
    return bool(waiting.update(answered_at=timezone.now(), answer=answer))


def decide_audit(*, audit: Audit, verdict: str, comment: str, person: User) -> Audit:
    """Store what a second look at a judgment found; the first verdict stays.

    The annotator reads a verdict of debatable or wrong with its comment, so these need one.

    Raises:
        BadInput: there is no such verdict, or its comment is missing or too long.
        Conflict: somebody else has looked at it already.
    """
    if verdict not in Audit.Verdict.values:
        raise BadInput(f"A verdict is one of {', '.join(Audit.Verdict.values)}.")
    if verdict == Audit.Verdict.SOUND and not comment.strip():
        comment = ""
    else:
        comment = checked_text(comment, what="a comment that helps the annotator")
    found = {"verdict": verdict, "comment": comment, "person": person}
    if not Audit.objects.filter(pk=audit.pk, verdict="").update(**found, decided_at=timezone.now()):
        audit.refresh_from_db()
        if any(getattr(audit, name) != value for name, value in found.items()):
            raise Conflict("Somebody has looked at this judgment already. Go on with the next one.")
    audit.refresh_from_db()
    return audit


def _refuse_unanswerable(judgment: Judgment) -> None:
    author = judgment.annotator
    if author.user_id is None:
        raise Conflict(NO_AUTHOR)
    if not author.is_active:
        raise Conflict(
            "The author of this judgment has left the project, so nobody would answer. "
            "Decide the comparison yourself."
        )
    if judgment.purpose != Purpose.WORK:
        raise Conflict("Only work is sent back: the answer to a check stays as it is.")
    if Judgment.objects.filter(supersedes=judgment).exists():
        raise Conflict(REVISED)
