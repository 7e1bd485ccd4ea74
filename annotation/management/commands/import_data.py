"""Import a file of comparisons, judgments or preferences into a project."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import transaction

from annotation.formats.mapping import parse_mapping
from annotation.formats.reading import AUTO, FORMAT_NAMES
from annotation.forms.projects import RESERVED_SLUGS
from annotation.models import Import, Project
from annotation.services.imports import check_file, claim_import, discard_import, import_file
from annotation.services.loading import ImportOptions, Loaded
from annotation.services.projects import create_unattended_project, remove_empty_project
from annotation.services.rejects import RejectedRows, Rejects
from annotation.services.uploads import (
    StoredFile,
    rejects_path,
    remove_upload,
    store_local_file,
)
from feedback_platform.errors import BadInput, DomainError
from feedback_platform.jobs.commands import LongWorkCommand


class Command(LongWorkCommand):
    help = "Import comparisons, judgments or preferences from JSON lines, JSON, CSV or Parquet."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", metavar="FILE", type=Path, help="plain or gzip")
        parser.add_argument("--project", required=True, metavar="SLUG")
        parser.add_argument("--create", action="store_true", help="create the project if missing")
        parser.add_argument("--format", default=AUTO, choices=[AUTO, *FORMAT_NAMES])
        parser.add_argument(
            "--map",
            action="append",
            default=[],
            metavar="FIELD=COLUMN",
            help="the column that holds a field; may be repeated",
        )
        parser.add_argument("--check", action="store_true", help="validate and store nothing")
        parser.add_argument("--skip-bad", action="store_true", help="import the good rows only")
        parser.add_argument("--ties", action="store_true", help="ties were offered in this file")

    def execute_work(self, **options: Any) -> dict[str, Any]:
        mapping = _mapping(options["map"])
        project = Project.objects.filter(slug=options["project"]).first()
        if project is None:
            _check_new_slug(options["project"], create=options["create"])
        chosen = ImportOptions(
            format=options["format"],
            mapping=mapping,
            skip_bad=options["skip_bad"],
            ties=options["ties"],
            adapts_project=project is None,
        )
        file = store_local_file(path=options["file"])
        try:
            if options["check"]:
                return self._check(project, options["project"], file, chosen)
            return self._import(project, options["project"], file, chosen)
        except RejectedRows as refusal:
            if options["json"]:
                counts = {"comparisons": 0, "judgments": 0, "duplicates": 0}
                document = _document(options["project"], refusal.rejects, **counts)
                self.stdout.write(json.dumps(document, ensure_ascii=False))
            raise
        finally:
            remove_upload(stored_name=file.stored_name)

    def summary(self, document: dict[str, Any]) -> str:
        verb = "Would add" if document["checked_only"] else "Added"
        return (
            f"{verb} {document['comparisons']:,} comparisons and {document['judgments']:,} "
            f"judgments to {document['project']} ({document['format']}); "
            f"{document['duplicates']:,} duplicates, {len(document['rejected']):,} rejected."
        )

    def _check(
        self, project: Project | None, slug: str, file: StoredFile, options: ImportOptions
    ) -> dict[str, Any]:
        with transaction.atomic():
            project = project or create_unattended_project(slug=slug)
            loaded = check_file(project=project, file=file, options=options)
            transaction.set_rollback(True)
        return {**_loaded(slug, loaded), "checked_only": True}

    def _import(
        self, project: Project | None, slug: str, file: StoredFile, options: ImportOptions
    ) -> dict[str, Any]:
        created = project is None
        project = project or create_unattended_project(slug=slug)
        job = claim_import(project=project, file=file, options=options)
        try:
            with self.shown_progress(job):
                done = import_file(import_id=job.pk, fence=job.fence)
        except (DomainError, KeyboardInterrupt) as error:
            # Refused input leaves nothing behind: not the row, not the project made for it.
            discard_import(job=job)
            if created:
                remove_empty_project(project=project)
            if isinstance(error, RejectedRows):
                self.stderr.write(f"Bad rows: {rejects_path(f'import-{job.pk}.jsonl')}")
            raise
        if done is None:
            raise BadInput("Another process has taken this import over.")
        return self._result(slug, done)

    def _result(self, slug: str, job: Import) -> dict[str, Any]:
        rejected = _listed_rejects(job)
        return {
            "project": slug,
            "comparisons": job.n_comparisons,
            "judgments": job.n_judgments,
            "duplicates": job.n_duplicates,
            "rejected": rejected,
            "format": job.detected_format,
            "import": job.pk,
            "rejects_file": str(rejects_path(job.rejects_name)) if job.rejects_name else None,
            "checked_only": False,
        }


def _document(slug: str, rejects: Rejects, **counts: int) -> dict[str, Any]:
    return {"project": slug, **counts, "rejected": rejects.as_dicts()}


def _loaded(slug: str, loaded: Loaded) -> dict[str, Any]:
    document = _document(
        slug,
        loaded.rejects,
        comparisons=loaded.n_comparisons,
        judgments=loaded.n_judgments,
        duplicates=loaded.n_duplicates,
    )
    return {**document, "format": loaded.format}


def _listed_rejects(job: Import) -> list[dict[str, Any]]:
    """Every bad row, from the rejects file."""
    if not job.rejects_name:
        return []
    with rejects_path(job.rejects_name).open(encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    return [{name: row[name] for name in ("line", "field", "reason")} for row in rows]


def _mapping(pairs: list[str]) -> dict[str, str]:
    try:
        return parse_mapping(pairs)
    except ValueError as error:
        raise BadInput(f"--map: {error}.") from None


def _check_new_slug(slug: str, *, create: bool) -> None:
    if not create:
        known = list(Project.objects.order_by("slug").values_list("slug", flat=True)[:10])
        choice = f"choose one of {', '.join(known)}" if known else "there is none yet"
        raise BadInput(f"There is no project {slug}. Add --create, or {choice}.")
    try:
        validate_slug(slug)
    except ValidationError:
        raise BadInput(f"{slug!r} is no short name: use letters, digits and hyphens.") from None
    if len(slug) > 60 or slug in RESERVED_SLUGS:
        raise BadInput(f"{slug!r} cannot be a short name. Choose another of at most 60 characters.")
