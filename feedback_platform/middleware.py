"""Between the server and the views: compression, and errors that a person can act on."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import render

from feedback_platform.errors import DomainError


class CompressPagesMiddleware(GZipMiddleware):
    """Compress pages and JSON. Downloads are files or streams and go as they are, with a length."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        return response if response.streaming else super().process_response(request, response)


class DomainErrorMiddleware:
    """Answer a ``DomainError`` that left a view with its status and its text."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, DomainError):
            return None
        context = {"message": exception.message}
        if "HX-Request" not in request.headers:
            return render(request, "domain_error.html", context, status=exception.status)
        # The page stays as it is; the refusal appears above it.
        response = render(
            request, "feedback_platform/_refusal.html", context, status=exception.status
        )
        response["HX-Retarget"] = "#messages"
        response["HX-Reswap"] = "innerHTML show:window:top"
        return response
