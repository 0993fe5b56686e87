"""A reader, such as somebody's own copy on a slow network, holds up nobody who writes (SQLite; point 2 of issue 16)."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from threading import Thread
from time import monotonic, sleep

import pytest
from django.db import connection

from couples.actions import erasure, records
from couples.models import User
from tests.support import make

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite has a write-ahead log of this kind"),
]
AT_ONCE = 2.0  # seconds; a wait is one of twenty


@pytest.fixture
def reader(db: None) -> Iterator[sqlite3.Connection]:
    """Somebody who began to read a while ago, and reads on."""
    make.person("Zoe")
    with closing(sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)) as reads:
        reads.execute("BEGIN")
        reads.execute("SELECT count(*) FROM couples_user").fetchone()
        yield reads


def took(act: object, *args: object, **kwargs: object) -> float:
    began = monotonic()
    act(*args, **kwargs)  # type: ignore[operator]
    return monotonic() - began


def test_erasing_does_not_wait_for_a_reader(reader: sqlite3.Connection, ada: User) -> None:
    clock = make.Clock()
    record = make.boundary(ada, clock)
    assert took(erasure.erase_record, record, by=ada, at=clock.tick()) < AT_ONCE
    assert took(erasure.erase_due, clock.tick()) < AT_ONCE
    assert connection.cursor().execute("PRAGMA busy_timeout").fetchone() == (20_000,), "others are waited for as before"


def test_nobody_who_writes_waits_for_an_erasure_that_a_reader_stands_in_the_way_of(
    reader: sqlite3.Connection, ada: User, ben: User
) -> None:
    clock = make.Clock()

    def erases() -> None:
        erasure.erase_due(clock.at)
        connection.close()

    other = Thread(target=erases)
    other.start()
    sleep(0.3)
    assert took(records.write, "boundary", {"limit": "Knock."}, by=ben, at=clock.tick()) < AT_ONCE
    other.join()


def test_the_log_is_emptied_by_the_next_run_once_nobody_reads(reader: sqlite3.Connection, ada: User) -> None:
    clock = make.Clock()
    record = make.boundary(ada, clock, "x" * 3000)
    erasure.erase_record(record, by=ada, at=clock.tick())
    log = f"{connection.settings_dict['NAME']}-wal"
    with open(log, "rb") as file:
        assert file.read(1)
    reader.execute("COMMIT")
    erasure.erase_due(clock.tick())
    with open(log, "rb") as file:
        assert not file.read(1)
