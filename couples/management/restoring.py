"""Putting a backup back: looked through to its end first, then put in place of what is here, then brought up to now.

Nothing in a backup is taken to be as of today: sessions in it are over, mail in it is not sent, and whoever was erased
since is erased anew, by the list that lies outside (docs/decisions/0035-...).
"""

import os
import re
import sqlite3
import subprocess
import tempfile
from collections.abc import Callable
from contextlib import closing, suppress
from importlib import import_module
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from couples.lib import age_file
from couples.lib.ids import PLACE
from couples.management.backups import BEGINS, NotDone, first_line, run
from couples.models import Tally, WaitingMail
from couples.models.checks import LOOKED_AT, none_opens
from couples.models.keys import WrappedKey

IN_USE: Final = "Nothing was changed: the database is in use. Stop the server and manage.py work."
KEYS: Final = WrappedKey._meta.db_table
A_KEY: Final = re.compile(r"([0-9a-f-]{36})\t\\{2}x([0-9a-f]+)\n")  # a row of that table, owner and wrapped key
LEAVES_WITHIN: Final = 3.0  # seconds that PostgreSQL may take to notice who has gone
OTHERS: Final = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " AND usename IS NOT NULL"
)
EMPTY: Final = """
DO $$ DECLARE found record; BEGIN
  FOR found IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tableowner = current_user
  LOOP EXECUTE format('DROP TABLE public.%I CASCADE', found.tablename); END LOOP;
  FOR found IN SELECT p.oid::regprocedure AS name FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
    AND p.proowner = (SELECT oid FROM pg_roles WHERE rolname = current_user)
    AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
  LOOP EXECUTE 'DROP FUNCTION ' || found.name || ' CASCADE'; END LOOP;
END $$
"""


def look_through(file: Path, keys: list[Any]) -> str | None:
    """Read a backup to its end and see that it is one of this kind of database. Raises NotDone.

    Gives one sentence where VAULT_KEYS open nothing of what is sealed in it.
    """
    return none_opens((_keys_in_sqlite if connection.vendor == "sqlite" else _keys_in_postgresql)(file, keys), "backup")


def is_empty() -> bool:
    """Whether nothing is here that a backup would take the place of."""
    if connection.vendor == "sqlite":
        database = Path(connection.settings_dict["NAME"])
        if not database.exists() or database.stat().st_size == 0:
            return True
    return not connection.introspection.table_names()


def put_in_place(file: Path, keys: list[Any]) -> None:
    """Put a backup in the place of what is here, whole or not at all on SQLite. Raises NotDone.

    Nobody else may use the database meanwhile. On PostgreSQL it is emptied first; where the rest fails it stays empty.
    """
    if connection.vendor == "sqlite":
        _on_sqlite(file, keys)
    else:
        _on_postgresql(file, keys)


def end_what_was_under_way() -> None:
    """Sign everybody out, and drop mail that waited and tries that were counted: all of it is of another day.

    A session that somebody ended since on a phone that was taken would be alive again.
    """
    with transaction.atomic():
        import_module(settings.SESSION_ENGINE).SessionStore.get_model_class().objects.all().delete()
        WaitingMail.objects.all().delete()
        Tally.objects.all().delete()


# --- Reading --------------------------------------------------------------------------------------------------------


def _read(file: Path, keys: list[Any], onward: Callable[[bytes], Any]) -> None:
    """Hand on what is in a backup, once its first bytes are those of a backup of this kind of database."""
    begins, other = BEGINS[connection.vendor], {"sqlite": "PostgreSQL", "postgresql": "SQLite"}[connection.vendor]
    looked = b""

    def looking(piece: bytes) -> None:
        nonlocal looked
        if len(looked) < len(begins):
            looked += piece[: len(begins) - len(looked)]
            if not begins.startswith(looked):
                raise OSError(f"what is in it is no backup of this kind of database: of {other}, perhaps")
        onward(piece)

    try:
        age_file.read(file, keys, looking)
    except (age_file.NotReadable, OSError) as problem:
        raise NotDone(f"Nothing was changed: {problem}.") from problem
    if looked != begins:
        raise NotDone(f"Nothing was changed: {file.name} is empty.")


# --- SQLite ---------------------------------------------------------------------------------------------------------


