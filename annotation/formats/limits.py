"""How much of a stranger's file is read before it is refused."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one file; the settings ``IMPORT_MAX_*`` hold their values.

    ``ratio`` is inflated size over file size; ``depth`` counts nested JSON lists and objects.
    """

    file_bytes: int = 4 * 1024**3
    inflated_bytes: int = 16 * 1024**3
    ratio: int = 200
    line_bytes: int = 4 * 1024**2
    depth: int = 20
    fields: int = 200
