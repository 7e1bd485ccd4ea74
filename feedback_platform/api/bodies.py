"""Reading request bodies: JSON of bounded size, and files that go to disk as they come."""

import json
from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.utils.datastructures import MultiValueDict
from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.parsers import BaseParser, FileUploadParser

from feedback_platform.errors import BadInput, TooLarge
from feedback_platform.storable import check_storable


class BoundedJSONParser(BaseParser):
    """JSON in UTF-8, at most DATA_UPLOAD_MAX_MEMORY_SIZE bytes, of what can be stored."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """
        Raises:
            TooLarge: the body is over the limit.
            ParseError: it is no JSON.
            ValidationError: a field has a number or a text that cannot be stored.
            BadInput: what is no field has one.
        """
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE or 0
        body = stream.read(limit + 1)
        if len(body) > limit:
            raise TooLarge(f"The body has more than {limit:,} bytes. Send less at once.")
        try:
            parsed = json.loads(body.decode(), parse_constant=_refuse_constant)
        except RecursionError:
            raise ParseError("The body is nested too deeply.") from None
        except ValueError as error:
            raise ParseError(f"The body is no JSON in UTF-8: {error}.") from None
        _check_storable(parsed)
        return parsed


class RawFileParser(FileUploadParser):
    """The whole body as one file, whatever its media type; its name is optional."""

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        parsed = super().parse(stream, media_type, parser_context)
        # Django closes, and so removes, the temporary files of the request that it knows of.
        parser_context["request"]._request._files = MultiValueDict({"file": [parsed.files["file"]]})
        return parsed

    def get_filename(self, stream: Any, media_type: Any, parser_context: Any) -> str:
        return super().get_filename(stream, media_type, parser_context) or "upload"


def _check_storable(parsed: Any) -> None:
    fields = parsed if isinstance(parsed, dict) else {}
    check_storable(list(fields) if fields else parsed)
    for name, value in fields.items():
        try:
            check_storable(value)
        except BadInput as error:
            raise ValidationError({name: [error.message]}) from None


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON number")
