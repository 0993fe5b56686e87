"""A drill: back up while people write, destroy everything, put it back. And what each part of it refuses."""

import errno
import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings as chosen
from django.core.management import CommandError, call_command
from django.db import OperationalError, connection
from django.test import Client

from couples.lib import age_file, erased_list, vault
from couples.lib.ids import PLACE
from couples.management import backups, restoring
from couples.models import Tally, User, WaitingMail
from tests.support import make
from tests.support.own_place import PROGRAMS, Place

AT = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)


# --- The drill ---


@pytest.mark.slow
def test_what_was_written_comes_back_and_whoever_was_erased_does_not(place: Place) -> None:
    place.migrate()
    eve, una, uwe = (place.writer(name) for name in ("Eve", "Una", "Uwe"))
    eve.wrote(2)
    eve.stop()
    before = una.wrote(3), uwe.wrote(3)
    assert "read back" in place.manage("backup")
    after = una.wrote(1), uwe.wrote(1)  # with what was under way when the backup had ended
    place.drill("erase", "Eve")
    place.drill("erase_first_record", "Uwe")
    place.manage("erase_due")  # as every hour: it copies the list
    for each in (una, uwe):
        each.wrote(1)
        each.stop()
    place.destroy()

    said = place.manage("restore", str(place.backup()), f"--key={place.folder / 'key'}")
    assert "Erased 2 accounts and records anew" in said
    assert "Everything is as it was written here." in said
    found = place.read()
    assert set(found) == {"Una", "Uwe"}, "whoever was erased is gone, and nobody else"
    assert len(found["Una"]) in range(before[0], after[0] + 1)
    assert found["Una"] == [f"Una {n}" for n in range(len(found["Una"]))], "what was committed before, without a gap"
    assert len(found["Uwe"]) + 1 in range(before[1], after[1] + 1)
    assert found["Uwe"] == [f"Uwe {n}" for n in range(1, len(found["Uwe"]) + 1)]
    if connection.vendor == "postgresql":
        place.manage("wall", "--check")


@pytest.mark.one_database
@pytest.mark.slow
def test_a_backup_is_of_use_only_to_the_holder_of_its_key_and_holds_no_key_of_this_place(place: Place) -> None:
    place.migrate()
    una = place.writer("Una")
    una.wrote(1)
    una.stop()
    place.manage("backup")
    sealed, opened = place.backup().read_bytes(), BytesIO()
    assert b"couples_revision" not in sealed
    age_file.read(place.backup(), age_file.secret_keys(place.folder / "key"), opened.write)
    assert b"couples_revision" in opened.getvalue() and b"Una 0" not in opened.getvalue()
    for key in (chosen.SECRET_KEY.encode(), b"only for tests, known", b"b25seSBmb3IgdGVzdHMs"):
        assert key not in opened.getvalue(), "a key of this place"
    assert place.backup().stat().st_mode & 0o777 == 0o600
    assert not [file for file in place.folder.rglob("*") if file.name.endswith(("-backup", ".part"))]

    # Somebody else's key, a cut, a changed byte, a master key that is not here: nothing is changed.
    again = ("restore", str(place.backup()), f"--key={place.folder / 'key'}", "--replace")
    others = {"DJANGO_SETTINGS_MODULE": "trustapp.settings", "VAULT_KEYS": vault.new_master_key()}
    said = place.manage(*again, fails=True, **others)
    assert said.strip().startswith("CommandError: Nothing was changed: VAULT_KEYS do not open what is sealed in this")
    _, other = age_file.new_key()
    (place.folder / "other").write_text(other)
    assert "Nothing was changed" in place.manage(
        "restore", str(place.backup()), f"--key={place.folder / 'other'}", "--replace", fails=True
    )
    for name, bad in (("cut", sealed[:-100]), ("changed", sealed[:-100] + b"x" + sealed[-99:])):
        (place.folder / "backups" / name).write_bytes(bad)
        said = place.manage(
            "restore", str(place.folder / "backups" / name), f"--key={place.folder / 'key'}", "--replace", fails=True
        )
        assert "Nothing was changed" in said
    assert place.read() == {"Una": [f"Una {n}" for n in range(len(place.read()["Una"]))]}


