"""What every API route shares: bearer tokens, scopes and the form of errors."""

import hashlib
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView, exception_handler

from feedback_platform.errors import DomainError
from feedback_platform.models import ApiToken, User

SCOPES_FOR = {
    "judge": {ApiToken.Scope.JUDGE, ApiToken.Scope.MANAGE},
    "read": {ApiToken.Scope.READ, ApiToken.Scope.MANAGE},
    "manage": {ApiToken.Scope.MANAGE},
}
# A token's last use is noted at most this often, so that reading stays reading.
NOTE_USE_EVERY = timedelta(minutes=5)


class BearerTokenAuthentication(BaseAuthentication):
    """``Authorization: Bearer TOKEN``; only the SHA-256 of a token is stored."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        parts = get_authorization_header(request).split()
        if not parts or parts[0].lower() != b"bearer":
            return None
        if len(parts) != 2:
            raise AuthenticationFailed("Send the header as: Authorization: Bearer TOKEN")
        now = timezone.now()
        digest = hashlib.sha256(parts[1]).hexdigest()
        token = (
            ApiToken.objects.select_related("user")
            .filter(digest=digest, revoked_at=None, expires_at__gt=now, user__is_active=True)
            .first()
        )
        if token is None:
            raise AuthenticationFailed("This token is unknown, revoked or expired.")
        stale = Q(last_used_at=None) | Q(last_used_at__lt=now - NOTE_USE_EVERY)
        ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=now)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class BearerTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[misc]
    target_class = BearerTokenAuthentication
    name = "bearer"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}


class HasScope(BasePermission):
    """The token's scope allows what the view names in ``required_scope``."""

    message = "This token's scope does not allow this."

    def has_permission(self, request: Request, view: APIView) -> bool:
        required = getattr(view, "required_scope", "manage")
        return isinstance(request.auth, ApiToken) and request.auth.scope in SCOPES_FOR[required]


def domain_error_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    if isinstance(error, DomainError):
        return Response({"detail": error.message}, status=error.status)
    return exception_handler(error, context)
