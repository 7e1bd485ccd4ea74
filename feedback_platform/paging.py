"""The addresses of the pages beside one of a keyset list."""

from typing import Any
from urllib.parse import urlencode


def neighbour_urls(here: str, *, before: Any, after: Any, **kept: Any) -> dict[str, str]:
    """``previous_url`` and ``next_url`` as ``_pager.html`` takes them, "" where there is none.

    ``before`` and ``after`` are the keys to go on from; ``kept`` is what the list was asked for.
    """
    asked = {name: value for name, value in kept.items() if value}
    return {
        "previous_url": f"{here}?{urlencode({**asked, 'before': before})}" if before else "",
        "next_url": f"{here}?{urlencode({**asked, 'after': after})}" if after else "",
    }
