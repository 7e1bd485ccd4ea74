"""A pytest plugin, loaded before Django reads its settings: each session gets its own servers.

Named in pyproject.toml, because pytest-django reads the settings before any conftest.
"""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

SESSION_DIR = Path(tempfile.mkdtemp(prefix="feedback-tests-"))
VAR_DIR = SESSION_DIR / "var"
# Whitenoise warns about a folder that is not there.
(VAR_DIR / "static").mkdir(parents=True)
os.environ["VAR_DIR"] = str(VAR_DIR)
os.environ.setdefault("PLAIN_STATIC", "1")
os.environ.setdefault("EMBEDDED_POSTGRES_OPTIONS", "-c fsync=off -c full_page_writes=off")
# Other values of the surrounding shell would make the tests talk to real services.
for name in ("DATABASE_URL", "REDIS_URL", "PUBLIC_URL", "DEBUG"):
    os.environ.pop(name, None)


@pytest.fixture(scope="session", autouse=True)
def _redis() -> None:
    from feedback_platform.embedded.redis import start_redis

    start_redis(VAR_DIR)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start with the slow ones: workers that run dry take over what is quick."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is None)


def pytest_unconfigure() -> None:
    from feedback_platform.embedded import postgres, redis

    redis.stop_redis(VAR_DIR)
    postgres.stop(VAR_DIR)
    shutil.rmtree(SESSION_DIR, ignore_errors=True)
