"""Keys that pages carry in their address."""

from django.http import HttpRequest

# More digits than the largest key has.
TOO_LONG = 19


def key_in(request: HttpRequest, name: str) -> int | None:
    """A row's key in the address, such as where a page of a list begins.

    What cannot be one, in an address made by hand, is passed over.
    """
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < TOO_LONG else None
