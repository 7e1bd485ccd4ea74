"""The cast, and the folder with real judgments."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from hypothesis import HealthCheck, settings
from pytest_django import DjangoDbBlocker

from annotation.models import Membership, Project
from feedback_platform.models import User
from tests import factories

# A busy machine is no reason to fail. The rest stays as it is, which differs in CI.
settings.register_profile(
    "patient", settings.default, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("patient")

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """A connection that a thread of some test left open would keep the database from going."""
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid() "
            "AND backend_type = 'client backend'"
        )


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
