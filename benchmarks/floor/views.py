"""The floor: what web server, Django, session, user and one stored row cost by themselves."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from floor.models import Entry


@login_required
@require_POST
def insert(request: HttpRequest) -> HttpResponse:
    """Store one row of the logged-in user."""
    Entry.objects.create(user_id=request.user.pk, text=request.POST["rationale"])
    return HttpResponse(b"stored")
