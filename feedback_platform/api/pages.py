"""Lists by key: the newest first, each page starting after a row of the one before."""

from collections.abc import Sequence
from functools import cache
from typing import Any
from urllib.parse import urlencode

from django.db.models import Model, QuerySet
from drf_spectacular.utils import inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

LARGEST_KEY = 2**63 - 1


class PageInput(serializers.Serializer[Any]):
    """Which rows of a list."""

    after = serializers.IntegerField(
        required=False, min_value=0, max_value=LARGEST_KEY, help_text="Rows older than this id."
    )
    limit = serializers.IntegerField(default=25, min_value=1, max_value=100)


@cache
def page_of(output: type[serializers.Serializer[Any]]) -> serializers.Serializer[Any]:
    """The form of a page of such rows, for the OpenAPI description."""
    name = output.__name__.removesuffix("Output")
    return inline_serializer(
        name=f"{name}Page",
        fields={
            "results": output(many=True),
            "next": serializers.CharField(
                allow_null=True, help_text="Path of the next page; null on the last one."
            ),
        },
    )


def page_response(
    request: Request,
    rows: QuerySet[Any],
    output: type[serializers.Serializer[Any]],
    *,
    key: str = "pk",
    keep: Sequence[str] = (),
) -> Response:
    """The rows of one page, and the path of the next.

    ``key`` is what they are ordered by; ``keep`` names the filters that hold for the next page.
    """
    keys = PageInput(data=request.query_params)
    keys.is_valid(raise_exception=True)
    limit, after = keys.validated_data["limit"], keys.validated_data.get("after")
    if after is not None:
        rows = rows.filter(**{f"{key}__lt": after})
    found: list[Model] = list(rows.order_by(f"-{key}")[: limit + 1])
    shown = found[:limit]
    following = None
    if len(found) > limit:
        kept = {name: request.query_params[name] for name in keep if name in request.query_params}
        query = urlencode({"after": getattr(shown[-1], key), "limit": limit, **kept})
        following = f"{request.path}?{query}"
    return Response({"results": output(shown, many=True).data, "next": following})
