"""Creating a project, step by step."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from annotation.forms.wizard import STEPS, TITLES, WizardForm, initial_of
from annotation.project_templates import PROJECT_TEMPLATES, template_called
from annotation.services.projects import create_project
from annotation.views.preview import preview_context
from feedback_platform.accounts import logged_in_user
from feedback_platform.errors import Conflict

CREATE = "create"


@login_required
@permission_required("annotation.add_project", raise_exception=True)
@require_http_methods(["GET", "POST"])
def project_create(request: HttpRequest) -> HttpResponse:
    """Choose a template, fill in its pages, see the result, create it and become its manager.

    Every page sends the whole form along, so that nothing is stored before the last one.
    """
    if request.method == "POST":
        return _posted(request)
    key = request.GET.get("template", "")
    if key not in PROJECT_TEMPLATES:
        context = {"templates": PROJECT_TEMPLATES.values()}
        return render(request, "annotation/wizard_templates.html", context)
    template = template_called(key)
    form = WizardForm(initial=initial_of(template), project_template=template)
    return _page(request, form, "basics")


def _posted(request: HttpRequest) -> HttpResponse:
    """Go to the page that was asked for, unless this one or one before it holds a mistake."""
    template = template_called(request.POST.get("template", ""))
    form = WizardForm(request.POST, project_template=template)
    here = request.POST.get("step", "preview")
    wanted = request.POST.get("go", CREATE)
    if here not in STEPS:
        here = "preview"
    if wanted == CREATE:
        return _create(request, form)
    if wanted not in STEPS:
        wanted = here
    steps = list(STEPS)
    is_ahead = steps.index(wanted) > steps.index(here)
    wrong = form.first_wrong_step(until=here) if is_ahead else ""
    return _page(request, form, wrong or wanted, status=422 if wrong else 200)


def _create(request: HttpRequest, form: WizardForm) -> HttpResponse:
    if not form.is_valid():
        return _page(request, form, form.first_wrong_step(until="preview") or "basics", status=422)
    try:
        created = create_project(
            creator=logged_in_user(request),
            instructions=form.cleaned_data["instructions"],
            criteria=form.chosen_criteria(),
            **form.project_fields(),
        )
    except Conflict as error:
        form.add_error("slug", error.message)
        return _page(request, form, "basics", status=422)
    messages.success(request, f"{created.name} was created. Import comparisons next.")
    return redirect("annotation:project", created.slug)


def _page(request: HttpRequest, form: WizardForm, step: str, status: int = 200) -> HttpResponse:
    steps = list(STEPS)
    place = steps.index(step)
    context: dict[str, Any] = {
        "form": form,
        "template": form.project_template,
        "step": step,
        "title": TITLES[step],
        "steps": [(one, TITLES[one], one == step) for one in steps],
        "number": place + 2,
        "earlier": steps[place - 1] if place else "",
        "later": steps[place + 1] if place + 1 < len(steps) else "",
        "shown_fields": form.shown(step),
        "carried_fields": form.carried(step),
    }
    if step != "basics":
        # Validation builds the instance. The page itself has no project, and so no sections.
        form.is_valid()
        context["preview"] = preview_context(
            form.instance, form.chosen_criteria(), form.project_template.sample
        )
    return render(request, "annotation/wizard.html", context, status=status)
