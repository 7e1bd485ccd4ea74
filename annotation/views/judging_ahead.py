"""Comparisons for the judging page's script, as the fragments that it puts in place.

From one comparison of a project to the next only texts and identifiers change. The rest is rendered
once in a process, as a mould with marks in their places: that halves the time of an answer.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from uuid import UUID, uuid4

from django.db.models import BinaryField
from django.utils.html import escape
from django.utils.safestring import mark_safe
from django.utils.translation import get_language

from annotation.forms.judging import JudgmentForm
from annotation.models import Assignment, Membership, Project
from annotation.services.seats import reserve_comparison
from annotation.views.judging_context import (
    AHEAD,
    fragment,
    held_context,
    nothing_context,
    shown,
    work_context,
)

MOST_MOULDS = 128
_SETTINGS = tuple(
    one.attname for one in Project._meta.concrete_fields if not isinstance(one, BinaryField)
)


def ahead(membership: Membership, *, known: Collection[UUID], wanted: int) -> dict[str, Any]:
    """Comparisons for the browser to hold ready, as fragments; with none, why and what to show."""
    known, works, why = list(known), [], ""
    for _ in range(min(wanted, AHEAD)):
        handout = reserve_comparison(membership=membership, known=known)
        assignment = handout.assignment
        if assignment is None:
            why = handout.why
            break
        known.append(assignment.pk)
        works.append({"assignment": str(assignment.pk), "html": _work(membership, assignment)})
    answer: dict[str, Any] = {
        "works": works,
        "why": why,
        "guidelines": membership.project.guidelines_number,
    }
    if why and not works:
        answer["empty"] = fragment("_nothing_to_judge", nothing_context(membership, why))
    return answer


@dataclass(frozen=True)
class _Look:
    """What all but the texts and identifiers of a fragment follows from."""

    settings: str
    language: str | None
    purpose: str
    # Who speaks in the turns before and from the last one of the user.
    earlier: tuple[str, ...]
    turns: tuple[str, ...]
    # As in ``settings``.
    project: Project = field(compare=False)


def _work(membership: Membership, assignment: Assignment) -> str:
    project = membership.project
    if assignment.draft_number or project.asks_criteria:
        return fragment("_work", work_context(membership, assignment))
    texts = shown(assignment.comparison, swapped=assignment.swapped)
    look = _Look(
        settings=repr([getattr(project, name) for name in _SETTINGS]),
        language=get_language(),
        purpose=assignment.purpose,
        earlier=tuple(turn["role"] for turn in texts["earlier"]),
        turns=tuple(turn["role"] for turn in texts["turns"]),
        project=project,
    )
    values = [str(assignment.pk), str(uuid4())]
    for one in (*texts["earlier"], *texts["turns"], texts["left"], texts["right"]):
        values += [one["html"], escape(one["source"])]
    return "".join(piece if isinstance(piece, str) else values[piece] for piece in _mould(look))


@lru_cache(maxsize=MOST_MOULDS)
def _mould(look: _Look) -> list[str | int]:
    """The fragment in pieces; a number stands for that of the values of ``_work``."""
    # Nobody can write a mark into a text before it is drawn.
    n_texts = len(look.earlier) + len(look.turns) + 2
    marks = [str(uuid4()) for _ in range(2 + 2 * n_texts)]
    marked = [
        {"html": mark_safe(html), "source": source}
        for html, source in zip(marks[2::2], marks[3::2], strict=True)
    ]
    roles = (*look.earlier, *look.turns)
    turns = [{"role": role, **text} for role, text in zip(roles, marked[:-2], strict=True)]
    last = len(look.earlier)
    texts = {
        "earlier": turns[:last],
        "turns": turns[last:],
        "left": marked[-2],
        "right": marked[-1],
    }
    form = JudgmentForm(initial={"idempotency_key": marks[1]}, project=look.project)
    held = Assignment(pk=UUID(marks[0]), purpose=look.purpose)
    html = fragment("_work", held_context(look.project, held, form, texts))
    numbers: dict[str, int] = {mark: number for number, mark in enumerate(marks)}
    pieces = re.split(f"({'|'.join(marks)})", html)
    return [numbers.get(piece, piece) for piece in pieces]