@pytest.mark.slow
def test_what_is_here_is_replaced_only_while_nobody_uses_it(place: Place) -> None:
    place.migrate()
    una = place.writer("Una")
    una.wrote(1)
    place.manage("backup")
    again = ("restore", str(place.backup()), f"--key={place.folder / 'key'}", "--replace")
    una.wrote(1)  # still at work
    assert "in use" in place.manage(*again, fails=True)
    una.stop()
    place.manage(*again)
    assert 0 < len(place.read()["Una"]) < una.done


# --- What is refused, in words ---


@pytest.fixture
def sealed(tmp_path: Path, settings: Any) -> Path:
    """A file that begins like a backup of this kind of database, and its key beside it."""
    public, secret = age_file.new_key()
    (tmp_path / "key").write_text(secret)
    settings.BACKUP_FOLDER, settings.BACKUP_TO = tmp_path / "backups", [public]
    settings.BACKUP_FOLDER.mkdir()
    file = settings.BACKUP_FOLDER / "place-20260302T030000Z.sqlite3.age"
    seal(file, backups.BEGINS[connection.vendor], public)
    return file


def seal(file: Path, words: bytes, public: str) -> None:
    age_file.write(BytesIO(words), file, [age_file.public_key(public)])


def told(*command: str) -> str:
    said = StringIO()
    call_command(*command, stdout=said)
    return said.getvalue()


def restore(file: Path, *more: str) -> str:
    with pytest.raises(CommandError) as said:
        call_command("restore", str(file), f"--key={file.parent.parent / 'key'}", *more, stdout=StringIO())
    return str(said.value)


