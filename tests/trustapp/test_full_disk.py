"""A full disk: what only closes works still, what fails says so in capitals, and what was being written comes back."""

import errno
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse

from couples import visibility
from couples.actions import sharing, steps
from couples.lib.disk_room import Reserve, is_full
from couples.models import Record
from tests.support import addresses, make
from tests.support.couple_and_therapist import Looking
from tests.support.page_reader import Reading

ROOT = Path(__file__).resolve().parent.parent.parent
STORY = ROOT / "tests" / "support" / "full_disk_story.py"
WRITE = addresses.writing("boundary")


# --- On a disk that is really full ---


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any) -> dict[str, Any]:
    """What a place on a full disk of 24 MB answered; skipped where no such disk can be made."""
    if connection.vendor != "sqlite":
        pytest.skip("the room is kept aside beside SQLite")
    disk, migrated = tmp_path_factory.mktemp("disk"), tmp_path_factory.mktemp("migrated") / "db.sqlite3"
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(f"VACUUM INTO '{migrated}'")
    command = f"mount -t tmpfs -o size=24m tmpfs {disk} && cp {migrated} {disk} && exec {sys.executable} {STORY}"
    surroundings = {**os.environ, "DATABASE_URL": f"sqlite:///{disk}/db.sqlite3"}
    for private in ("-Urm", "-m"):
        if shutil.which("unshare") and not subprocess.run(["unshare", private, "true"], capture_output=True).returncode:
            ran = subprocess.run(
                ["unshare", private, "sh", "-c", command], env=surroundings, capture_output=True, text=True
            )
            if "mount:" not in ran.stderr:
                assert ran.returncode == 0, ran.stderr[-3000:]
                return json.loads(ran.stdout.splitlines()[-1])
    pytest.skip("no disk of its own can be made here (unshare, mount)")


def test_pages_can_be_read(told: dict[str, Any]) -> None:
    assert told["kept aside"] == 4 * 1024 * 1024
    assert told["read"][0] == 200 and told["read"][2] == "Mine"


def test_what_was_being_written_comes_back_in_the_page(told: dict[str, Any]) -> None:
    for written in ("write", "write without"):
        status, _, heading, comes_back = told[written]
        assert (status, heading, comes_back) == (503, "NOT saved", True)


def test_taking_back_and_pausing_use_the_room_kept_aside(told: dict[str, Any]) -> None:
    assert told["take back"][0] == told["pause"][0] == 302
    assert told["left of it"] < told["kept aside"]


def test_who_is_signed_out_can_sign_in_to_take_something_back(told: dict[str, Any]) -> None:
    assert told["sign in"][:2] == [302, "/today/"]
    assert told["take back after that"][0] == 302
    assert told["kept aside"] / 2 <= told["left after signing in"] < told["left of it"]


def test_signing_in_leaves_half_of_the_room_to_what_closes(told: dict[str, Any]) -> None:
    assert told["sign in at half"][0] == 503
    assert told["take back at half"][0] == 302


def test_where_even_that_is_not_enough_the_page_says_so(told: dict[str, Any]) -> None:
    assert told["take back without"][0::2][:2] == [503, "NOT taken back"]
    assert told["end without"][0::2][:2] == [503, "NOT ended"]
    assert told["still paired"], "and says the truth"


def test_with_room_again_everything_is_as_before(told: dict[str, Any]) -> None:
    assert told["with room again"][:2] == [302, "/today/"] and told["not paired"]
    assert told["sign out"][0] == 302


# --- Where one part of a request finds no room ---


def no_room(*_: Any, **__: Any) -> None:
    try:
        raise OSError(errno.ENOSPC, "No space left on device")
    except OSError as problem:
        raise OperationalError("database or disk is full") from problem


@pytest.fixture
def it(db: None, monkeypatch: pytest.MonkeyPatch) -> Looking:
    return Looking(monkeypatch)


@pytest.fixture
def hers(it: Looking) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(it.ada)
    return client


