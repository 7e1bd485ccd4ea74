"""How much a request may send, told from its headers before a byte of its body is read.

Django and the REST framework read a body, uploads to the disk, before a view can ask who sent it.
"""

from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve

from feedback_platform.api.authentication import valid_token
from feedback_platform.api.bodies import RawFileParser

View = TypeVar("View", bound=Callable[..., Any])

# Of any request; lists of people and of ids are far smaller.
MAX_BODY = 5 * 2**20
# What a form has around its file.
AROUND_A_FILE = 2**20


def takes_upload(view: View) -> View:
    """Mark a page that takes a file to import; as the outermost decorator."""
    view.takes_upload = True  # type: ignore[attr-defined]
    return view


class BodyLimitMiddleware:
    """Answer 413 to a body that is too long, and 411 to one that does not say how long it is.

    As long as a file may be is allowed only on the routes that take one, to whoever has a login
    or a token. To be placed after the sessions, and before anything that reads a body.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or ""
        if not length and "Transfer-Encoding" in request.headers:
            return _refusal(request, 411, "Send the length of the body: the header Content-Length.")
        if not length.isdecimal() or int(length[:20]) <= MAX_BODY:
            return self.get_response(request)
        limit = _limit(request)
        if int(length[:20]) <= limit:
            return self.get_response(request)
        return _refusal(request, 413, f"This is too much at once: at most {limit:,} bytes.")


def _limit(request: HttpRequest) -> int:
    if not _is_upload(request):
        return MAX_BODY
    file_limit: int = settings.IMPORT_MAX_FILE_BYTES
    return max(MAX_BODY, file_limit + AROUND_A_FILE) if _is_known(request) else MAX_BODY


def _is_upload(request: HttpRequest) -> bool:
    try:
        view = resolve(request.path_info).func
    except Resolver404:
        return False
    parsers = getattr(getattr(view, "cls", None), "parser_classes", ())
    return getattr(view, "takes_upload", False) or RawFileParser in parsers


def _is_known(request: HttpRequest) -> bool:
    """Whether it comes with a login or a token that holds; what they may do is asked later."""
    if _is_api(request):
        return valid_token(request) is not None
    return SESSION_KEY in request.session


def _is_api(request: HttpRequest) -> bool:
    return request.path_info.startswith("/api/")


def _refusal(request: HttpRequest, status: int, message: str) -> HttpResponse:
    if _is_api(request):
        return JsonResponse({"detail": message}, status=status)
    return render(request, "domain_error.html", {"message": message}, status=status)
