"""What every test stands on. The cast and the ways to a state are in `tests/support/make.py`."""

import gc
import os

# Playwright runs an event loop in the thread of the test; Django would refuse the database beside it.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

from collections.abc import Callable, Iterator, Mapping  # noqa: E402
from importlib import import_module  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402
from uuid import uuid4  # noqa: E402

import psycopg  # noqa: E402
import pytest  # noqa: E402
from django.conf import settings as django_settings  # noqa: E402
from django.core.cache import cache  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.db.backends.sqlite3.base import DatabaseOperations  # noqa: E402  (its own file alone imports in a circle)
from django.http import HttpResponse  # noqa: E402
from django.test import Client  # noqa: E402
from django.test import client as test_client  # noqa: E402
from hypothesis import HealthCheck, Phase, settings  # noqa: E402

from couples.actions import outbox  # noqa: E402
from couples.lib import clock as the_clock  # noqa: E402
from couples.models import Pair, User  # noqa: E402
from couples.row_security import session
from tests.support import acts_of_pages, make, migrated, quick, serving_role  # noqa: E402
from tests.support.both_databases import on_both  # noqa: E402
from tests.support.browsers import launch_options  # noqa: E402
from tests.support.couple import WAYS, Couple, as_far_as  # noqa: E402
from tests.support.couple_and_therapist import Looking, begun  # noqa: E402
from tests.support.depth import PROVING, depth  # noqa: E402
from tests.support.everybody import Everybody  # noqa: E402
from tests.support.one_database import is_enough_for  # noqa: E402
from tests.support.own_place import Place, own_place  # noqa: E402
from tests.support.two_worlds import Stage, stage_with_much_open  # noqa: E402

JOURNEYS = Path(__file__).parent / "browser"
SLOW_IS_FINE = [HealthCheck.too_slow, HealthCheck.data_too_large]
# The same histories each time, so that a red run can be told again; other ones, and many, where one is proving.
PHASES = [phase for phase in Phase if phase is not Phase.shrink] if "MISTAKE" in os.environ else list(Phase)
settings.register_profile(
    "ours", deadline=None, suppress_health_check=SLOW_IS_FINE, max_examples=depth(25, 1_000), phases=PHASES
)
settings.register_profile("told again", settings.get_profile("ours"), derandomize=True)
settings.load_profile("ours" if PROVING else "told again")


def pytest_addoption(parser: pytest.Parser) -> None:
    """What `make quick` adds to pytest's options."""
    parser.addoption("--quick", action="store_true", help="of each table its first line, of views the first tests")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Whatever lives in tests/browser is a journey, so none can slip into the runs without a browser.

    What is about PostgreSQL's wall is left out on SQLite, and what one database shows as well as two on PostgreSQL;
    what is asked of a night alone is left out on both. All of it is counted as deselected.
    """
    for item in items:
        if item.path.is_relative_to(JOURNEYS):
            item.add_marker("browser")
        elif is_enough_for(item.path) or not on_both(item.path, item.name):
            item.add_marker("one_database")
    if config.getoption("quick"):
        later = quick.left_out(items)
        config.hook.pytest_deselected(items=list(later))
        items[:] = [item for item in items if item not in later]
    elsewhere = {"postgresql"} if connection.vendor == "sqlite" else set() if PROVING else {"one_database"}
    elsewhere |= set() if PROVING else {"deep"}
    left_out = {item for item in items if any(item.get_closest_marker(name) for name in elsewhere)}
    config.hook.pytest_deselected(items=list(left_out))
    items[:] = [item for item in items if item not in left_out]


class LongestFirst:
    """After everything was shuffled: what takes seconds begins first, so that no worker waits at the end for one test
    that another has just begun. The rest stays in the order into which it was shuffled.
    """

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Put what is marked as slow in front, where several workers share the tests. Journeys see to it themselves."""
        if "PYTEST_XDIST_WORKER" in os.environ:
            items.sort(key=lambda item: not any(item.get_closest_marker(name) for name in ("slow", "browser")))


def pytest_configure(config: pytest.Config) -> None:
    """One file can hold one hook of a name."""
    config.pluginmanager.register(LongestFirst(), "longest first")


def pytest_collection_finish() -> None:
    """What was imported and collected stays until the end: nobody need look again and again whether it is garbage."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """On SQLite the database is there before it would be made: a copy of one that was migrated."""
    return connection.vendor == "sqlite"


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """Put the copy where this worker looks for its database."""
    if connection.vendor == "sqlite":
        migrated.put_in_place()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The database of this worker, and afterwards none."""
    with django_db_blocker.unblock():
        if connection.vendor == "sqlite":
            migrated.keep()
    yield
    with django_db_blocker.unblock():
        if connection.vendor == "sqlite":
            migrated.take_away()


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
def only_whole_pages_are_kept() -> Iterator[None]:
    """An answer of the test client brings the context of its page, as Django's does, and not that of every part of it:
    to copy those takes longer than to ask the database.
    """
    keep = test_client.store_rendered_templates

    def store(kept: Any, signal: Any, sender: Any, template: Any, context: Any, **more: Any) -> None:
        if context.template is template:
            keep(kept, signal, sender, template, context, **more)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(test_client, "store_rendered_templates", store)
        yield


