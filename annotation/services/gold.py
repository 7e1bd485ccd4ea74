"""Saying which answers of a comparison are right, so that it can check annotators."""

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.utils import timezone

from annotation.models import Batch, Comparison, Gold, Project, Purpose, Seat
from annotation.models.checks import ANSWERS
from feedback_platform.errors import BadInput, Conflict
from feedback_platform.models import User

MAX_BATCH = 2_000
MAX_EXPLANATION = 2_000
# Comparisons named in a refusal.
NAMED = 10
JUDGED = "is judged as work already, so its answer cannot be told in a qualification"


@transaction.atomic
def make_gold(
    *,
    comparison: Comparison,
    use: str,
    accepted: Sequence[str],
    explanation: str = "",
    person: User,
) -> Gold:
    """Store the accepted answers of a comparison, anew where it has some; it is in use from then.

    Without work on it the comparison is from now on there to check alone: its free seats go.
    With work on it, it stays work as well, for annotators who have not had it.

    Raises:
        BadInput: no accepted answer, or one that the project does not offer.
        Conflict: a qualification tells the answer, and people are judging it as work.
    """
    problem = problem_with(comparison.project, accepted)
    if problem:
        raise BadInput(f"The accepted answers: {problem}.")
    judged = _judged_as_work([comparison.pk])
    if judged and use == Gold.Use.QUALIFICATION:
        raise Conflict(f"This comparison {JUDGED}. Choose one that nobody has judged.")
    if not judged:
        _keep_for_checks([comparison.pk])
        comparison.is_check = True
    gold, _ = Gold.objects.update_or_create(
        comparison=comparison,
        defaults=_fields(use, accepted, explanation),
        create_defaults=_fields(use, accepted, explanation) | {"created_by": person},
    )
    return gold


@transaction.atomic
def make_batch_gold(*, batch: Batch, use: str, person: User) -> int:
    """Make every comparison of a batch a known one; returns how many.

    ``expected`` in a comparison's metadata is the accepted answer, or a list of them, and
    ``explanation`` is optional.

    Raises:
        BadInput: the batch is empty or too large, or some comparisons cannot be used; nothing is
            changed then, and the first of them are named.
    """
    comparisons = list(batch.comparisons.order_by("pk")[: MAX_BATCH + 1])
    if not 0 < len(comparisons) <= MAX_BATCH:
        raise BadInput(f"{batch.name} should have 1 to {MAX_BATCH:,} comparisons for this.")
    judged = _judged_as_work([one.pk for one in comparisons])
    problems = [
        f"{one.external_id[:60]}: {problem}"
        for one in comparisons
        if (problem := _problem_in_batch(batch.project, one, use, judged))
    ]
    if problems:
        more = f"; and {len(problems) - NAMED:,} more" if len(problems) > NAMED else ""
        raise BadInput(f"Nothing was changed. {'; '.join(problems[:NAMED])}{more}.")
    _keep_for_checks([one.pk for one in comparisons if one.pk not in judged])
    golds = [
        Gold(
            comparison=one,
            created_by=person,
            **_fields(use, expected_of(one), str(one.metadata.get("explanation", ""))),
        )
        for one in comparisons
    ]
    changed = ["use", "accepted", "explanation", "retired_at"]
    Gold.objects.bulk_create(
        golds, update_conflicts=True, unique_fields=["comparison"], update_fields=changed
    )
    return len(golds)


def retire_gold(*, gold: Gold) -> None:
    """Hand the comparison out as a check no more; what annotators did on it stays.

    Raises:
        Conflict: it is retired already.
    """
    in_use = Gold.objects.filter(pk=gold.pk, retired_at=None)
    if not in_use.update(retired_at=timezone.now()):
        raise Conflict("This comparison was retired before. Reload the page.")


def offered_answers(project: Project) -> list[str]:
    """What may be accepted: the answers that the project offers, without their strength."""
    directions = ["a", "tie", "b"] if project.offers_tie else ["a", "b"]
    return [one for one in ANSWERS if one in {*directions, *project.offered_outcomes}]


def expected_of(comparison: Comparison) -> list[str]:
    """The answers that an imported comparison's metadata expects, as they stand there."""
    expected = comparison.metadata.get("expected", [])
    return [str(one) for one in (expected if isinstance(expected, list) else [expected])]


def problem_with(project: Project, accepted: Sequence[str]) -> str:
    """Why these answers cannot be the accepted ones; empty where they can."""
    offered = offered_answers(project)
    if not accepted:
        return f"none is given (expected: {', '.join(offered)})"
    unknown = [one for one in accepted if one not in offered]
    if unknown:
        return f"{unknown[0][:40]} is not offered (expected: {', '.join(offered)})"
    return ""


def _problem_in_batch(
    project: Project, comparison: Comparison, use: str, judged: Iterable[int]
) -> str:
    if comparison.pk in judged and use == Gold.Use.QUALIFICATION:
        return JUDGED
    return problem_with(project, expected_of(comparison))


def _fields(use: str, accepted: Sequence[str], explanation: str) -> dict[str, object]:
    return {
        "use": Gold.Use(use).value,
        "accepted": [one for one in ANSWERS if one in accepted],
        "explanation": explanation.strip()[:MAX_EXPLANATION],
        "retired_at": None,
    }


def _judged_as_work(comparisons: Sequence[int]) -> set[int]:
    """Those that somebody has judged or holds; nobody gets one until the transaction ends."""
    seats = Seat.objects.filter(comparison__in=comparisons, purpose=Purpose.WORK)
    taken = {Seat.State.HELD, Seat.State.FILLED}
    locked = seats.order_by("pk").select_for_update().values_list("comparison_id", "state")
    return {comparison for comparison, state in locked if state in taken}


def _keep_for_checks(comparisons: Sequence[int]) -> None:
    free = Seat.objects.filter(
        comparison__in=comparisons, state__in=[Seat.State.FREE, Seat.State.WITHHELD]
    )
    free.update(state=Seat.State.WITHDRAWN, returned=False)
    Comparison.objects.filter(pk__in=comparisons).update(is_check=True)
