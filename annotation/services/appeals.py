"""Objections of annotators to the exclusion of their judgments."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from annotation.models import Appeal, Exclusion, Membership, Project, Reinstatement
from annotation.services.flags import checked_text
from feedback_platform.errors import BadInput, Conflict
from feedback_platform.models import User

OWN_EXCLUSION = (
    "You left this judgment out yourself. Another manager of this project decides the appeal."
)


def appeal(*, exclusion: Exclusion, text: str) -> Appeal:
    """Ask the managers to let a judgment count again; the same text again changes nothing.

    Raises:
        BadInput: no reason was given.
        Conflict: an appeal was made already, or the judgment counts again.
    """
    text = checked_text(text, what="why it should count")
    if Reinstatement.objects.filter(exclusion=exclusion).exists():
        raise Conflict("This judgment counts again already. There is nothing to appeal.")
    try:
        with transaction.atomic():
            return Appeal.objects.create(
                project_id=exclusion.judgment.project_id, exclusion=exclusion, text=text
            )
    except IntegrityError as error:
        stored = Appeal.objects.get(exclusion=exclusion)
        if stored.text == text:
            return stored
        raise Conflict(
            "You have appealed this already, and an exclusion can be appealed once."
        ) from error


@transaction.atomic
def decide_appeal(*, appeal: Appeal, decision: str, answer: str, person: User) -> Appeal:
    """Grant an appeal, and the judgment counts again for good; or refuse it.

    Whoever left the judgment out does not decide where there is another manager.

    Raises:
        BadInput: there is no such decision, or no answer for the annotator.
        Conflict: it is decided already, or not by this person.
    """
    if decision not in Appeal.Decision.values:
        raise BadInput("Grant the appeal or refuse it.")
    answer = checked_text(answer, what="an answer to the annotator")
    if not may_decide(appeal, person):
        raise Conflict(OWN_EXCLUSION)
    waiting = Appeal.objects.filter(pk=appeal.pk, decision="")
    found = {"decision": decision, "answer": answer, "person": person}
    if not waiting.update(**found, decided_at=timezone.now()):
        appeal.refresh_from_db()
        if any(getattr(appeal, name) != value for name, value in found.items()):
            raise Conflict(
                "Somebody has decided this appeal already. It is among the decided ones."
            )
        return appeal
    if decision == Appeal.Decision.UPHELD:
        Reinstatement.objects.create(exclusion_id=appeal.exclusion_id, reason=answer, person=person)
    appeal.refresh_from_db()
    return appeal


def may_decide(appeal: Appeal, person: User) -> bool:
    """Whether this manager may decide: not on their own exclusion, unless nobody else could."""
    return appeal.exclusion.person_id != person.pk or not has_other_managers(appeal.project, person)


def has_other_managers(project: Project, person: User) -> bool:
    """Whether somebody else manages the project and can log in; one query."""
    managers = Membership.objects.filter(
        project=project, role=Membership.Role.MANAGER, is_active=True, user__is_active=True
    )
    return managers.exclude(user=person).exists()
