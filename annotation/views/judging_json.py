"""The judging page's own requests: JSON out, and nobody's work under somebody else's name."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils.translation import gettext

from feedback_platform.errors import DomainError

View = Callable[..., HttpResponseBase]


def wants_json(request: HttpRequest) -> bool:
    """Whether the page's script asks, rather than a plain form or link."""
    return request.headers.get("Accept", "").startswith("application/json")


def for_its_person(view: View) -> View:
    """Refuse what the browser kept for another person than the one who is logged in now."""

    @wraps(view)
    def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        sender = request.POST.get("user", "")
        if sender and sender != str(request.user.pk):
            message = gettext("This was written by another person. It waits until they log in.")
            return JsonResponse({"stored": False, "message": message}, status=403)
        return view(request, *args, **kwargs)

    return checked


def refusal(error: DomainError) -> HttpResponse:
    """Why nothing was stored."""
    return JsonResponse({"stored": False, "message": error.message}, status=error.status)


def wrong_input(form: Form, **more: str) -> HttpResponse:
    """What is missing or wrong, in one text."""
    errors = [str(message) for messages in form.errors.values() for message in messages]
    return JsonResponse({"stored": False, "message": " ".join(errors), **more}, status=422)
