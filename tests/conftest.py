"""What every test stands on. The cast and the ways to a state are in `tests/support/make.py`."""

import os

# Playwright runs an event loop in the thread of the test; Django would refuse the database beside it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

from collections.abc import Iterator  # noqa: E402
from importlib import import_module  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402
from uuid import uuid4  # noqa: E402

import psycopg  # noqa: E402
import pytest  # noqa: E402
from django.core.cache import cache  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.backends.sqlite3.base import DatabaseOperations  # noqa: E402  (its own file alone imports in a circle)
from hypothesis import HealthCheck, settings  # noqa: E402

from couples.lib import clock  # noqa: E402
from couples.models import User  # noqa: E402
from couples.row_security import session
from tests.support import make, serving_role  # noqa: E402
from tests.support.browsers import launch_options  # noqa: E402

JOURNEYS = Path(__file__).parent / "browser"
SLOW_IS_FINE = [HealthCheck.too_slow, HealthCheck.data_too_large]
settings.register_profile("default", deadline=None, suppress_health_check=SLOW_IS_FINE)
settings.register_profile("ci", settings.get_profile("default"), derandomize=True)
settings.register_profile("more", settings.get_profile("default"), max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "default"))


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Whatever lives in tests/browser is a journey, so none can slip into the runs without a browser.

    What is about PostgreSQL's wall is left out on SQLite, and counted there as deselected.
    """
    for item in items:
        if item.path.is_relative_to(JOURNEYS):
            item.add_marker("browser")
    if connection.vendor == "sqlite":
        of_the_wall = [item for item in items if item.get_closest_marker("postgresql")]
        config.hook.pytest_deselected(items=of_the_wall)
        items[:] = [item for item in items if item not in of_the_wall]


@pytest.fixture(autouse=True, scope="session")
def emptying_between_tests() -> Iterator[None]:
    """SQLite empties tables row by row, which the database refuses for revisions: between two tests it may."""
    keeping = import_module("couples.migrations.0006_a_revision_stays_as_it_is")
    empty = DatabaseOperations.sql_flush

    def sql_flush(self: DatabaseOperations, *args: Any, **kwargs: Any) -> list[str]:
        return [*keeping.SQLITE_BACK, *empty(self, *args, **kwargs), *keeping.SQLITE]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "sql_flush", sql_flush)
        yield


@pytest.fixture(autouse=True, scope="session")
def verbs_behind_the_wall() -> Iterator[None]:
    """On PostgreSQL pages and verbs run as the serving role; what a test looks at itself, it looks at as the owner."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(session, "tell", serving_role.tell)
        yield


@pytest.fixture(autouse=True)
def clean_cache() -> Iterator[None]:
    """Rate limits count in the cache: no test inherits another's guesses."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def story(monkeypatch: pytest.MonkeyPatch) -> make.Clock:
    """The clock of a story, which the pages read too."""
    told = make.Clock()
    monkeypatch.setattr(clock, "now", lambda: told.at)
    return told


@pytest.fixture
def ada(db: None) -> User:
    """Ada, alone so far."""
    return make.person("Ada")


@pytest.fixture
def ben(db: None) -> User:
    """Ben, alone so far."""
    return make.person("Ben")


@pytest.fixture
def empty_database(db: None, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database of the kind that the tests run on."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{tmp_path / 'before.sqlite3'}"
        return
    server, name = os.environ["DATABASE_URL"].rpartition("/")[0], f"before_{uuid4().hex}"
    given = connection.get_connection_params()
    reach = {key: given[key] for key in ("host", "port", "user", "password") if given.get(key)}
    with psycopg.connect(**reach, dbname="postgres", autocommit=True) as outside:
        outside.execute(f'CREATE DATABASE "{name}"')
        yield f"{server}/{name}"
        outside.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def mail_folder(settings: Any, tmp_path: Path) -> Path:
    """Mail goes to files in this folder, as in development, instead of `mail.outbox`."""
    settings.EMAIL_BACKEND = "trustapp.mail.ConsoleAndFiles"
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    settings.EMAIL_FILE_PATH.mkdir()
    return settings.EMAIL_FILE_PATH


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """How pytest-playwright starts the browser."""
    return {**browser_type_launch_args, **launch_options()}
