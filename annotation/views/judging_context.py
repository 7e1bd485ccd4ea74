"""What the templates of the judging page are given."""

from collections.abc import Iterable
from datetime import tzinfo
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings as django_settings
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import mark_safe

from annotation.forms.judging import (
    JudgmentForm,
    initial_of,
    other_answers,
    preference_answers,
)
from annotation.forms.remarks import FlagForm, SkipForm
from annotation.models import Assignment, Comparison, Judgment, Membership, Project, Purpose
from annotation.selectors.judging import progress_of
from annotation.selectors.own_work import open_sent_back
from annotation.selectors.qualification import not_qualified_because
from annotation.services.rendering import render_comparison
from annotation.services.seats import Why, reserve_comparison
from annotation.sides import in_own_order
from annotation.views.judging_texts import script_texts

# Comparisons that wait in the browser behind the one that is shown.
AHEAD = 3
# Seconds between two signs of life, at most; a lease lasts for several.
LONGEST_SILENCE = 120


def page_context(request: HttpRequest, membership: Membership) -> dict[str, Any]:
    """The page around a comparison."""
    project = membership.project
    return {
        "project": project,
        "section": "judge",
        "membership": membership,
        "progress": progress_of(membership, zone=zone_of(request)),
        "preferences": preference_answers(project),
        "others": other_answers(project),
        "skip_form": SkipForm(auto_id="skip_%s"),
        "flag_form": FlagForm(auto_id="flag_%s"),
        "n_sent_back": open_sent_back(membership).count(),
        "settings": _script_settings(request, membership),
    }


def next_context(membership: Membership) -> dict[str, Any]:
    """The work with the next comparison, or why there is none."""
    handout = reserve_comparison(membership=membership)
    if handout.assignment is None:
        return nothing_context(membership, handout.why)
    return work_context(membership, handout.assignment)


def nothing_context(membership: Membership, why: str) -> dict[str, Any]:
    """Why there is no comparison, in words where a manager or a check decided it."""
    reason = ""
    if why == Why.PAUSED:
        # The judgment before may just have brought the pause.
        membership.refresh_from_db(fields=["pause_reason"])
        reason = membership.pause_reason
    elif why == Why.NOT_QUALIFIED:
        reason = not_qualified_because(membership)
    return {"project": membership.project, "membership": membership, "why": why, "reason": reason}


def work_context(
    membership: Membership, assignment: Assignment, form: JudgmentForm | None = None
) -> dict[str, Any]:
    """A comparison to judge, with the draft that was kept of it."""
    project = membership.project
    if form is None:
        initial = {**(assignment.draft or {}), "idempotency_key": uuid4()}
        form = JudgmentForm(initial=initial, project=project)
    texts = shown(assignment.comparison, swapped=assignment.swapped)
    return held_context(project, assignment, form, texts)


def held_context(
    project: Project, assignment: Assignment, form: JudgmentForm, texts: dict[str, Any]
) -> dict[str, Any]:
    """The texts of an assignment and all that is asked about them."""
    return {
        "project": project,
        "held": assignment,
        # The answer to a qualification comes before the next comparison.
        "waits": assignment.purpose == Purpose.QUALIFICATION,
        "form": form,
        "action": reverse("annotation:judge_submit", args=[project.slug, assignment.pk]),
        "shown": texts,
        "preferences": preference_answers(project),
        "others": other_answers(project),
    }


def revision_context(judgment: Judgment, form: JudgmentForm | None = None) -> dict[str, Any]:
    """A judgment as it was made, to be changed."""
    project = judgment.annotator.project
    if form is None:
        initial = {**initial_of(judgment), "idempotency_key": uuid4()}
        form = JudgmentForm(initial=initial, project=project)
    return {
        "project": project,
        "revised": judgment,
        "form": form,
        "action": reverse("annotation:judge_judgment", args=[project.slug, judgment.pk]),
        "shown": shown(judgment.comparison, swapped=bool(judgment.swapped)),
        "preferences": preference_answers(project),
        "others": other_answers(project),
    }


def shown(comparison: Comparison, *, swapped: bool) -> dict[str, Any]:
    """What the annotator may see of a comparison: texts, and nothing else.

    ``turns`` starts with the last user turn; what came before it is ``earlier``.
    """
    rendered = render_comparison(comparison=comparison)
    messages = comparison.messages or [{"role": "user", "content": comparison.prompt}]
    turns = [
        {"role": role, "html": mark_safe(html), "source": message["content"]}
        for (role, html), message in zip(rendered.turns, messages, strict=True)
    ]
    last = max((n for n, turn in enumerate(turns) if turn["role"] == "user"), default=0)
    sides = [
        {"html": mark_safe(rendered.response_a), "source": comparison.response_a},
        {"html": mark_safe(rendered.response_b), "source": comparison.response_b},
    ]
    left, right = reversed(sides) if swapped else sides
    return {"earlier": turns[:last], "turns": turns[last:], "left": left, "right": right}


def fragment(name: str, context: dict[str, Any]) -> str:
    return render_to_string(f"annotation/{name}.html", context)


def recent_context(membership: Membership, judgments: Iterable[Judgment]) -> dict[str, Any]:
    """Own judgments in the words of their buttons."""
    project = membership.project
    answers = {
        one.value: one.meaning for one in preference_answers(project) + other_answers(project)
    }
    recent = [
        {
            "judgment": judgment,
            "prompt": judgment.comparison.prompt,
            "meaning": answers.get(_shown_answer(judgment), judgment.get_outcome_display()),
        }
        for judgment in judgments
    ]
    return {"project": project, "recent": recent, "is_recent": True}


def _shown_answer(judgment: Judgment) -> str:
    if judgment.preference is None:
        return judgment.outcome
    return str(in_own_order(judgment.preference, swapped=bool(judgment.swapped)))


def counts_of(request: HttpRequest, membership: Membership) -> dict[str, Any]:
    """The figures of the progress line."""
    progress = progress_of(membership, zone=zone_of(request))
    return {
        "today": progress.today,
        "total": progress.total,
        "left": progress.left,
        "is_capped": progress.is_capped,
        "is_exact": progress.is_exact,
    }


def zone_of(request: HttpRequest) -> tzinfo | None:
    """The time zone that the page's script found in the browser; None: the server's."""
    try:
        return ZoneInfo(request.COOKIES["timezone"])
    except (KeyError, ValueError, OSError, ZoneInfoNotFoundError):
        return None


def _script_settings(request: HttpRequest, membership: Membership) -> dict[str, Any]:
    """What the page's script has to know; it holds no text and no address of its own."""
    project = membership.project

    def address(name: str) -> str:
        return reverse(f"annotation:{name}", args=[project.slug])

    return {
        "user": str(request.user.pk),
        "ahead": AHEAD,
        "guidelines": project.guidelines_number,
        "breakMinutes": project.break_minutes,
        "silenceSeconds": min(LONGEST_SILENCE, max(5, project.lease_seconds // 3)),
        "urls": {
            "page": address("judge"),
            "next": address("judge_next"),
            "alive": address("judge_alive"),
            "session": address("judge_session"),
            "last": address("judge_last"),
            "recent": address("judge_recent"),
            "login": f"{resolve_url(django_settings.LOGIN_URL)}?next={address('judge')}",
        },
        "texts": script_texts(),
    }
