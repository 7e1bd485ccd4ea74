from argparse import ArgumentParser
from typing import Any

from annotation.models import Project
from feedback_platform.errors import BadInput
from feedback_platform.jobs.commands import LongWorkCommand
from quality.models import Report
from quality.services.report_building import build_report
from quality.services.reports import create_report


class Command(LongWorkCommand):
    help = "Measure how far the annotators of a project agree, and store the report."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("slug", help="the project, as in its address")

    def execute_work(self, **options: Any) -> dict[str, Any]:
        project = Project.objects.filter(slug=options["slug"]).first()
        if project is None:
            raise BadInput(
                f"There is no project {options['slug']!r}. Give the slug of the project's address."
            )
        report = create_report(project=project)
        with self.shown_progress(report):
            build_report(report_id=report.pk, fence=report.fence)
        results: dict[str, Any] | None = Report.objects.values_list("results", flat=True).get(
            pk=report.pk
        )
        if results is None:
            raise RuntimeError(f"report {report.pk} ended without results")
        return results

    def summary(self, document: dict[str, Any]) -> str:
        percent, alpha = (
            _in_words(document["agreement"][name])
            for name in ("percent_direction", "alpha_direction")
        )
        return (
            f"Report {document['report']} on {document['n_judgments']:,} judgments: "
            f"agreement {percent}, alpha {alpha}."
        )


def _in_words(estimate: dict[str, Any]) -> str:
    if estimate["value"] is None:
        return f"undefined ({estimate['undefined_because']})"
    if estimate["low"] is None:
        return f"{estimate['value']:.3f} ({estimate['undefined_because']})"
    return f"{estimate['value']:.3f} [{estimate['low']:.3f}, {estimate['high']:.3f}]"
