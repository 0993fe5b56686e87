"""What SQLite writes beside its file does not grow for ever, also where somebody always reads."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection

from couples.lib import written_ahead

MUCH = 2 * written_ahead.LARGE


@pytest.fixture
def beside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The file beside a database that `bring_in` looks after, much of which nobody has brought in; it stays open."""
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL looks after its own")
    name = tmp_path / "place.sqlite3"
    ours = connection.copy()
    ours.settings_dict = {**ours.settings_dict, "NAME": str(name)}
    monkeypatch.setattr(written_ahead, "connection", ours)
    with closing(sqlite3.connect(name, isolation_level=None)) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("PRAGMA wal_autocheckpoint = 0")
        writer.execute("CREATE TABLE words (words BLOB)")
        writer.execute("INSERT INTO words VALUES (zeroblob(?))", [MUCH])
        yield Path(f"{name}-wal")
    ours.close()


def read(beside: Path) -> sqlite3.Connection:
    """Somebody in the middle of reading."""
    reader = sqlite3.connect(str(beside).removesuffix("-wal"), isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM words").fetchone()
    return reader


@pytest.mark.django_db
@pytest.mark.one_database
def test_what_is_large_is_brought_in_and_what_was_written_is_there(beside: Path) -> None:
    assert beside.stat().st_size > MUCH
    written_ahead.bring_in()
    assert beside.stat().st_size == 0
    with closing(read(beside)) as reader:
        assert reader.execute("SELECT length(words) FROM words").fetchone() == (MUCH,)


@pytest.mark.django_db
@pytest.mark.one_database
def test_somebody_who_reads_from_before_puts_it_off_and_nothing_breaks(beside: Path) -> None:
    with closing(read(beside)) as reader, closing(sqlite3.connect(str(beside).removesuffix("-wal"))) as writer:
        with writer:
            writer.execute("INSERT INTO words VALUES ('more')")
        written_ahead.bring_in()
        assert beside.stat().st_size > MUCH
        assert reader.execute("SELECT count(*) FROM words").fetchone() == (1,)
    written_ahead.bring_in()
    assert beside.stat().st_size == 0


@pytest.mark.django_db
@pytest.mark.one_database
def test_what_is_small_is_left_alone(beside: Path) -> None:
    written_ahead.bring_in(least=4 * MUCH)
    assert beside.stat().st_size > MUCH


@pytest.mark.django_db
@pytest.mark.one_database
def test_of_what_was_erased_nothing_lies_beside_the_file_after_the_erasing_of_the_hour(beside: Path) -> None:
    mark = b"a wrapped key, as it stands in a row"
    name = str(beside).removesuffix("-wal")
    with closing(sqlite3.connect(name, isolation_level=None)) as writer:
        writer.execute("PRAGMA secure_delete = ON")
        writer.execute("INSERT INTO words VALUES (?)", [mark])
        writer.execute("DELETE FROM words WHERE words = ?", [mark])
    assert mark in beside.read_bytes(), "a page that is written anew leaves the one of before"
    written_ahead.bring_in(least=0)
    assert mark not in beside.read_bytes() + Path(name).read_bytes()
