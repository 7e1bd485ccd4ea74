"""The demo project: simulated annotators with known faults, on texts of our own."""

import hashlib
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from annotation.content import content_hash, prompt_group
from annotation.demo.annotators import ANNOTATORS
from annotation.demo.simulation import OVERLAP, DemoJudgment, demo_judgments, side_seed
from annotation.demo.texts import DemoComparison, demo_comparisons
from annotation.models import Assignment, Comparison, Judgment, Membership, Project, Seat
from annotation.services.arranging import arrange_seats
from annotation.services.guidelines import publish_guidelines
from annotation.services.people import add_member
from feedback_platform.errors import Conflict
from feedback_platform.models import User

SLUG = "demo"
GUIDELINES = "\n".join(
    [
        "Read the prompt, then both responses. Which one would you rather have received?",
        "",
        "1. **Right before nice.** A wrong or harmful response loses, however friendly it is.",
        "2. **Complete, but not long.** Length is no merit: prefer what answers and stops.",
        "3. **Strength.** *Much better*: the other one is of no use. *Better*: you would choose "
        "without hesitation. *Slightly better*: you had to think.",
        "4. **About the same** is for two that you would accept alike. Use **both good** or "
        "**both bad** when that says it better, and **cannot judge** when you lack the knowledge.",
    ]
)


@transaction.atomic
def load_demo(*, manager: User | None = None) -> Project:
    """Create the demo project and let ``manager`` manage it.

    Raises:
        Conflict: there is one already.
    """
    if Project.objects.filter(slug=SLUG).exists():
        raise Conflict(f"The demo project is here already, at /projects/{SLUG}/.")
    project = Project.objects.create(
        slug=SLUG,
        name="Demo: everyday questions",
        overlap=OVERLAP,
        # Public like the rest of the demo: the same pseudonyms, and so the same splits, everywhere.
        pseudonym_key=hashlib.sha256(b"demo pseudonyms").digest(),
    )
    publish_guidelines(project=project, text=GUIDELINES, person=manager)
    texts = demo_comparisons()
    comparisons = _add_comparisons(project, texts)
    arrange_seats(project=project)
    _add_judgments(project, comparisons, list(demo_judgments(texts)))
    if manager is not None:
        add_member(project=project, user=manager, role=Membership.Role.MANAGER)
    return project


def _add_comparisons(project: Project, texts: Sequence[DemoComparison]) -> list[Comparison]:
    return Comparison.objects.bulk_create(_comparison(project, text) for text in texts)


def _comparison(project: Project, text: DemoComparison) -> Comparison:
    prompt = text.messages or text.prompt
    a, b = text.response_a.text, text.response_b.text
    return Comparison(
        project=project,
        external_id=text.external_id,
        prompt=text.prompt,
        messages=text.messages,
        response_a=a,
        response_b=b,
        model_a=text.model_a,
        model_b=text.model_b,
        group=text.topic,
        metadata={"theme": text.theme, "topic": text.topic},
        content_hash=content_hash(prompt=prompt, response_a=a, response_b=b),
        prompt_group=prompt_group(prompt),
    )


def _add_judgments(
    project: Project, comparisons: Sequence[Comparison], judged: Sequence[DemoJudgment]
) -> None:
    """Fill the seats in the order in which they would have been handed out."""
    people = _add_people(project, judged)
    free: dict[int, list[Seat]] = {comparison.pk: [] for comparison in comparisons}
    for seat in Seat.objects.filter(project=project).order_by("-turn"):
        free[seat.comparison_id].append(seat)
    now = timezone.now()
    assignments, judgments, filled = [], [], []
    for one in judged:
        seat = free[comparisons[one.comparison].pk].pop()
        assignment, judgment = _judged(project, people[one.annotator], seat, one, now - one.age)
        filled.append(seat.pk)
        assignments.append(assignment)
        judgments.append(judgment)
    Seat.objects.filter(pk__in=filled).update(state=Seat.State.FILLED)
    Assignment.objects.bulk_create(assignments)
    Judgment.objects.bulk_create(judgments)


def _add_people(project: Project, judged: Sequence[DemoJudgment]) -> list[Membership]:
    """Nobody can log in as one of them: they have no user."""
    counts = [0] * len(ANNOTATORS)
    for one in judged:
        counts[one.annotator] += 1
    return Membership.objects.bulk_create(
        Membership(
            project=project,
            name=annotator.name,
            pseudonym=project.pseudonym_of(annotator.name),
            side_seed=side_seed(annotator.name),
            handed_out=count,
        )
        for annotator, count in zip(ANNOTATORS, counts, strict=True)
    )


def _judged(
    project: Project, person: Membership, seat: Seat, one: DemoJudgment, moment: datetime
) -> tuple[Assignment, Judgment]:
    reserved_at = moment - timedelta(milliseconds=one.active_ms)
    assignment = Assignment(
        seat=seat,
        comparison_id=seat.comparison_id,
        annotator=person,
        swapped=one.swapped,
        state=Assignment.State.DONE,
        reserved_at=reserved_at,
        expires_at=reserved_at + timedelta(seconds=project.lease_seconds),
        ended_at=moment,
    )
    judgment = Judgment(
        project=project,
        comparison_id=seat.comparison_id,
        annotator=person,
        seat=seat,
        assignment=assignment,
        outcome=one.outcome,
        preference=one.preference,
        raw_strength=None if one.preference is None else abs(one.preference),
        swapped=one.swapped,
        active_ms=one.active_ms,
        rationale=one.rationale,
        submitted_at=moment,
    )
    return assignment, judgment