@pytest.fixture(autouse=True, scope="session")
def verbs_behind_the_wall() -> Iterator[None]:
    """On PostgreSQL pages and verbs run as the serving role; what a test looks at itself, it looks at as the owner."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(session, "tell", serving_role.tell)
        yield


@pytest.fixture(autouse=True)
def mail_goes_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Mail is sent in the same moment: a test's own transaction is never committed, so no thread could see the row."""
    monkeypatch.setattr(outbox, "send_soon", lambda: outbox.send_waiting(the_clock.now()))


@pytest.fixture(autouse=True)
def acts_are_done(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test that is named for an act of a page does it."""
    node = request.node
    acts = acts_of_pages.done_by(node.path, getattr(node, "originalname", node.name))
    if not acts:
        yield
        return
    with pytest.MonkeyPatch.context() as patch:
        done = acts_of_pages.noted(acts, patch)
        yield
    assert done == acts, "tests/support/acts_of_pages.py says more of it: name another test for the rest"


@pytest.fixture(autouse=True)
def clean_cache() -> Iterator[None]:
    """Rate limits count in the cache: no test inherits another's guesses."""
    cache.clear()
    yield
    cache.clear()


@pytest.fixture(scope="session")
def erased_folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the lists of all tests lie: to make a folder for each, which few need, takes longer with every test."""
    return tmp_path_factory.mktemp("erased")


@pytest.fixture(autouse=True)
def erased_folder(settings: Any, erased_folders: Path) -> Path:
    """The list of the erased of one test: ids of a story come again in another. Nothing is there before it is used."""
    settings.ERASED_FOLDER = erased_folders / uuid4().hex
    return settings.ERASED_FOLDER


@pytest.fixture
def story(monkeypatch: pytest.MonkeyPatch) -> make.Clock:
    """The clock of a story, which the pages read too."""
    told = make.Clock()
    monkeypatch.setattr("couples.lib.clock.now", lambda: told.at)
    return told


@pytest.fixture
def clock(story: make.Clock) -> make.Clock:
    """The clock of a story by its plain name."""
    return story


@pytest.fixture
def couple(request: pytest.FixtureRequest, db: None) -> Couple | None:
    """Ada and Ben as far as the test goes with them (`pair`, `partner`); None where each of them is alone, and then
    there need be no story.
    """
    for how in WAYS:
        if how in request.fixturenames:
            return as_far_as(how, request.getfixturevalue("story"))
    return None


@pytest.fixture
def ada(couple: Couple | None) -> User:
    """Ada, alone so far where the test asks for neither her pair nor her partner."""
    return couple.ada if couple else make.person("Ada")


@pytest.fixture
def ben(couple: Couple | None) -> User:
    """Ben, likewise."""
    return couple.ben if couple else make.person("Ben")


@pytest.fixture
def pair(couple: Couple, story: make.Clock) -> Pair:
    """Ada and Ben on the evening after they paired: nobody has sat down."""
    story.tick(hours=3)
    return couple.pair


@pytest.fixture
def partner(couple: Couple, story: make.Clock) -> User:
    """Ben, Ada's partner: both welcome everything, any morning, and their first sitting is over."""
    story.tick(hours=3)
    return couple.ben


@pytest.fixture
def it(db: None, monkeypatch: pytest.MonkeyPatch) -> Looking:
    """Ada and Ben, who welcome everything, Dr. Faye, who has entered their code, and their pages."""
    return begun(monkeypatch)


@pytest.fixture
def stage(db: None) -> Iterator[Stage]:
    """Two people between whom much is open, and their therapist, for a story told twice."""
    yield from stage_with_much_open()


@pytest.fixture(scope="module")
def here(django_db_setup: None, django_db_blocker: Any) -> Iterator[Everybody]:
    """Everybody and what lies behind the addresses; gone when the module is. What one test changes is undone."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch, transaction.atomic():
        world = Everybody.begun()
        patch.setattr("couples.lib.clock.now", lambda: world.clock.at)
        yield world
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def ask(here: Everybody) -> Callable[..., HttpResponse]:
    """Ask for a path as one of `here`, signed in: `ask(AUTHOR, "get", path, sends)`."""
    signed_in = {}
    for what, who in here.people.items():
        client = Client()
        client.force_login(who)
        signed_in[what] = client.cookies[django_settings.SESSION_COOKIE_NAME].value

    def asked(who: str, method: str, path: str, sends: Mapping[str, Any] | None = None) -> HttpResponse:
        client = Client(raise_request_exception=False)
        if who in signed_in:
            client.cookies[django_settings.SESSION_COOKIE_NAME] = signed_in[who]
        return getattr(client, method)(
            path, {name: here.things.get(text, text) for name, text in (sends or {}).items()}
        )

    return asked


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
def place(tmp_path: Path, db: None) -> Iterator[Place]:
    """An empty place of its own, all of whose work is done by processes."""
    with own_place(tmp_path) as here:
        yield here


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
