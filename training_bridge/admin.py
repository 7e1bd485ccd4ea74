"""Runs, for looking."""

from django.contrib import admin

from feedback_platform.admin import LongWorkAdmin
from training_bridge.models import Run


@admin.register(Run)
class RunAdmin(LongWorkAdmin):
    list_display = ("id", "project", "base_model", "state", "message", "created_at")
