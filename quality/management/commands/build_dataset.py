from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from annotation.models import Project
from feedback_platform.errors import BadInput
from feedback_platform.jobs.commands import LongWorkCommand
from quality.curation.recipe import SPLIT_BY, Recipe, exact_decimal
from quality.selectors.datasets import dataset_document
from quality.services.datasets import build_dataset, copy_dataset, create_dataset, refuse_occupied


class Command(LongWorkCommand):
    help = "Curate a project's judgments into an immutable dataset version."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("slug", help="slug of the project")
        parser.add_argument("--min-judgments", type=int, default=3, help="usable ones needed")
        parser.add_argument("--min-votes", type=int, default=3, help="needed for the chosen one")
        parser.add_argument("--min-confidence", default="0.6", help="least share of the usable")
        parser.add_argument("--holdout-annotators", default="0.2", help="share to keep out")
        parser.add_argument("--split-by", choices=SPLIT_BY, default="prompt")
        parser.add_argument("--seed", type=int, default=0)
        parser.add_argument(
            "--no-adjudications",
            action="store_true",
            help="decide by the judgments alone, whatever reviewers decided",
        )
        parser.add_argument("--out", type=Path, help="copy the files to this folder as well")

    def execute_work(self, **options: Any) -> dict[str, Any]:
        project = Project.objects.filter(slug=options["slug"]).first()
        if project is None:
            raise BadInput(f"There is no project with the slug {options['slug']!r}.")
        recipe = Recipe(
            min_judgments=options["min_judgments"],
            min_votes=options["min_votes"],
            min_confidence=exact_decimal(options["min_confidence"]),
            holdout_annotators=exact_decimal(options["holdout_annotators"]),
            split_by=options["split_by"],
            seed=options["seed"],
            adjudications=not options["no_adjudications"],
        )
        if options["out"]:
            refuse_occupied(options["out"])

        version = create_dataset(project=project, recipe=recipe)
        with self.shown_progress(version):
            build_dataset(version_id=version.pk, fence=version.fence)
        version.refresh_from_db()
        if options["out"]:
            copy_dataset(version=version, target=options["out"])
        return dataset_document(version)

    def summary(self, document: dict[str, Any]) -> str:
        dropped = sum(document["dropped"].values())
        return (
            f"Dataset version {document['version']}: {document['rows']:,} rows, "
            f"{dropped:,} comparisons dropped, in {document['path']}"
        )
