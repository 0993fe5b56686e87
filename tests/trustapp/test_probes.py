"""`/healthz` and `/readyz`: what they ask, what makes them say no, and that they tell nothing of anybody."""

from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.db import OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.test.utils import CaptureQueriesContext

from couples.lib import clock, erased_list, vault
from couples.lib.ids import PLACE
from couples.models import keys
from tests.support import make
from tests.support.serving_role import as_serving_role
from trustapp import probes, start, upgrading
from trustapp.cache import FileCache
from trustapp.env import WrongSetting

pytestmark = pytest.mark.django_db

CHECKS = ["database", "migrations", "keys", "files", "disk", "cache", "erased"]


@pytest.fixture(autouse=True)
def looked_afresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every question is a look."""
    monkeypatch.setattr(probes, "LOOKED_AGAIN_AFTER", 0.0)
    yield
    probes._last = None


def asked(client: Client | None = None, **how: Any) -> tuple[int, dict[str, str]]:
    answer = (client or Client()).get("/readyz", **how)
    return answer.status_code, dict(line.split(": ") for line in answer.content.decode().splitlines())


def refused(what: str) -> tuple[int, dict[str, str]]:
    return 503, {**dict.fromkeys(CHECKS, "ok"), what: "not ok"}


# --- How they answer ---


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_a_probe_calls_a_machine_by_its_number_without_encryption(settings: Any, address: str) -> None:
    settings.SECURE_SSL_REDIRECT, settings.ALLOWED_HOSTS, settings.DEBUG = True, ["place.example.org"], False
    assert Client().get(address, HTTP_HOST="10.0.0.5:8000").status_code == 200
    assert Client().get("/safety/", HTTP_HOST="10.0.0.5:8000").status_code == 400, "nothing else does"
    assert Client().get(f"{address}/", HTTP_HOST="place.example.org").status_code == 301, "no address beside it does"


def test_alive_asks_the_database_nothing() -> None:
    client = Client()
    client.force_login(make.person("Ada"))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        answer = client.get("/healthz")
    assert (answer.status_code, answer.content) == (200, b"ok\n")
    assert not [query for query in queries.captured_queries if "set_config" not in query["sql"]]


@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_they_know_nobody_and_leave_no_cookie(address: str) -> None:
    client = Client()
    client.force_login(make.person("Ada"))
    hers, anybodys = client.get(address), Client().get(address)
    assert hers.content == anybodys.content
    for answer in (hers, anybodys):
        assert not answer.cookies and "Vary" not in answer.headers
        assert answer.headers["Cache-Control"] == "no-store"


def test_ready_says_names_of_checks_and_nothing_else() -> None:
    keys.key_for_sealing(PLACE)
    assert asked() == (200, dict.fromkeys(CHECKS, "ok"))


def test_whoever_asks_without_end_costs_one_look_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probes, "LOOKED_AGAIN_AFTER", 1.0)
    asked()
    monkeypatch.setattr(probes, "_checks", lambda: pytest.fail("it looked again"))
    assert asked()[0] == 200


# --- What makes it say no ---


def test_a_database_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> bool:
        raise OperationalError("connection to 10.0.0.9 failed")

    monkeypatch.setattr(probes, "_database_answers", away)
    status, said = asked()
    assert (status, said["database"]) == (503, "not ok") and set(said) == set(CHECKS)


def test_a_database_that_is_away_is_waited_for_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each further question would wait for it anew, and whoever watches has gone by then."""
    monkeypatch.setattr(probes, "_database_answers", lambda: False)
    monkeypatch.setattr(upgrading, "migrations_are_applied", lambda: pytest.fail("it asked the database"))
    monkeypatch.setattr(probes, "unreadable_key", lambda: pytest.fail("it asked the database"))
    counted_there = connection.vendor == "postgresql"
    if counted_there:
        monkeypatch.setattr(probes, "works", lambda counts: pytest.fail("it asked the database"))
    away = ["database", "migrations", "keys", *(["cache"] if counted_there else [])]
    assert asked() == (503, {name: "not ok" if name in away else "ok" for name in CHECKS})


def test_a_pool_is_opened_and_waited_for_two_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[Any] = []

    class Pool:
        def open(self) -> None:
            done.append("open")

        def getconn(self, timeout: float) -> Any:
            done.append(timeout)
            raise OperationalError("couldn't get a connection")

    away = SimpleNamespace(pool=Pool(), connection=None, wrap_database_errors=nullcontext(), vendor="postgresql")
    monkeypatch.setattr(probes, "connection", away)
    assert asked()[1]["database"] == "not ok"
    assert done == ["open", probes.WAITS_FOR_THE_DATABASE]


def test_a_database_that_is_one_migration_behind_and_one_that_is_ahead() -> None:
    newest = max(name for app, name in upgrading.newest() if app == "couples")
    row = MigrationRecorder(connection).migration_qs.filter(app="couples", name=newest)
    row.update(name="9999_of_a_later_version")
    assert asked() == refused("migrations")
    MigrationRecorder(connection).record_applied("couples", newest)
    assert asked()[0] == 200, "the code of before goes on while the next one is brought in"


def test_keys_of_another_place(settings: Any) -> None:
    keys.key_for_sealing(PLACE)
    settings.VAULT_KEYS = [vault.read_master_key(vault.new_master_key())]
    assert asked() == refused("keys")


def test_files_that_are_not_collected(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> None:
        raise WrongSetting("The file css/look.css is not among those collected.")

    monkeypatch.setattr(start, "files_are_collected", gone)
    assert asked() == refused("files")


@pytest.mark.one_database
def test_a_list_of_the_erased_that_cannot_be_written(settings: Any, tmp_path: Path) -> None:
    """Then nobody can leave for good, and the first to notice would be whoever tries."""
    settings.ERASED_FOLDER = tmp_path / "not" / "yet"
    assert asked()[0] == 200 and not settings.ERASED_FOLDER.exists(), "looking makes nothing"
    (tmp_path / "file").write_text("a file where the folder should be")
    settings.ERASED_FOLDER = tmp_path / "file"
    assert asked() == refused("erased")
    settings.ERASED_FOLDER = tmp_path / "folder"
    erased_list.note(erased_list.RECORD, uuid4(), clock.now().date())
    assert asked()[0] == 200
    # What a unit's ProtectSystem= answers, to root as well.
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("couples.lib.erased_list.os.access", lambda *_: False)
        assert asked() == refused("erased")


@pytest.mark.one_database
def test_room_that_cannot_be_kept_aside(settings: Any, tmp_path: Path) -> None:
    settings.RESERVE_FILE, settings.DISK_RESERVE = tmp_path / "reserve", 4096
    assert asked()[0] == 200 and settings.RESERVE_FILE.stat().st_size == 4096, "the first question keeps it aside"
    settings.DISK_RESERVE = 1 << 60  # more than there is on any disk
    assert asked() == refused("disk")


@pytest.mark.one_database
def test_a_folder_of_counts_that_cannot_be_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")
    monkeypatch.setattr(probes, "counts", FileCache(str(tmp_path / "cache"), {}))
    assert asked() == refused("cache")
    monkeypatch.setattr(probes, "counts", FileCache(str(tmp_path / "another"), {}))
    assert asked()[0] == 200


@pytest.mark.postgresql
def test_the_role_that_serves_may_ask_all_of_it() -> None:
    keys.key_for_sealing(PLACE)
    with as_serving_role():
        assert asked()[0] == 200


@pytest.mark.one_database
def test_on_postgresql_no_room_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probes, "reserve_of_this_place", lambda: None)
    assert asked()[1]["disk"] == "ok"
