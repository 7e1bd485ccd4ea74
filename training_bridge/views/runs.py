"""The Models pages: runs, how they are started and watched, and their models."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from annotation.access import membership_for_reviewer, project_for_manager
from feedback_platform.accounts import logged_in_user
from feedback_platform.jobs.services import request_cancel
from feedback_platform.jobs.views import job_card_response
from feedback_platform.keys import key_in
from training_bridge.access import run_for_manager, run_for_reviewer
from training_bridge.charts import run_charts
from training_bridge.forms import RunForm
from training_bridge.models import Run
from training_bridge.selectors.run_page import (
    longer_baseline,
    measured_sets,
    not_beaten,
    options_in_force,
)
from training_bridge.selectors.runs import (
    PAGE,
    model_files,
    page_of_runs,
    steps_of,
    trainable_versions,
)
from training_bridge.services.runs import request_run, resume_run

NOTHING_NEW = 204


@login_required
@require_GET
def runs(request: HttpRequest, slug: str) -> HttpResponse:
    """The runs of a project, newest first."""
    membership = membership_for_reviewer(request.user, slug)
    before = key_in(request, "before")
    found = page_of_runs(membership.project, before=before)
    shown, more = found[:PAGE], found[PAGE:]
    here = reverse("training_bridge:runs", args=[slug])
    context = {
        "project": membership.project,
        "section": "models",
        "may_start": membership.is_manager,
        "has_versions": trainable_versions(membership.project).exists(),
        "runs": shown,
        "next_url": f"{here}?before={shown[-1].pk}" if more else "",
        "first_url": here if before else "",
    }
    return render(request, "training_bridge/runs.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def run_create(request: HttpRequest, slug: str) -> HttpResponse:
    """Start a training; ``?version=`` chooses the dataset version beforehand."""
    project = project_for_manager(request.user, slug)
    form = RunForm(
        request.POST or None,
        project=project,
        initial={"dataset_version": request.GET.get("version")},
    )
    if request.method == "POST" and form.is_valid():
        run = request_run(
            dataset_version=form.cleaned_data["dataset_version"],
            base_model=form.cleaned_data["base_model"],
            parameters=form.parameters,
            requested_by=logged_in_user(request),
        )
        return redirect("training_bridge:run", slug, run.pk)
    context = {
        "project": project,
        "section": "models",
        "form": form,
        "has_versions": trainable_versions(project).exists(),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "training_bridge/run_form.html", context, status=status)


@login_required
@require_GET
def run(request: HttpRequest, slug: str, run_id: int) -> HttpResponse:
    """A run: how far it is, or how good its model is."""
    run = run_for_reviewer(request.user, slug, run_id)
    context = {
        "project": run.project,
        "section": "models",
        "run": run,
        "job": run,
        **_charts_context(run),
        **_card_context(request, run),
    }
    if run.state == Run.State.SUCCEEDED:
        sets = measured_sets(run)
        context |= {
            "sets": sets,
            "not_beaten": not_beaten(sets),
            "options": options_in_force(run),
            "files": model_files(run),
        }
    return render(request, "training_bridge/run.html", context)


@login_required
@require_GET
def run_card(request: HttpRequest, slug: str, run_id: int) -> HttpResponse:
    """The live card of a training."""
    run = run_for_reviewer(request.user, slug, run_id)
    return job_card_response(request, run, _card_context(request, run))


@login_required
@require_GET
def run_charts_live(request: HttpRequest, slug: str, run_id: int) -> HttpResponse:
    """The charts so far; nothing while no step was added after ``?after=``."""
    run = run_for_reviewer(request.user, slug, run_id)
    context = {"project": run.project, "run": run, **_charts_context(run)}
    if request.GET.get("after") == str(context["last_step"]):
        return HttpResponse(status=NOTHING_NEW)
    return render(request, "training_bridge/_charts.html", context)


@login_required
@require_POST
def run_cancel(request: HttpRequest, slug: str, run_id: int) -> HttpResponse:
    """Stop a training; its last checkpoint stays, so that it can be resumed."""
    run = run_for_manager(request.user, slug, run_id)
    request_cancel(run)
    return redirect("training_bridge:run", slug, run.pk)


@login_required
@require_POST
def run_resume(request: HttpRequest, slug: str, run_id: int) -> HttpResponse:
    """Go on with a run that failed or was cancelled."""
    run = run_for_manager(request.user, slug, run_id)
    resume_run(run=run)
    return redirect("training_bridge:run", slug, run.pk)


@login_required
@require_GET
def run_file(request: HttpRequest, slug: str, run_id: int, name: str) -> FileResponse:
    """Download one file of the model; only what is listed has an address."""
    run = run_for_manager(request.user, slug, run_id)
    if name not in {file for file, _ in model_files(run)}:
        raise Http404("This run has no such file.")
    content = (run.model_folder / name).open("rb")
    return FileResponse(content, as_attachment=True, filename=name)


def _charts_context(run: Run) -> dict[str, Any]:
    steps = steps_of(run)
    return {
        "charts": run_charts(steps, longer=longer_baseline(run)),
        "last_step": steps[-1].step if steps else 0,
    }


def _card_context(request: HttpRequest, run: Run) -> dict[str, Any]:
    assert run.project is not None
    place = [run.project.slug, run.pk]
    manages = membership_for_reviewer(request.user, run.project.slug).is_manager
    return {
        "may_manage": manages,
        "what": "Training the reward model",
        "card_url": reverse("training_bridge:run_card", args=place),
        "cancel_url": reverse("training_bridge:run_cancel", args=place) if manages else "",
        "retry_url": reverse("training_bridge:run_resume", args=place) if manages else "",
        "retry_label": "Resume training",
        "cancel_note": "It stops after the current step and keeps a checkpoint.",
    }
