"""Dataset versions as they are listed, shown and answered."""

from typing import Any

from django.db.models import QuerySet

from annotation.models import Project
from quality.formats.manifest import MANIFEST_NAME
from quality.models import DatasetVersion


def dataset_versions(project: Project) -> QuerySet[DatasetVersion]:
    """A project's versions, newest first."""
    return DatasetVersion.objects.filter(project=project).select_related("requested_by")


def dataset_document(version: DatasetVersion) -> dict[str, Any]:
    """What commands and the API answer about a succeeded version."""
    manifest = version.manifest
    files = {name: entry["sha256"] for name, entry in manifest["files"].items()}
    return {
        "version": version.pk,
        "project": manifest["project"]["slug"],
        "path": str(version.folder),
        "as_of": manifest["as_of"],
        "recipe": manifest["recipe"],
        "rows": manifest["rows"],
        "dropped": manifest["dropped"],
        "splits": manifest["splits"],
        "holdout_annotators": manifest["holdout_annotators"],
        "holdout_reason": manifest["holdout_reason"],
        "sha256": {**files, MANIFEST_NAME: version.manifest_digest},
    }
