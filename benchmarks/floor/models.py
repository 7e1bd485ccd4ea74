"""The table that the floor writes to; the benchmark makes it, no migration does."""

from django.conf import settings
from django.db import models
from django.utils import timezone


class Entry(models.Model):
    """A row about as large as a judgment."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.text
