"""Publishing guidelines and noting who has read them."""

from django.db import transaction
from django.utils import timezone

from annotation.models import Guidelines, Membership, Project
from annotation.selectors.guidelines import guidelines_text
from feedback_platform.errors import BadInput, Conflict
from feedback_platform.models import User

MAX_TEXT = 100_000
MAX_NOTE = 300


@transaction.atomic
def publish_guidelines(
    *,
    project: Project,
    text: str,
    note: str = "",
    person: User | None = None,
    based_on: int | None = None,
) -> Guidelines:
    """Put a new version in force; the judging page asks everybody to read it.

    ``based_on`` is the version that the person saw while writing. Whoever publishes has read it.

    Raises:
        BadInput: there is no text, or it is too long.
        Conflict: the text is in force already, or somebody published another one meanwhile.
    """
    text = text.replace("\r\n", "\n").strip()
    if not text:
        raise BadInput("Write the guidelines before you publish them.")
    if len(text) > MAX_TEXT:
        raise BadInput(f"Guidelines have at most {MAX_TEXT:,} characters, these {len(text):,}.")
    # Judgments go on meanwhile: they only need the project's key.
    stored = Project.objects.select_for_update(no_key=True).get(pk=project.pk)
    if based_on is not None and based_on != stored.guidelines_number:
        raise Conflict(
            f"Somebody published version {stored.guidelines_number} while you were writing. "
            "Compare it with yours, then publish again."
        )
    if text == guidelines_text(stored):
        raise Conflict(f"This is the text of version {stored.guidelines_number}, in force already.")
    guidelines = Guidelines.objects.create(
        project=stored,
        number=stored.guidelines_number + 1,
        text=text,
        note=note.strip()[:MAX_NOTE],
        created_by=person,
    )
    project.guidelines_number = stored.guidelines_number = guidelines.number
    stored.save(update_fields=["guidelines_number"])
    if person is not None:
        read = {"guidelines_number": guidelines.number, "guidelines_read_at": timezone.now()}
        Membership.objects.filter(project=stored, user=person).update(**read)
    return guidelines


def acknowledge_guidelines(*, membership: Membership, number: int) -> None:
    """Note that this person has read a version; an older one than they know changes nothing.

    Raises:
        BadInput: there is no such version.
    """
    if not 1 <= number <= membership.project.guidelines_number:
        raise BadInput("There is no such version of the guidelines. Reload the page.")
    behind = Membership.objects.filter(pk=membership.pk, guidelines_number__lt=number)
    if behind.update(guidelines_number=number, guidelines_read_at=timezone.now()):
        membership.guidelines_number = number
