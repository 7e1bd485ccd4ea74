"""Reports and dataset versions, for looking."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from feedback_platform.admin import LongWorkAdmin
from quality.models import DatasetVersion, Report


@admin.register(Report)
class ReportAdmin(LongWorkAdmin):
    # Drawings, for the report's own page.
    left_out = ("charts",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer("results", "charts")


@admin.register(DatasetVersion)
class DatasetVersionAdmin(LongWorkAdmin):
    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).defer("manifest")