@pytest.mark.django_db
def test_nothing_is_destroyed_unasked_and_nobody_comes_back_for_want_of_a_list(
    sealed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(restoring, "look_through", lambda *_: None)
    monkeypatch.setattr(restoring, "put_in_place", lambda *_: pytest.fail("it was put in place"))
    assert "not empty" in restore(sealed)
    assert "no list of the erased is beside the backup" in restore(sealed, "--replace")


@pytest.mark.django_db
def test_a_backup_of_another_kind_of_database_is_refused(sealed: Path, settings: Any) -> None:
    other = backups.BEGINS["postgresql" if connection.vendor == "sqlite" else "sqlite"]
    seal(sealed, other + b" and more", settings.BACKUP_TO[0])
    assert "no backup of this kind of database" in restore(sealed, "--look")
    seal(sealed, b"", settings.BACKUP_TO[0])
    assert "is empty" in restore(sealed, "--look")


@pytest.mark.postgresql
@pytest.mark.django_db
def test_where_the_database_is_gone_it_says_what_to_do(sealed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> None:
        raise OperationalError('FATAL:  database "trustapp" does not exist\n')

    monkeypatch.setattr(connection, "ensure_connection", gone)
    said = restore(sealed)
    assert "Nothing was changed" in said and "does not exist\nIf it is gone, make an empty one" in said


@pytest.mark.django_db
def test_a_damaged_database_in_a_sound_file_is_refused(
    sealed: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", f"{PROGRAMS}:{os.environ['PATH']}")
    seal(sealed, backups.BEGINS[connection.vendor] + b"and nothing like it" * 99, settings.BACKUP_TO[0])
    assert "Nothing was changed" in restore(sealed, "--look")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the drill does it on PostgreSQL")
@pytest.mark.django_db
def test_a_backup_whose_master_key_is_not_here_takes_the_place_of_nothing(
    sealed: Path, settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What is here could be read; what came in its place could not."""
    of_its_time, newer = vault.new_master_key(), vault.new_master_key()
    wrapped = vault.MasterKeys([vault.read_master_key(of_its_time)]).wrap(vault.new_key(), PLACE)
    with closing(sqlite3.connect(tmp_path / "then.sqlite3")) as then:
        then.execute("CREATE TABLE couples_wrappedkey (owner, wrapped)")
        then.execute("INSERT INTO couples_wrappedkey VALUES (?, ?)", [PLACE.hex, wrapped])
        then.commit()
    seal(sealed, (tmp_path / "then.sqlite3").read_bytes(), settings.BACKUP_TO[0])
    monkeypatch.setattr(restoring, "put_in_place", lambda *_: pytest.fail("it was put in place"))
    look = (f"--key={tmp_path / 'key'}", "--look")

    settings.VAULT_KEYS = [vault.read_master_key(newer)]
    said = restore(sealed, "--replace", "--no-list")
    assert said.startswith("Nothing was changed: VAULT_KEYS do not open what is sealed in this backup")
    assert "It cannot be put back here: VAULT_KEYS" in told("restore", str(sealed), *look)
    settings.VAULT_KEYS = [vault.read_master_key(key) for key in (newer, of_its_time)]
    assert told("restore", str(sealed), *look).endswith("to its end, and put back here.\n")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("written", "said"),
    [(None, "No such file"), ("", "no secret key"), ("age1x", "no secret key"), ("# a", "no secret")],
)
def test_a_key_that_is_none_is_refused_and_never_repeated(sealed: Path, written: str | None, said: str) -> None:
    key = sealed.parent.parent / "key"
    key.unlink() if written is None else key.write_text(written)
    found = restore(sealed)
    assert said in found and "age1x" not in found


@pytest.mark.django_db
def test_without_a_key_to_seal_to_no_backup_is_made(settings: Any, tmp_path: Path) -> None:
    settings.BACKUP_TO, settings.BACKUP_FOLDER = [], tmp_path / "backups"
    with pytest.raises(CommandError, match="BACKUP_TO is missing"):
        call_command("backup")
    assert not settings.BACKUP_FOLDER.exists()


def test_a_new_key_can_be_put_into_the_settings_and_into_a_file(tmp_path: Path) -> None:
    out = StringIO()
    call_command("backup", "--new-key", stdout=out)
    (tmp_path / "key").write_text(out.getvalue())
    (secret,) = age_file.secret_keys(tmp_path / "key")
    assert f"BACKUP_TO={secret.to_public()}\n" in out.getvalue()


# --- What fails half way ---


def fail(monkeypatch: pytest.MonkeyPatch, settings: Any) -> str:
    with pytest.raises(CommandError) as said:
        call_command("backup", stdout=StringIO())
    assert not list(settings.BACKUP_FOLDER.glob("*.part"))
    return str(said.value)


@pytest.mark.django_db(transaction=True)
def test_a_file_that_does_not_open_to_what_was_written_is_no_backup(
    sealed: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", f"{PROGRAMS}:{os.environ['PATH']}")
    encrypt = age_file.encrypt_io

    def a_bad_disk(source: Any, target: Any, to: Any) -> None:
        encrypt(source, target, to)
        target.seek(-3, 2)
        target.write(b"xyz")

    monkeypatch.setattr(age_file, "encrypt_io", a_bad_disk)
    assert "cannot be opened" in fail(monkeypatch, settings)
    monkeypatch.setattr(age_file, "encrypt_io", lambda source, *to: encrypt(BytesIO(source.read()[:-1]), *to))
    assert "does not open to what was written" in fail(monkeypatch, settings)
    assert [file for _, file in backups.kept(settings.BACKUP_FOLDER)] == [sealed]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("program", "said"),
    [
        ("printf PGDMP-and-half-of-it; echo 'pg_dump: error: the server went' >&2; exit 1", "the server went"),
        (None, "install PostgreSQL's client"),
    ],
)
def test_half_a_dump_is_no_backup(
    sealed: Path, settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, program: str | None, said: str
) -> None:
    if program:
        (tmp_path / "pg_dump").write_text(f"#!/bin/sh\n{program}\n")
        (tmp_path / "pg_dump").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path) + (":/bin" if program else ""))
    assert said in fail(monkeypatch, settings)
    assert [file for _, file in backups.kept(settings.BACKUP_FOLDER)] == [sealed]


@pytest.mark.one_database
@pytest.mark.django_db(transaction=True)
def test_a_folder_that_a_unit_does_not_allow_is_named_with_what_allows_it(
    sealed: Path, settings: Any, monkeypatch: Any
) -> None:
    def read_only(*_: Any, **__: Any) -> None:
        raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(settings.BACKUP_FOLDER))

    monkeypatch.setattr(age_file, "write", read_only)
    monkeypatch.setattr(Path, "unlink", read_only)
    said = fail(monkeypatch, settings)
    assert "Read-only file system" in said and "ReadWritePaths=" in said


@pytest.mark.one_database
@pytest.mark.django_db(transaction=True)
def test_a_disk_without_room_for_a_copy_is_not_filled(sealed: Path, settings: Any, monkeypatch: Any) -> None:
    settings.DISK_RESERVE = 1 << 60
    assert "no room" in fail(monkeypatch, settings)


# --- How long they are kept ---


def made(folder: Path, *days_ago: int) -> None:
    folder.mkdir(exist_ok=True)
    for days in days_ago:
        when = (AT - timedelta(days=days)).strftime(backups.WHEN)
        (folder / f"place-{when}.sqlite3.age").write_bytes(b"x")


def days_kept(folder: Path) -> list[int]:
    return [(AT - at).days for at, _ in backups.kept(folder)]


def test_what_is_older_than_was_promised_goes_and_nothing_else_does(tmp_path: Path) -> None:
    made(tmp_path, 0, 1, 29, 30, 31, 400)
    (tmp_path / "place-19990101T000000Z.sqlite3.age.part").write_bytes(b"x")
    for other in ("erased.txt", "place-19990101T000000Z.sqlite3", "notes-19990101.age"):
        (tmp_path / other).write_bytes(b"x")
    assert backups.let_go(tmp_path, AT, days=30) == 2
    assert days_kept(tmp_path) == [30, 29, 1, 0]
    assert {file.name for file in tmp_path.iterdir() if not backups.NAME.fullmatch(file.name)} == {
        "erased.txt",
        "place-19990101T000000Z.sqlite3",
        "notes-19990101.age",
    }


def test_the_newest_stays_however_old_it_is(tmp_path: Path) -> None:
    made(tmp_path, 50, 60)
    backups.let_go(tmp_path, AT, days=30)
    assert days_kept(tmp_path) == [50]


@pytest.mark.django_db
def test_old_ones_go_also_where_no_new_one_can_be_made(settings: Any, tmp_path: Path, monkeypatch: Any) -> None:
    def cannot(*_: Any) -> None:
        raise backups.NotDone("No backup was made: the disk is gone.")

    settings.BACKUP_FOLDER, settings.BACKUP_TO = tmp_path / "backups", [age_file.new_key()[0]]
    made(settings.BACKUP_FOLDER, 1, 31)
    monkeypatch.setattr("couples.lib.clock.now", lambda: AT)
    monkeypatch.setattr(backups, "make", cannot)
    with pytest.raises(CommandError, match="the disk is gone"):
        call_command("backup")
    assert days_kept(settings.BACKUP_FOLDER) == [1]


# --- The list beside them ---


@pytest.mark.django_db
def test_the_list_beside_the_backups_grows_with_every_hour_and_loses_nothing(settings: Any, tmp_path: Path) -> None:
    settings.BACKUP_FOLDER, settings.BACKUP_TO = tmp_path / "backups", [age_file.new_key()[0]]
    beside = settings.BACKUP_FOLDER / erased_list.FILE_NAME
    call_command("erase_due", stdout=StringIO())
    assert beside.read_text() == "", "it says that nobody was erased, by being there"
    first, second = uuid4(), uuid4()
    erased_list.note(erased_list.RECORD, first, AT.date())
    for _ in range(2):
        call_command("erase_due", stdout=StringIO())
    erased_list.path().unlink()
    erased_list.note(erased_list.ACCOUNT, second, AT.date())
    with erased_list.path().open("a") as torn:
        torn.write("2026-03-02 acc")
    call_command("erase_due", stdout=StringIO())
    assert beside.read_text().splitlines() == [f"2026-03-02 record {first}", f"2026-03-02 account {second}"]
    assert beside.stat().st_mode & 0o777 == 0o600


# --- Of another day ---


@pytest.mark.django_db
def test_nobody_is_signed_in_and_no_mail_goes_out_after_a_backup_was_put_back(monkeypatch: Any) -> None:
    monkeypatch.setattr("couples.actions.outbox.send_soon", lambda: None)
    ada, hers = make.person("Ada"), Client()
    hers.force_login(ada)
    hers.post("/accounts/password/reset/", {"email": ada.email})
    Tally.objects.create(key="tries", value="5", ends_at=datetime.now(UTC) + timedelta(hours=1))
    assert hers.get("/mine/").status_code == 200 and WaitingMail.objects.exists()
    restoring.end_what_was_under_way()
    assert hers.get("/mine/").status_code == 302
    assert not WaitingMail.objects.exists() and not Tally.objects.exists()
    assert User.objects.filter(pk=ada.pk).exists(), "nothing else goes"
