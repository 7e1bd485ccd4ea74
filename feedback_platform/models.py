"""People and their API tokens."""

from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils import timezone


class User(AbstractUser):
    """Somebody who can log in. What they may do in a project is a membership."""


class ApiToken(models.Model):
    """A bearer token of one user; only its SHA-256 is stored."""

    class Scope(models.TextChoices):
        JUDGE = "judge", "Judge comparisons"
        READ = "read", "Read projects, reports and datasets"
        MANAGE = "manage", "Everything the user may do"

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens")
    name = models.CharField(max_length=80)
    scope = models.CharField(max_length=10, choices=Scope.choices)
    # Hex SHA-256 of the token; its first characters are kept to recognise it in a list.
    digest = models.CharField(max_length=64, unique=True)
    prefix = models.CharField(max_length=12)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    @property
    def is_usable(self) -> bool:
        return self.revoked_at is None and self.expires_at > timezone.now()
