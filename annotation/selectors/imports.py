"""What the import pages read."""

from django.db.models import QuerySet

from annotation.models import Import, Project

SHOWN = 50


def imports_of(project: Project) -> QuerySet[Import]:
    """Newest first; one query."""
    return Import.objects.filter(project=project).select_related("requested_by")[:SHOWN]
