"""A database that cannot be reached or written: a calm page, and what was being written comes back in it."""

import errno
import sqlite3
from typing import Any

import psycopg
import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.backends.db import SessionStore as DjangoStore
from django.contrib.sessions.models import Session
from django.db import OperationalError, connection, connections
from django.test import Client
from psycopg_pool import PoolTimeout

from couples import visibility
from couples.accounts.sessions import SessionStore
from couples.lib.out_of_reach import is_out_of_reach
from tests.support import addresses, make
from tests.support.couple_and_therapist import Looking

WRITE = addresses.writing("boundary")


def nobody_answers(*_: Any, **__: Any) -> None:
    try:
        raise psycopg.OperationalError("server closed the connection unexpectedly")
    except psycopg.Error as problem:
        raise OperationalError("server closed the connection unexpectedly") from problem


@pytest.fixture
def hers(it: Looking) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(it.ada)
    return client


def test_what_was_being_written_comes_back_and_is_kept_once(
    it: Looking, hers: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = {"limit": "Knock <first>.", "once": "0b5d2c1e-8d8f-4a54-9e0c-5a3d6f2f0009", "act": "keep"}
    with monkeypatch.context() as lost:
        lost.setattr("couples.views.writing.writing_acts.write", nobody_answers)
        answer = hers.post(WRITE, sent)
    page = answer.content.decode()
    assert answer.status_code == 503 and "NOT saved" in page and "Knock &lt;first&gt;." in page
    assert sent["once"] in page and "get at its records" in page
    for _ in range(2):
        assert hers.post(WRITE, sent).status_code == 302
    assert [row.words["limit"] for row in visibility.newest_of_mine(it.ada)] == ["Knock <first>."]


def test_what_closes_says_in_capitals_that_it_was_not_done(
    it: Looking, hers: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = make.boundary(it.ada, it.clock)
    make.offer(record, it.ada, it.clock)
    monkeypatch.setattr("couples.actions.transactions.lock_people", nobody_answers)
    answer = hers.post(f"/mine/{record.pk}/take-back/")
    assert answer.status_code == 503 and "NOT taken back" in answer.content.decode()


def test_a_page_that_cannot_be_read_is_calm(it: Looking, hers: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("couples.middleware.visibility.seat_of", nobody_answers)
    answer = hers.get("/mine/")
    assert answer.status_code == 503 and "A moment, please" in answer.content.decode()


def test_a_page_is_shown_although_the_visit_cannot_be_noted(
    it: Looking, hers: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    it.clock.tick(minutes=5)
    monkeypatch.setattr(Session, "save", nobody_answers)
    assert hers.get("/mine/").status_code == 200


def test_a_session_that_cannot_be_saved_is_not_taken_for_one_that_was_ended(
    it: Looking, hers: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Session, "save", nobody_answers)
    answer = hers.post(WRITE, {"limit": "Knock.", "once": "0b5d2c1e-8d8f-4a54-9e0c-5a3d6f2f0008", "act": "keep"})
    assert answer.status_code == 503 and "NOT saved" in answer.content.decode()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL's server opens its files itself")
def test_a_connection_of_a_file_that_could_not_be_written_is_opened_anew_and_the_press_is_done(
    it: Looking, hers: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite opens a file that it may not write to read from, and a kept connection never learns that it may again."""
    opened: list[str] = []

    def asks(statement: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)

    def open_anew() -> None:
        opened.append("anew")
        asks("PRAGMA query_only = OFF")

    monkeypatch.setattr(connections["default"], "close", open_anew)
    asks("PRAGMA query_only = ON")
    sent = {"limit": "Knock.", "once": "0b5d2c1e-8d8f-4a54-9e0c-5a3d6f2f0007", "act": "keep"}
    assert hers.post(WRITE, sent).status_code == 302
    assert [row.words["limit"] for row in visibility.newest_of_mine(it.ada)] == ["Knock."]
    assert opened[0] == "anew"


def test_where_the_file_stays_shut_the_page_says_so(it: Looking, hers: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    shut = sqlite3.OperationalError("attempt to write a readonly database")
    shut.sqlite_errorcode = sqlite3.SQLITE_READONLY
    tries: list[int] = []

    def is_shut(*_: Any, **__: Any) -> None:
        tries.append(1)
        raise OperationalError from shut

    monkeypatch.setattr("couples.views.writing.writing_acts.write", is_shut)
    monkeypatch.setattr(connections["default"], "close", lambda: None)  # the test's own
    answer = hers.post(WRITE, {"limit": "Knock.", "once": "0b5d2c1e-8d8f-4a54-9e0c-5a3d6f2f0006", "act": "keep"})
    assert answer.status_code == 503 and "NOT saved" in answer.content.decode()
    assert len(tries) == 2


@pytest.mark.django_db
def test_a_session_that_was_ended_is_still_told_as_such() -> None:
    here = SessionStore()
    here["noted"] = 1
    here.save()
    DjangoStore(here.session_key).delete()
    with pytest.raises(UpdateError):
        here.save()


def test_what_says_that_the_database_is_out_of_reach_and_what_does_not() -> None:
    def of_sqlite(code: int) -> sqlite3.Error:
        problem = sqlite3.OperationalError()
        problem.sqlite_errorcode = code
        return problem

    def of_postgresql(state: str) -> psycopg.Error:
        problem = psycopg.OperationalError()
        problem.sqlstate = state  # type: ignore[misc]
        return problem

    there: list[BaseException] = [
        *(of_sqlite(code) for code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_READONLY_DBMOVED, sqlite3.SQLITE_CANTOPEN)),
        *(of_postgresql(state) for state in ("57P01", "08006", "53300", "25006")),
        psycopg.OperationalError("connection refused"),
        psycopg.InterfaceError("the connection is closed"),
        PoolTimeout("couldn't get a connection after 10.00 sec"),
        OSError(errno.EROFS, ""),
    ]
    for problem in there:
        assert is_out_of_reach(problem), repr(problem)
    others: list[BaseException | None] = [
        *(of_sqlite(code) for code in (sqlite3.SQLITE_FULL, sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_ERROR)),
        *(of_postgresql(state) for state in ("42501", "23505", "40P01")),
        psycopg.InterfaceError("the cursor is closed"),
        OperationalError(),
        OSError(errno.EACCES, ""),
        ValueError(),
        None,
    ]
    for other in others:
        assert not is_out_of_reach(other), repr(other)
