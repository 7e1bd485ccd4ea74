"""Projects in which every page has something to show; `prepare` runs inside the platform."""

import json
from typing import Any

from django.core.management import call_command

from annotation.services.demo import load_demo
from annotation.services.guidelines import acknowledge_guidelines
from feedback_platform.models import User
from quality.models import DatasetVersion, Report
from quality.reporting.sections import SECTIONS
from quality.services.states import rebuild_states
from tests import factories
from tests.logins import session_of
from tests.permissions.world import make_world
from tests.training_bridge.runs import make_finished_run
from training_bridge.models import RunStep

BARE = "bare"
LONG_NAME = "A project with a rather long name in which nothing has been done so far"


def prepare() -> None:
    """Make the projects; prints sessions by role, and ids by project, as JSON."""
    world = make_world()
    bare = factories.make_project(slug=BARE, name=LONG_NAME)
    for role in ("annotator", "reviewer", "manager"):
        factories.make_membership(bare, role, role=role, user=world.people[role])
    ids = {
        "bare": {"slug": BARE},
        "world": world.ids,
        "grown": _grow(manager=world.people["manager"], annotator=world.people["annotator"]),
    }
    sessions = {role: session_of(person) for role, person in world.people.items()}
    print(json.dumps({"sessions": sessions, "ids": ids}, default=str))


def _grow(*, manager: User, annotator: User) -> dict[str, Any]:
    """The demo with a judging annotator and results of everything; its ids, or lists of them."""
    project = load_demo(manager=manager)
    judge = factories.make_membership(project, "the-annotator", user=annotator)
    acknowledge_guidelines(membership=judge, number=project.guidelines_number)
    disputed = project.comparisons.order_by("pk")[3]
    judgment = factories.make_judgment(disputed, judge, 1, rationale="The left one is shorter.")
    rebuild_states(project=project)
    call_command("build_report", project.slug, verbosity=0)
    call_command("build_dataset", project.slug, verbosity=0)
    version = DatasetVersion.objects.get(project=project)
    return {
        "slug": project.slug,
        "comparison_id": disputed.pk,
        "judgment_id": judgment.pk,
        "membership_id": judge.pk,
        "number": project.guidelines_number,
        "report_id": Report.objects.get(project=project).pk,
        "version_id": version.pk,
        "run_id": _finished_run(version),
        "pseudonym": project.memberships.filter(user=None)[0].pseudonym,
        "section_name": [section.name for section in SECTIONS],
    }


def _finished_run(version: DatasetVersion) -> int:
    run = make_finished_run(version, accuracy=0.71, longer=0.58)
    RunStep.objects.bulk_create(
        RunStep(run=run, step=step, loss=1 / step, validation_accuracy=0.5 + step / 100)
        for step in range(1, 13)
    )
    return run.pk
