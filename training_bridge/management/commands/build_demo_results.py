from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from annotation.models import Membership, Project
from feedback_platform.commands import PlatformCommand
from feedback_platform.errors import BadInput
from feedback_platform.models import User
from quality.curation.recipe import Recipe
from quality.services.datasets import build_dataset, create_dataset
from quality.services.report_building import build_report
from quality.services.reports import create_report
from training_bridge.services.runs import request_run


class Command(PlatformCommand):
    help = "Give a project its first report and dataset version, and queue its first run."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="slug of the project")

    def handle(self, *args: Any, **options: Any) -> None:
        project = Project.objects.filter(slug=options["slug"]).first()
        if project is None:
            raise BadInput(f"There is no project with the slug {options['slug']!r}.")
        managers = project.memberships.filter(role=Membership.Role.MANAGER)
        manager = User.objects.filter(memberships__in=managers).order_by("pk").first()
        if manager is None:
            raise BadInput(f"Nobody manages the project {project.slug!r}: invite somebody first.")

        report = create_report(project=project)
        build_report(report_id=report.pk, fence=report.fence)
        version = create_dataset(project=project, recipe=Recipe())
        build_dataset(version_id=version.pk, fence=version.fence)
        version.refresh_from_db()
        run = request_run(
            dataset_version=version,
            base_model=settings.REWARD_BASE_MODELS[0],
            parameters={},
            requested_by=manager,
        )
        self.stdout.write(
            f"Built report {report.pk} and dataset version {version.pk}, queued run {run.pk}."
        )
