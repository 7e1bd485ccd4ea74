"""Reading settings from the environment: odd spellings are refused, not guessed."""

import os
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, "").strip() or default


def number(name: str, default: int, *, low: int = 0) -> int:
    raw = text(name, str(default))
    if not raw.isascii() or not raw.isdigit() or int(raw) < low:
        raise ImproperlyConfigured(f"{name} must be a whole number from {low} up, got {raw!r}.")
    return int(raw)


def flag(name: str, default: bool) -> bool:
    raw = text(name, "1" if default else "0")
    if raw not in {"0", "1"}:
        raise ImproperlyConfigured(f"{name} must be 0 or 1, got {raw!r}.")
    return raw == "1"


def items(name: str, default: list[str]) -> list[str]:
    raw = text(name)
    return [item.strip() for item in raw.split(",") if item.strip()] if raw else default


def web_address(name: str, default: str) -> str:
    address = text(name, default).rstrip("/")
    parts = urlsplit(address)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path:
        raise ImproperlyConfigured(f"{name} must look like https://host[:port], got {address!r}.")
    return address


# How the database is connected to. Statements may be prepared (feedback_platform.prepared), which
# Django else forbids, and are then planned once: left to itself the planner plans the hand-out each
# time anew in larger projects, and a server that can compile would compile it, for longer than it
# runs.
CONNECTION = {
    "pool": {"min_size": 1, "max_size": 16, "timeout": 10.0},
    "prepare_threshold": 5,
    "options": "-c plan_cache_mode=force_generic_plan -c jit=off",
}


def database(url: str) -> dict[str, object]:
    """The Django entry for postgresql://user:password@host:port/name?option=value."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"} or not parts.path.strip("/"):
        raise ImproperlyConfigured(
            "DATABASE_URL must look like postgresql://user:password@host:5432/name."
        )
    options = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
    given = {name: unquote(value) for name, value in options.items()}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": {**CONNECTION, **given},
    }
