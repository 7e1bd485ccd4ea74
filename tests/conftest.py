"""The cast, and a private PostgreSQL for each test session."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

# Before Django reads its settings: nothing of a developer's own var/ is touched.
SESSION_DIR = Path(tempfile.mkdtemp(prefix="feedback-tests-"))
os.environ["VAR_DIR"] = str(SESSION_DIR / "var")
os.environ.setdefault("PLAIN_STATIC", "1")
os.environ.setdefault("EMBEDDED_POSTGRES_OPTIONS", "-c fsync=off -c full_page_writes=off")

import pytest  # noqa: E402

from annotation.models import Membership, Project  # noqa: E402
from feedback_platform.models import User  # noqa: E402
from tests import factories  # noqa: E402

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


def pytest_unconfigure() -> None:
    from feedback_platform.embedded import postgres

    postgres.stop(SESSION_DIR / "var")
    shutil.rmtree(SESSION_DIR, ignore_errors=True)


@pytest.fixture
def project(db: None) -> Project:
    return factories.make_project()


@pytest.fixture
def alice(project: Project) -> User:
    """An annotator."""
    return factories.make_user("alice", project=project)


@pytest.fixture
def bob(project: Project) -> User:
    """Another annotator."""
    return factories.make_user("bob", project=project)


@pytest.fixture
def carol(project: Project) -> User:
    """The manager."""
    return factories.make_user("carol", project=project, role=Membership.Role.MANAGER)


@pytest.fixture
def mallory(db: None) -> User:
    """Manager of another project, and so an outsider to this one."""
    elsewhere = factories.make_project(slug="elsewhere")
    return factories.make_user("mallory", project=elsewhere, role=Membership.Role.MANAGER)


@pytest.fixture
def shared_data() -> Iterator[Path]:
    """The folder with real human judgments that may lie beside the repository."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"the real judgments are not here: {SHARED_DATA}")
    yield SHARED_DATA
