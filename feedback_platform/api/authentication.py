"""Bearer tokens, and what each scope of them may do."""

import hashlib
from datetime import timedelta
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed, Throttled
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from feedback_platform.models import ApiToken, User

Scope = ApiToken.Scope
SCOPES_FOR = {
    "any": {Scope.JUDGE, Scope.READ, Scope.MANAGE},
    "judge": {Scope.JUDGE, Scope.MANAGE},
    "read": {Scope.READ, Scope.MANAGE},
    "manage": {Scope.MANAGE},
}
# A token's last use is noted at most this often, so that reading stays reading.
NOTE_USE_EVERY = timedelta(minutes=5)
# Tokens that nobody has, sent from one address in a minute, before the answer is 429.
MOST_FAILURES = 30
FAILURES_LAST_SECONDS = 60


class BearerTokenAuthentication(BaseAuthentication):
    """``Authorization: Bearer TOKEN``; only the SHA-256 of a token is stored."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        parts = get_authorization_header(request).split()
        if not parts or parts[0].lower() != b"bearer":
            return None
        if len(parts) != 2:
            raise AuthenticationFailed("Send the header as: Authorization: Bearer TOKEN")
        now = timezone.now()
        token = valid_token(request)
        if token is None:
            _count_failure(request)
            raise AuthenticationFailed("This token is unknown, revoked or expired.")
        if token.last_used_at is None or token.last_used_at < now - NOTE_USE_EVERY:
            ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class BearerTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = BearerTokenAuthentication
    name = "bearer"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}


class HasScope(BasePermission):
    """The token's scope allows what the view's ``required_scope`` asks for this method."""

    def has_permission(self, request: Request, view: Any) -> bool:
        scopes: dict[str, str] = getattr(view, "required_scope", {})
        method = "GET" if request.method == "HEAD" else request.method
        required = scopes.get(method or "", "manage")
        self.message = (
            f"This needs a token with the scope {required}. Make one on your account page."
        )
        return isinstance(request.auth, ApiToken) and request.auth.scope in SCOPES_FOR[required]


def valid_token(request: HttpRequest | Request) -> ApiToken | None:
    """The token that a request comes with, where it is one that holds; one query."""
    kind, _, text = get_authorization_header(request).strip().partition(b" ")  # type: ignore[arg-type]
    if kind.lower() != b"bearer":
        return None
    digest = hashlib.sha256(text.strip()).hexdigest()
    held = ApiToken.objects.filter(digest=digest, revoked_at=None, expires_at__gt=timezone.now())
    return held.filter(user__is_active=True).select_related("user").first()


def _count_failure(request: Request) -> None:
    """
    Raises:
        Throttled: this address has sent too many unknown tokens; known ones still work.
    """
    key = f"api-failures-{request.META.get('REMOTE_ADDR', '')}"
    cache.add(key, 0, timeout=FAILURES_LAST_SECONDS)
    try:
        n_failures = cache.incr(key)
    except ValueError:
        # The count ended between the two statements.
        return
    if n_failures > MOST_FAILURES:
        raise Throttled(wait=FAILURES_LAST_SECONDS, detail="Too many unknown tokens.")
