"""API tokens: made, shown once, revoked."""

import hashlib
import secrets
from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from feedback_platform.errors import Conflict
from feedback_platform.models import ApiToken, User

# Says what it is to whoever finds one, and to secret scanners.
PREFIX = "fp_"
SHOWN = 8


def create_token(*, user: User, name: str, scope: str, days: int) -> tuple[ApiToken, str]:
    """Make a token that ends by itself; the text is returned here and stored nowhere."""
    text = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=user,
        name=name,
        scope=scope,
        digest=hashlib.sha256(text.encode()).hexdigest(),
        prefix=text[:SHOWN],
        expires_at=timezone.now() + timedelta(days=days),
    )
    return token, text


def revoke_token(*, token: ApiToken) -> None:
    """End a token at once.

    Raises:
        Conflict: it was revoked before.
    """
    if not ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=timezone.now()):
        raise Conflict(f"The token {token.name} was revoked before.")


def tokens_of(user: User) -> QuerySet[ApiToken]:
    """The user's tokens that were not revoked, newest first; expired ones included."""
    return ApiToken.objects.filter(user=user, revoked_at=None)
