"""Read the prompts of another dataset, so that reports say how many a project shares with it."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from annotation.models import Project
from annotation.services.uploads import remove_upload, store_local_file
from feedback_platform.errors import BadInput
from feedback_platform.jobs.commands import LongWorkCommand
from quality.services.prompt_sets import claim_prompt_set, delete_prompt_set, import_prompts


class Command(LongWorkCommand):
    help = "Take in prompts of another dataset (as digests) to measure the overlap with them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument(
            "file", metavar="FILE", type=Path, help="JSONL, JSON, CSV, Parquet or text; or gzip"
        )
        parser.add_argument("--project", required=True, metavar="SLUG")
        parser.add_argument("--column", default="", metavar="NAME", help="where the prompts are")

    def execute_work(self, **options: Any) -> dict[str, Any]:
        project = Project.objects.filter(slug=options["project"]).first()
        if project is None:
            slug = options["project"]
            raise BadInput(f"There is no project {slug!r}. Give the slug of the project's address.")
        file = store_local_file(path=options["file"])
        job = None
        done = None
        try:
            job = claim_prompt_set(project=project, file=file, column=options["column"][:200])
            with self.shown_progress(job):
                done = import_prompts(prompt_set_id=job.pk, fence=job.fence)
        finally:
            remove_upload(stored_name=file.stored_name)
            if job is not None and done is None:
                # Refused input leaves nothing behind.
                delete_prompt_set(prompt_set=job)
        if done is None:
            raise BadInput("Another process has taken this work over.")
        return {
            "project": project.slug,
            "prompt_set": done.pk,
            "prompts": done.n_prompts,
            "distinct": done.n_distinct,
            "rejected": done.rejects,
            "n_rejected": done.n_rejected,
        }

    def summary(self, document: dict[str, Any]) -> str:
        return (
            f"Took in {document['prompts']:,} prompts ({document['distinct']:,} different) for "
            f"{document['project']}; {document['n_rejected']:,} rows without one. The next report "
            "compares them."
        )
