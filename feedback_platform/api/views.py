"""What the views of the API have in common, and the pages that describe it."""

from typing import ClassVar

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views import defaults
from django.views.decorators.csrf import csrf_exempt
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.permissions import AllowAny
from rest_framework.views import APIView

from feedback_platform.api.authentication import HasScope
from feedback_platform.logs import current_request_id


class ApiView(APIView):
    """A route; ``required_scope`` names the token scope that each method asks for.

    A method fetches through access, validates, calls one service and answers.
    """

    permission_classes = [HasScope]
    required_scope: ClassVar[dict[str, str]] = {}


@csrf_exempt
def no_such_route(request: HttpRequest, rest: str) -> JsonResponse:
    """What a program gets for a misspelt address: JSON, like every other refusal."""
    detail = "There is no such route. /api/v1/docs lists them all; none ends with a slash."
    return JsonResponse({"detail": detail}, status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """A defect: JSON for programs, the page of ``500.html`` for people. The log knows more."""
    if not request.path.startswith("/api/"):
        return defaults.server_error(request)
    detail = "The server has a fault. Tell its operator the request id; the log says more."
    return JsonResponse({"detail": detail, "request_id": current_request_id()}, status=500)


class SchemaView(SpectacularAPIView):
    """The OpenAPI document. It holds no data, so anybody may read it."""

    authentication_classes = []
    permission_classes = [AllowAny]
    # YAML or JSON, as asked for.
    content_negotiation_class = DefaultContentNegotiation


class DocsView(SpectacularSwaggerSplitView):
    """Swagger UI from this server's own files, under the content policy of every page."""

    authentication_classes = []
    permission_classes = [AllowAny]
    url_name = "api-schema"
    template_name = "feedback_platform/api_docs.html"
