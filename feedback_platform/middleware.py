"""Errors that a person can act on become pages, whichever view raised them."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from feedback_platform.errors import DomainError


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
