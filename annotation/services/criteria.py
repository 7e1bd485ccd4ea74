"""Adding, changing, ordering and retiring the criteria of a project."""

from collections.abc import Iterable
from itertools import chain, count
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify

from annotation.models import Criterion, Judgment, Project
from annotation.project_templates import CriterionPreset
from feedback_platform.errors import BadInput, Conflict

# More than fit beside a comparison help nobody.
MAX_CRITERIA = 12
# A scale of more marks than a person can tell apart.
MAX_MARKS = 11
# What the answers under a criterion were given by.
FIXED_BY_JUDGMENTS = ("kind", "low", "high")


@transaction.atomic
def add_criterion(*, project: Project, name: str, **fields: Any) -> Criterion:
    """Ask for one more criterion, after the others; its key is made from the name.

    Raises:
        BadInput: the range is not one.
        Conflict: there are as many as fit.
    """
    _check_range(fields)
    _lock(project)
    _check_room(project)
    criterion = Criterion.objects.create(
        project=project,
        key=_free_key(project, name),
        name=name,
        order=_next_order(project),
        **fields,
    )
    _note_asking(project)
    return criterion


@transaction.atomic
def add_presets(*, project: Project, presets: Iterable[CriterionPreset]) -> int:
    """Ask for these criteria; those that are there are left, or restored. Returns how many.

    Raises:
        Conflict: there are more than fit.
    """
    _lock(project)
    there = {one.key: one for one in Criterion.objects.filter(project=project)}
    changed = 0
    for preset in presets:
        found = there.get(preset.key)
        if found and not found.is_retired:
            continue
        _check_room(project)
        if found:
            Criterion.objects.filter(pk=found.pk).update(is_retired=False)
        else:
            order = _next_order(project)
            Criterion.objects.create(project=project, order=order, **preset.fields())
        changed += 1
    _note_asking(project)
    return changed


@transaction.atomic
def update_criterion(*, criterion: Criterion, **fields: Any) -> Criterion:
    """Change the named fields.

    Raises:
        BadInput: the range is not one.
        Conflict: kind or range would change after the first judgment.
    """
    stored = Criterion.objects.select_for_update(no_key=True).get(pk=criterion.pk)
    changed = [name for name, value in fields.items() if getattr(stored, name) != value]
    if set(changed) & set(FIXED_BY_JUDGMENTS) and is_fixed(stored):
        raise Conflict(
            "Kind and range cannot change any more: judgments were made under them. Retire this "
            "criterion and add another one."
        )
    for name in changed:
        setattr(stored, name, fields[name])
    _check_range({"low": stored.low, "high": stored.high})
    if changed:
        stored.save(update_fields=changed)
    return stored


@transaction.atomic
def move_criterion(*, criterion: Criterion, earlier: bool) -> None:
    """Swap places with the neighbour; at the end of the list nothing happens."""
    _lock(criterion.project)
    asked = list(Criterion.objects.filter(project=criterion.project, is_retired=False))
    place = next((i for i, one in enumerate(asked) if one.pk == criterion.pk), None)
    if place is None:
        return
    other = place - 1 if earlier else place + 1
    if not 0 <= other < len(asked):
        return
    asked[place], asked[other] = asked[other], asked[place]
    for order, one in enumerate(asked):
        one.order = order
    Criterion.objects.bulk_update(asked, ["order"])


@transaction.atomic
def retire_criterion(*, criterion: Criterion) -> None:
    """Ask for it no more; earlier answers stay. A repeat does nothing."""
    _lock(criterion.project)
    Criterion.objects.filter(pk=criterion.pk).update(is_retired=True)
    _note_asking(criterion.project)


@transaction.atomic
def restore_criterion(*, criterion: Criterion) -> None:
    """Ask for a retired criterion again, after the others. A repeat does nothing.

    Raises:
        Conflict: there are as many as fit.
    """
    _lock(criterion.project)
    retired = Criterion.objects.filter(pk=criterion.pk, is_retired=True)
    if not retired.exists():
        return
    _check_room(criterion.project)
    retired.update(is_retired=False, order=_next_order(criterion.project))
    _note_asking(criterion.project)


def is_fixed(criterion: Criterion) -> bool:
    """Whether kind and range are: finding out if anybody answered it would read every rating."""
    return Judgment.objects.filter(project=criterion.project_id).exists()


def _lock(project: Project) -> None:
    """One change of a project's criteria at a time; judgments only need its key and go on."""
    Project.objects.select_for_update(no_key=True).get(pk=project.pk)


def _check_room(project: Project) -> None:
    if Criterion.objects.filter(project=project, is_retired=False).count() >= MAX_CRITERIA:
        raise Conflict(f"A project asks for at most {MAX_CRITERIA} criteria. Retire one first.")


def _check_range(fields: dict[str, Any]) -> None:
    low, high = fields.get("low", 0), fields.get("high", 4)
    if not low < high:
        raise BadInput("The highest rating must be above the lowest.")
    if high - low >= MAX_MARKS:
        raise BadInput(f"A scale has at most {MAX_MARKS} marks. Choose a smaller range.")


def _free_key(project: Project, name: str) -> str:
    stem = slugify(name)[:36].strip("-") or "criterion"
    taken = set(Criterion.objects.filter(project=project).values_list("key", flat=True))
    numbered = (f"{stem}-{number}" for number in count(2))
    return next(key for key in chain([stem], numbered) if key not in taken)


def _next_order(project: Project) -> int:
    highest: int | None = Criterion.objects.filter(project=project).aggregate(n=Max("order"))["n"]
    return 0 if highest is None else highest + 1


def _note_asking(project: Project) -> None:
    """Keep ``asks_criteria`` true to the rows; the project is locked."""
    project.asks_criteria = Criterion.objects.filter(project=project, is_retired=False).exists()
    project.save(update_fields=["asks_criteria"])
