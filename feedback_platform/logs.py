"""JSON log lines that carry the request's and the task's id."""

import json
import logging
import re
import time
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from celery import current_task
from django.http import HttpRequest, HttpResponse

logger = logging.getLogger(__name__)

REQUEST_ID = "X-Request-ID"
_HEALTH = frozenset({"healthz", "readyz"})
_request_id: ContextVar[str] = ContextVar("request_id", default="")
_acceptable = re.compile(r"[A-Za-z0-9._-]{1,64}")
_standard = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


def current_request_id() -> str:
    """The id of the request that is being answered; empty outside of one."""
    return _request_id.get()


class RequestIdMiddleware:
    """Give each request an id: the proxy's where it sends a plain one, else a new one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get(REQUEST_ID, "")
        request_id = given if _acceptable.fullmatch(given) else uuid.uuid4().hex
        token = _request_id.set(request_id)
        started = time.perf_counter()
        try:
            response = self.get_response(request)
            self._log(request, response, time.perf_counter() - started)
        finally:
            _request_id.reset(token)
        response.headers[REQUEST_ID] = request_id
        return response

    def _log(self, request: HttpRequest, response: HttpResponse, seconds: float) -> None:
        """One line per answer of a view, static files and health checks left out.

        The route is logged and never the path: invitations carry their secret in it.
        """
        match = request.resolver_match
        if match is None or match.route in _HEALTH:
            return
        about = {
            "method": request.method,
            "route": match.route,
            "status": response.status_code,
            "milliseconds": round(seconds * 1000, 1),
        }
        logger.info("%s %s %s", request.method, match.route, response.status_code, extra=about)


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, message, ids, and what ``extra`` adds."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if request_id := _request_id.get():
            line["request_id"] = request_id
        if current_task:
            line |= {"task": current_task.name, "task_id": current_task.request.id}
        line |= {
            name: value
            for name, value in vars(record).items()
            if name not in _standard | {"request"}
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, default=str, ensure_ascii=False)


class WithoutRoutine(logging.Filter):
    """Leaves out what the clock does all the time, unless it goes wrong."""

    ROUTINE = frozenset(
        {
            "jobs.rescue_work",
            "annotation.expire_leases",
            "annotation.render_ahead",
            "quality.refresh_states",
            "quality.index_texts",
        }
    )

    def filter(self, record: logging.LogRecord) -> bool:
        task = getattr(record, "data", None) or {}
        return record.levelno > logging.INFO or task.get("name") not in self.ROUTINE


def logging_config(debug: bool) -> dict[str, Any]:
    """The ``LOGGING`` setting: JSON lines on stderr; plain lines where people read them (DEBUG)."""
    plain = {"format": "%(levelname)s %(name)s: %(message)s"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": JsonFormatter}, "plain": plain},
        "filters": {"without_routine": {"()": WithoutRoutine}},
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "filters": ["without_routine"],
                "formatter": "plain" if debug else "json",
            }
        },
        "root": {"handlers": ["stderr"], "level": "INFO"},
        "loggers": {
            # Django's own handlers write plain text.
            "django": {"handlers": [], "level": "INFO"},
            "django.server": {"handlers": [], "level": "INFO", "propagate": True},
            # What they say at a start would come after the line with the address.
            "celery.apps.worker": {"level": "WARNING"},
            "celery.worker.consumer.connection": {"level": "WARNING"},
        },
    }