def _unsealed(file: Path, keys: list[Any]) -> Path:
    """The database in a backup as a file beside the one of this place, which the caller removes; looked through."""
    database = Path(connection.settings_dict["NAME"])
    unsealed = database.with_name(f"{database.name}-restored")
    try:
        with os.fdopen(os.open(unsealed, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as opened:
            _read(file, keys, opened.write)
            opened.flush()
            os.fsync(opened.fileno())
        with closing(sqlite3.connect(unsealed)) as looked_at:
            if looked_at.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                raise NotDone(f"Nothing was changed: the database in {file.name} is damaged.")
    except (NotDone, OSError, sqlite3.Error) as problem:
        unsealed.unlink(missing_ok=True)
        raise problem if isinstance(problem, NotDone) else NotDone(f"Nothing was changed: {problem}.") from problem
    return unsealed


def _keys_in_sqlite(file: Path, keys: list[Any]) -> list[tuple[UUID, bytes]]:
    """Some of the wrapped keys in a backup, that of the place first; none where it has no table of them."""
    unsealed = _unsealed(file, keys)
    try:
        with closing(sqlite3.connect(unsealed)) as opened:
            if not opened.execute("SELECT 1 FROM sqlite_master WHERE name = ?", [KEYS]).fetchone():
                return []
            found = opened.execute(
                f"SELECT owner, wrapped FROM {KEYS} ORDER BY owner <> ?, owner LIMIT ?", [PLACE.hex, LOOKED_AT]
            )
            return [(UUID(owner), bytes(wrapped)) for owner, wrapped in found]
    finally:
        unsealed.unlink()


def _on_sqlite(file: Path, keys: list[Any]) -> None:
    database, unsealed = Path(connection.settings_dict["NAME"]), _unsealed(file, keys)
    connection.close()
    try:
        if database.exists():
            _nobody_else(database)
        for beside in ("-wal", "-shm", "-journal"):
            Path(f"{database}{beside}").unlink(missing_ok=True)
        unsealed.replace(database)
    finally:
        unsealed.unlink(missing_ok=True)


def _nobody_else(database: Path) -> None:
    """Raises NotDone where another process has the database open: it would go on writing into what is gone.

    SQLite leaves its log (WAL) for another way of writing only where nobody else has the file open. A file that is
    none, or damaged, is in nobody's use.
    """
    mode = ""
    try:
        with closing(sqlite3.connect(database, timeout=1)) as alone:
            (mode,) = alone.execute("PRAGMA journal_mode=DELETE").fetchone()
    except sqlite3.DatabaseError as problem:
        if problem.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return
    if mode != "delete":
        raise NotDone(IN_USE)


# --- PostgreSQL -----------------------------------------------------------------------------------------------------


def _on_postgresql(file: Path, keys: list[Any]) -> None:
    with connection.cursor() as cursor:
        until = monotonic() + LEAVES_WITHIN
        while _others(cursor):
            if monotonic() > until:
                raise NotDone(IN_USE)
            sleep(0.2)
        cursor.execute(EMPTY)
    whole = ("--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error")
    with tempfile.TemporaryFile() as errors, _restoring(errors, *whole) as process:
        assert process.stdin is not None
        try:
            _read(file, keys, _as_far_as_it_wants(process))
            process.stdin.close()
            _end(process, errors)
        except NotDone as problem:
            raise NotDone(
                f"The database is empty now: {str(problem).removeprefix('Nothing was changed: ')}"
            ) from problem


def _keys_in_postgresql(file: Path, keys: list[Any]) -> list[tuple[UUID, bytes]]:
    """Some of the wrapped keys in a backup, that of the place among them; none where it has no table of them.

    `pg_restore` writes that one table as it would send it: a line for each row, the bytes in hexadecimal digits.
    """
    one_table = ("--data-only", f"--table={KEYS}", "--file=-")
    with tempfile.TemporaryFile() as errors, tempfile.TemporaryFile("w+") as script:
        with _restoring(errors, *one_table, at_database=False, stdout=script) as process:
            _read(file, keys, _as_far_as_it_wants(process))
            _end(process, errors)
        script.seek(0)
        found: list[tuple[UUID, bytes]] = []
        for line in script:
            row = A_KEY.fullmatch(line)
            if row and (len(found) < LOOKED_AT or UUID(row[1]) == PLACE):
                found.append((UUID(row[1]), bytes.fromhex(row[2])))
        return found


def _others(cursor: Any) -> bool:
    cursor.execute(OTHERS)
    return bool(cursor.fetchone()[0])


def _restoring(errors: Any, *arguments: str, **streams: Any) -> Any:
    return run("pg_restore", *arguments, stdin=subprocess.PIPE, stderr=errors, **streams)


def _as_far_as_it_wants(process: subprocess.Popen[bytes]) -> Callable[[bytes], None]:
    """Hand pieces to a program that may have seen enough before the end."""

    def onward(piece: bytes) -> None:
        assert process.stdin is not None
        with suppress(BrokenPipeError):
            process.stdin.write(piece)

    return onward


def _end(process: subprocess.Popen[bytes], errors: Any) -> None:
    assert process.stdin is not None
    with suppress(BrokenPipeError):
        process.stdin.close()
    if process.wait() != 0:
        raise NotDone(f"Nothing was changed: {first_line(errors)}.")
