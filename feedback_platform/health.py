"""What a load balancer asks: does the process live, and can it do its work?"""

import time

from celery import current_app
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu.exceptions import KombuError

from feedback_platform.errors import DomainError

_WORKER_SECONDS = 2.0
# Anybody may ask; a worker is asked this often at most by one web process.
_KEEP_SECONDS = 3.0
_last_seen: dict[str, float] = {}


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Database, Redis (the broker) and a worker answer; 503 and which of them does not."""
    found = {"database": _database_answers()}
    found["redis"], found["worker"] = _broker_and_worker_answer()
    ready = all(found.values())
    body = {"status": "ok" if ready else "unavailable", **found}
    return JsonResponse(body, status=200 if ready else 503)


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, DomainError):
        return False
    return True


def _broker_and_worker_answer() -> tuple[bool, bool]:
    if time.monotonic() - _last_seen.get("worker", -_KEEP_SECONDS) < _KEEP_SECONDS:
        return True, True
    try:
        with current_app.connection_for_write(connect_timeout=2) as broker:
            broker.ensure_connection(max_retries=1, interval_start=0, timeout=2)
            answers = current_app.control.ping(timeout=_WORKER_SECONDS, limit=1, connection=broker)
    except (KombuError, OSError):
        return False, False
    if answers:
        _last_seen["worker"] = time.monotonic()
    return True, bool(answers)
