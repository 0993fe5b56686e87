"""`manage.py migrate`: one at a time, and meanwhile no page shows half of what it should."""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from io import StringIO
from time import sleep
from typing import Any

import psycopg
import pytest
from django.conf import settings as chosen
from django.core.management import CommandError, call_command
from django.core.management.commands.migrate import Command as Migrate
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from couples.management.commands import migrate
from couples.models import User
from couples.row_security import policies
from tests.support import addresses, make
from tests.support.own_place import ROOT, Place
from tests.support.page_reader import Reading
from tests.support.serving_role import as_serving_role
from trustapp import upgrading

WRITE = addresses.writing("boundary")


def heading(client: Client, method: str, address: str, **sent: Any) -> tuple[int, str]:
    answer = getattr(client, method)(address, sent)
    return answer.status_code, Reading(answer.content.decode()).main.strip().split("\n")[0].strip()


# --- Two at once ---


@pytest.mark.slow
def test_two_at_once_do_no_harm(place: Place) -> None:
    command = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
    both = [
        subprocess.Popen(command, cwd=ROOT, env=place.surroundings, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        for _ in range(2)
    ]
    said = [process.communicate(timeout=180)[0].decode() for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    place.manage("migrate", "--check")
    if connection.vendor == "postgresql":
        place.manage("wall", "--check")


# --- While tables change ---


@pytest.fixture
def hers(transactional_db: None) -> Iterator[Client]:
    """The browser of somebody signed in, whom errors reach as pages."""
    client = Client(raise_request_exception=False)
    client.force_login(make.person("Ada"))
    yield client
    if connection.vendor == "postgresql":
        policies.put_up(chosen.SERVING_ROLE)


def while_migrating(monkeypatch: pytest.MonkeyPatch, looks: Any, *, changes: bool) -> None:
    """Migrate, and look in the middle of it; `changes` is whether there is anything to do."""
    done = []

    def instead(self: Migrate, *args: Any, **options: Any) -> None:
        looks()
        done.append("looked")

    monkeypatch.setattr(Migrate, "handle", instead)
    monkeypatch.setattr(migrate.Command, "_is_there_more", staticmethod(lambda: changes))
    call_command("migrate", stdout=StringIO())
    assert done == ["looked"]


@pytest.mark.postgresql
def test_nobody_reads_an_empty_page_while_tables_change(hers: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without its policies the serving role would read no row: as if the other had taken everything back."""

    def looks() -> None:
        with suppress(ProgrammingError), as_serving_role():
            User.objects.count()
            pytest.fail("it may read")
        assert heading(hers, "get", "/mine/") == (503, "A moment, please")
        assert heading(hers, "post", "/stop/", act="everything") == (503, "NOT done")
        answer = hers.post(WRITE, {"limit": "Not on Sundays."})
        assert answer.status_code == 503 and "Not on Sundays." in answer.content.decode()
        assert hers.get("/safety/").status_code == hers.get("/healthz").status_code == 200
        assert hers.get("/readyz").status_code == 503

    while_migrating(monkeypatch, looks, changes=True)
    assert hers.get("/mine/").status_code == 200
    assert not policies.differences(chosen.SERVING_ROLE)


@pytest.mark.postgresql
def test_where_there_is_nothing_to_change_nobody_notices(hers: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    while_migrating(
        monkeypatch, lambda: heading(hers, "get", "/mine/") == (200, "Mine") or pytest.fail(), changes=False
    )


@pytest.mark.postgresql
def test_what_a_policy_refuses_is_no_update(hers: Client) -> None:
    """PostgreSQL says both with the same number: one is a mistake of ours, and has to be seen as one."""
    with as_serving_role():
        refused = refusal()
    with connection.cursor() as cursor:
        cursor.execute("COMMENT ON FUNCTION app_uid() IS '2026-03-02 18:00+00'")  # long ago
    with as_serving_role():
        assert not upgrading.explains(refused)


@pytest.mark.postgresql
def test_who_was_refused_just_before_the_rights_came_back_is_told_of_the_update_too(hers: Client) -> None:
    """Between the refusal and the look whether there are any rights, the wall may have been put up."""
    with as_serving_role():
        refused = refusal()
    policies.put_up(chosen.SERVING_ROLE)
    with as_serving_role():
        assert upgrading.explains(refused)


def refusal() -> ProgrammingError:
    with pytest.raises(ProgrammingError) as refused, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations")
    return refused.value


@contextmanager
def a_page_half_read() -> Iterator[psycopg.Connection[Any]]:
    """A page in the middle of its transaction: it has read what comes last, and wants what comes first."""
    params = connection.get_connection_params()
    asked = {name: params[name] for name in ("host", "port", "user", "password", "dbname") if params.get(name)}
    with psycopg.connect(**asked) as page:
        page.execute(f"SET ROLE {connection.ops.quote_name(chosen.SERVING_ROLE)}")
        page.commit()
        page.execute("SELECT count(*) FROM couples_wrappedkey")
        yield page


def beside(page: psycopg.Connection[Any], changes: Callable[[], None]) -> list[str]:
    """Change the wall while the page goes on reading; what became of the page's next question."""
    became: list[str] = []

    def reads_on() -> None:
        sleep(0.5)
        try:
            page.execute("SELECT count(*) FROM couples_card, couples_checkin")
            became.append("read")
        except psycopg.Error as problem:
            became.append(type(problem).__name__)
        page.rollback()

    thread = threading.Thread(target=reads_on)
    thread.start()
    try:
        changes()
    finally:
        thread.join()
    return became


@pytest.mark.postgresql
def test_a_page_in_the_middle_of_its_reading_stops_no_migration(hers: Client) -> None:
    """It is refused, which its reader is told calmly: neither ends the other, as two do who wait for each other."""
    with a_page_half_read() as page:
        assert beside(page, lambda: policies.take_down(chosen.SERVING_ROLE)) == ["InsufficientPrivilege"]


@pytest.mark.postgresql
@pytest.mark.parametrize("does", [policies.put_up, policies.differences])
def test_a_page_in_the_middle_of_its_reading_reads_on_while_the_wall_is_put_up_anew(hers: Client, does: Any) -> None:
    with a_page_half_read() as page:
        assert beside(page, lambda: does(chosen.SERVING_ROLE)) == ["read"]


@pytest.mark.postgresql
def test_where_somebody_stays_in_the_tables_nothing_is_changed_and_pages_are_read_on(
    hers: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(policies, "PATIENCE", 0.0)
    with a_page_half_read() as page:
        with pytest.raises(CommandError, match="Nothing was changed"):
            policies.take_down(chosen.SERVING_ROLE)
        page.execute("SELECT count(*) FROM couples_card, couples_checkin")
    assert hers.get("/mine/").status_code == 200
    assert not policies.differences(chosen.SERVING_ROLE)


# --- Code that is one migration ahead ---


@pytest.fixture
def behind(hers: Client, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The database lacks the newest migration, as the start finds out; gives the row that stands for it."""
    newest = max(name for app, name in upgrading.newest() if app == "couples")
    row = MigrationRecorder(connection).migration_qs.filter(app="couples", name=newest)
    row.update(name="9999_of_a_later_version")
    monkeypatch.setattr(upgrading, "LOOKED_AGAIN_AFTER", 0.0)
    monkeypatch.setattr(upgrading, "_looked_at", None)  # as it is again afterwards, for whichever test comes next
    from trustapp import start

    start.tables_fit()
    yield lambda: MigrationRecorder(connection).migration_qs.filter(name="9999_of_a_later_version").update(name=newest)
    MigrationRecorder(connection).migration_qs.filter(name="9999_of_a_later_version").update(name=newest)


def test_code_that_is_one_migration_ahead_says_so_on_every_page_and_serves_once_it_is_not(
    hers: Client, behind: Any
) -> None:
    assert heading(hers, "get", "/mine/") == (503, "A moment, please")
    assert heading(hers, "get", "/accounts/login/") == (503, "A moment, please")
    assert heading(hers, "post", "/stop/", act="everything") == (503, "NOT done")
    answer = hers.post(WRITE, {"limit": "Not on Sundays."})
    assert answer.status_code == 503 and "Not on Sundays." in answer.content.decode()
    assert hers.get("/safety/").status_code == hers.get("/notes/").status_code == 200
    behind()
    assert hers.get("/mine/").status_code == 200


def test_leaving_quickly_leaves_this_browser_meanwhile(hers: Client, behind: Any) -> None:
    answer = hers.post("/leave/")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/notes/")
    assert answer.cookies[chosen.SESSION_COOKIE_NAME].value == ""


@pytest.mark.one_database
def test_a_database_that_is_as_it_should_be_is_asked_once_at_the_start(db: None, monkeypatch: Any) -> None:
    from trustapp import start

    start.tables_fit()
    monkeypatch.setattr(upgrading, "migrations_are_applied", lambda: pytest.fail("it asked again"))
    assert not upgrading.is_behind()


# --- Code that is one migration behind ---


@pytest.fixture
def ahead(hers: Client) -> Iterator[None]:
    """Another version has migrated the database, and this one serves still."""
    row = MigrationRecorder(connection).migration_qs.create(app="couples", name="9999_of_a_later_version")
    yield
    row.delete()


@pytest.mark.parametrize("problem", [IntegrityError("a column is not null"), KeyError("a kind of yes")])
def test_what_fails_because_the_database_is_further_on_is_told_as_an_update_with_the_words(
    hers: Client, ahead: None, monkeypatch: pytest.MonkeyPatch, problem: Exception
) -> None:
    assert hers.get("/mine/").status_code == 200

    def fails(*args: Any, **named: Any) -> None:
        raise problem

    monkeypatch.setattr("couples.actions.writing.write", fails)
    answer = hers.post(WRITE, {"limit": "Not on Sundays."})
    assert answer.status_code == 503 and "Not on Sundays." in answer.content.decode()
    assert "is being updated" in answer.content.decode()


def test_what_fails_beside_a_database_that_fits_is_a_mistake_of_ours(
    hers: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*args: Any, **named: Any) -> None:
        raise KeyError("a kind of yes")

    monkeypatch.setattr("couples.actions.writing.write", fails)
    assert hers.post(WRITE, {"limit": "Not on Sundays."}).status_code == 500
