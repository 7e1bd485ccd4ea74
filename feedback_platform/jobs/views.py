"""What every page with long work answers."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from feedback_platform.jobs.models import LongWork


def job_card_response(request: HttpRequest, job: LongWork, context: dict[str, Any]) -> HttpResponse:
    """The live card of a row; once the work has ended, htmx loads the whole page again.

    ``context`` holds ``card_url``, ``cancel_url`` and ``retry_url`` of the job.
    """
    response = render(request, "feedback_platform/_job.html", {"job": job, **context})
    if job.has_ended:
        response["HX-Refresh"] = "true"
    return response