class Form(HTMLParser):
    """The values that the form in the middle of a page would send."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self.inside = ""
        self.feed(page.partition("<main")[2])

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag == "input":
            self.values[named["name"] or ""] = named.get("value") or ""
        elif tag == "textarea":
            self.inside = named["name"] or ""
            self.values[self.inside] = ""

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.values[self.inside] += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.values[self.inside] = self.values[self.inside].removeprefix("\n")
            self.inside = ""


def test_what_came_back_can_be_sent_again_as_it_was(it: Looking, hers: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = {
        "limit": "Knock <first>.\nAlways.",
        "protects": "Sleep & rest",
        "firmness": "firm",
        "act": "keep",
        "once": "",
    }
    with monkeypatch.context() as full:
        full.setattr("couples.views.writing.writing_acts.write", no_room)
        answer = hers.post(WRITE, sent)
    page = answer.content.decode()
    assert answer.status_code == 503 and "NOT saved" in page
    assert {name: value.replace("\r\n", "\n") for name, value in Form(page).values.items()}.items() >= sent.items()
    answer = hers.post(WRITE, Form(page).values)
    assert answer.status_code == 302
    newest = visibility.newest_of_mine(it.ada).get()
    assert newest.words["limit"] == sent["limit"]
    assert visibility.own_words_of(it.ada, newest.record_id)["protects"] == sent["protects"]


def test_no_password_comes_back_and_nobody_is_told_more(it: Looking, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SessionStore, "save", no_room)
    client = Client(raise_request_exception=False)
    answer = client.post("/accounts/login/", {"login": it.ada.email, "password": make.PASSWORD})
    page = answer.content.decode()
    assert answer.status_code == 503 and make.PASSWORD not in page and it.ada.email not in page


def test_a_page_is_shown_although_the_visit_cannot_be_noted(
    it: Looking, hers: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.boundary(it.ada, it.clock, "Knock first.")
    it.clock.tick(minutes=5)  # so that it would be
    monkeypatch.setattr(SessionStore, "save", no_room)
    answer = hers.get("/mine/")
    assert answer.status_code == 200 and "Knock first." in answer.content.decode()


def test_what_was_taken_back_is_not_said_to_be_open_because_a_note_of_it_found_no_room(
    it: Looking, hers: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = make.boundary(it.ada, it.clock)
    make.offer(record, it.ada, it.clock)
    monkeypatch.setattr(SessionStore, "save", no_room)
    assert hers.post(f"/mine/{record.pk}/take-back/").status_code == 302
    assert not visibility.yeses_of(it.ada, it.clock.tick()).filter(kind="offer").exists()


@pytest.mark.parametrize(
    ("url", "fields", "said"),
    [
        ("/welcome/", {"everyday": "not_now"}, "NOT taken back"),
        ("/welcome/", {"everyday": "mornings"}, "NOT saved"),
        ("/sitting/up/", {}, "NOT ended"),
        (reverse("end_pairing"), {"way": "tell", "sure": "yes"}, "NOT ended"),
        ("the card, off", {}, "NOT ended"),
        ("/room/card/more/", {}, "NOT taken back"),
        ("/steps/pause/", {}, "NOT paused"),
        ("/stop/", {"act": "everything", "sure": "yes"}, "NOT done"),
    ],
)
def test_a_page_says_in_capitals_what_was_not_done(
    it: Looking, hers: Client, monkeypatch: pytest.MonkeyPatch, url: str, fields: dict[str, str], said: str
) -> None:
    steps.turn_on(by=it.ada, at=it.clock.tick())
    if url == "the card, off":
        it.let_in()
        url = f"/glass/{it.card.pk}/off/"
    for actions in ("transactions", "stopping", "therapy"):
        monkeypatch.setattr(f"couples.actions.{actions}.lock_people", no_room)
    answer = hers.post(url, fields)
    page = Reading(answer.content.decode()).main.strip()
    assert answer.status_code == 503 and page.startswith(said), page[:80]
    assert ("still open" in page) is (said != "NOT saved")


def test_what_only_closes_is_tried_again_for_as_long_as_there_is_room_aside(
    it: Looking, hers: Client, monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path
) -> None:
    settings.RESERVE_FILE, settings.DISK_RESERVE = tmp_path / "reserve", 3 * 1024 * 1024
    sqlite = {"ENGINE": "django.db.backends.sqlite3", "NAME": tmp_path / "held-open.sqlite3"}  # on PostgreSQL too
    monkeypatch.setattr("trustapp.full_disk.settings.DATABASES", {**settings.DATABASES, "default": sqlite})
    record = make.boundary(it.ada, it.clock)
    make.offer(record, it.ada, it.clock)
    tries: list[int] = []
    take_back = sharing.take_back

    def twice_no_room(*args: Any, **kwargs: Any) -> None:
        tries.append(settings.RESERVE_FILE.stat().st_size)
        if len(tries) < 3:
            no_room()
        take_back(*args, **kwargs)

    monkeypatch.setattr("couples.views.mine.sharing.take_back", twice_no_room)
    answer = hers.post(f"/mine/{record.pk}/take-back/")
    assert answer.status_code == 302
    assert [size // (1024 * 1024) for size in tries] == [3, 2, 1]
    monkeypatch.setattr("couples.views.writing.writing_acts.write", no_room)
    assert hers.post(WRITE, {"limit": "x"}).status_code == 503
    assert settings.RESERVE_FILE.stat().st_size == 1024 * 1024, "what gives something leaves it alone"


def test_leaving_quickly_shows_nothing_of_it(it: Looking, hers: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SessionStore, "delete", no_room)
    monkeypatch.setattr(SessionStore, "save", no_room)
    answer = hers.post("/leave/")
    assert (answer.status_code, answer.url) == (303, "/notes/")
    assert not hers.cookies["session"].value
    monkeypatch.undo()
    hers.force_login(it.ada)
    monkeypatch.setattr(SessionStore, "delete", no_room)
    monkeypatch.setattr(SessionStore, "save", no_room)
    assert hers.post("/leave/", headers={"Sec-Fetch-Dest": "empty"}).status_code == 503, "a script tries again"


def test_an_erasure_that_finds_no_room_for_its_line_may_use_what_is_kept_aside(
    it: Looking, hers: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = make.boundary(it.ada, it.clock)
    hers.post("/accounts/reauthenticate/", {"password": make.PASSWORD, "next": "/me/"})

    def full(*_: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("couples.lib.erased_list._write", full)
    page = hers.post(f"/mine/{record.pk}/more/")
    assert page.status_code == 503 and "NOT erased" in page.content.decode()
    assert Record.objects.filter(pk=record.pk).exists()


# --- The room ---


def test_the_room_is_made_let_go_and_made_again(tmp_path: Path) -> None:
    reserve = Reserve(tmp_path / "reserve", size=3000, step=2000)
    reserve.keep()
    assert reserve.left() == 3000
    assert reserve.let_go() and reserve.left() == 1000
    assert reserve.let_go() and reserve.left() == 0
    assert not reserve.let_go()
    reserve.keep()
    assert reserve.left() == 3000


def test_it_is_not_what_fills_a_disk(tmp_path: Path) -> None:
    reserve = Reserve(tmp_path / "reserve", size=shutil.disk_usage(tmp_path).free)
    reserve.keep()
    assert reserve.left() == 0


def test_a_folder_that_takes_no_file_breaks_nothing(tmp_path: Path) -> None:
    reserve = Reserve(tmp_path / "nowhere" / "reserve", size=3000)
    reserve.keep()
    assert not reserve.let_go()


def test_what_says_that_the_disk_is_full_and_what_does_not() -> None:
    def of_sqlite(code: int) -> sqlite3.Error:
        problem = sqlite3.OperationalError()
        problem.sqlite_errorcode = code
        return problem

    wrapped = OperationalError()
    wrapped.__cause__ = of_sqlite(sqlite3.SQLITE_FULL)
    assert is_full(wrapped) and is_full(of_sqlite(sqlite3.SQLITE_IOERR_SHMSIZE))
    assert is_full(OSError(errno.EDQUOT, ""))
    for other in (of_sqlite(sqlite3.SQLITE_BUSY), OSError(errno.EACCES, ""), OperationalError(), ValueError(), None):
        assert not is_full(other)
