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
    """Deal the slow tests out to the workers, to be run first; each worker has a run of items.

    Browser tests stay together: those of one module share a running platform.
    """
    n_workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    dealt = {
        item
        for item in items
        if item.get_closest_marker("slow") and not item.get_closest_marker("browser")
    }
    slow = [item for item in items if item in dealt]
    rest = [item for item in items if item not in dealt]
    share = -(-len(rest) // n_workers)
    items[:] = [
        item
        for worker in range(n_workers)
        for item in (*slow[worker::n_workers], *rest[worker * share : (worker + 1) * share])
    ]


def pytest_unconfigure() -> None:
    from feedback_platform.embedded import postgres, redis

    redis.stop_redis(VAR_DIR)
    postgres.stop(VAR_DIR)
    shutil.rmtree(SESSION_DIR, ignore_errors=True)
