"""The judging page as annotators will see it, with a sample comparison. Nothing is stored."""

from copy import copy
from typing import Any
from uuid import uuid4

from django.contrib.auth.decorators import login_required, permission_required
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_http_methods, require_POST

from annotation.access import project_for_manager
from annotation.forms.judging import JudgmentForm, other_answers, preference_answers
from annotation.forms.projects import AnswersForm, GeneralForm, ReasonsForm
from annotation.forms.wizard import WizardForm
from annotation.models import Criterion, Project
from annotation.project_templates import (
    SAMPLE,
    CriterionPreset,
    SampleComparison,
    template_called,
)
from annotation.rendering import render_text
from annotation.selectors.criteria import remember_criteria

# The tabs that change what annotators see.
TABS: dict[str, "type[ModelForm[Project]]"] = {
    "general": GeneralForm,
    "answers": AnswersForm,
    "reasons": ReasonsForm,
}


@login_required
@require_http_methods(["GET", "POST"])
def preview(request: HttpRequest, slug: str) -> HttpResponse:
    """The page as it is set up; with a settings form sent along, as it would become."""
    project = copy(project_for_manager(request.user, slug))
    if request.method == "GET":
        context = {"section": "settings", **preview_context(project)}
        return render(request, "annotation/preview.html", context)
    form = TABS.get(request.POST.get("tab", ""), AnswersForm)(request.POST, instance=project)
    # What is wrong in the form is said where it is saved; the rest is shown already.
    form.is_valid()
    return render(request, "annotation/_preview.html", preview_context(form.instance))


@login_required
@require_POST
@permission_required("annotation.add_project", raise_exception=True)
def wizard_preview(request: HttpRequest) -> HttpResponse:
    """The page of a project that is being created."""
    template = template_called(request.POST.get("template", ""))
    form = WizardForm(request.POST, project_template=template)
    form.is_valid()
    context = preview_context(form.instance, form.chosen_criteria(), template.sample)
    return render(request, "annotation/_preview.html", context)


def preview_context(
    project: Project,
    presets: list[CriterionPreset] | None = None,
    sample: SampleComparison = SAMPLE,
) -> dict[str, Any]:
    """What the judging page's fragments need; ``presets`` instead of the stored criteria."""
    if presets is not None:
        remember_criteria(project, [Criterion(**one.fields()) for one in presets])
    return {
        "project": project,
        "shown": _shown(sample),
        "form": JudgmentForm(initial={"idempotency_key": uuid4()}, project=project),
        "preferences": preference_answers(project),
        "others": other_answers(project),
    }


def _shown(sample: SampleComparison) -> dict[str, Any]:
    turn = {"role": "user", "is_last": True, **_text(sample.prompt)}
    return {"turns": [turn], "left": _text(sample.left), "right": _text(sample.right)}


def _text(source: str) -> dict[str, str]:
    return {"html": mark_safe(render_text(source)), "source": source}
