"""Backups: one snapshot of the whole database in one file, sealed to the public keys of whoever may restore it.

What is in such a file is what SQLite's own backup or `pg_dump` writes, so that it can be put back without this program:
`age --decrypt`, then a copy or `pg_restore`. No key of this place is in it. The list of the erased lies beside the
backups in a file of its own, which only grows (docs/decisions/0035-...).
"""

import errno
import os
import re
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any, Final
from urllib.parse import quote

import psycopg
from django.conf import settings
from django.db import connection
from psycopg.conninfo import make_conninfo

from couples.lib import age_file, erased_list

NAME: Final = re.compile(r"place-(\d{8}T\d{6}Z)\.(sqlite3|pgdump)\.age")
WHEN: Final = "%Y%m%dT%H%M%SZ"
IN_A_UNIT: Final = " A unit of systemd writes only into folders that its ReadWritePaths= names."
BEGINS: Final = {"sqlite": b"SQLite format 3\0", "postgresql": b"PGDMP"}


class NotDone(Exception):
    """A backup could not be made or put back. The text is one sentence for the operator."""


# --- What there is --------------------------------------------------------------------------------------------------


def kept(folder: Path) -> list[tuple[datetime, Path]]:
    """The backups in a folder, oldest first, by the instant in their names. Other files are none of ours."""
    found = []
    for file in folder.iterdir() if folder.is_dir() else ():
        if named := NAME.fullmatch(file.name):
            found.append((datetime.strptime(named[1], WHEN).replace(tzinfo=UTC), file))
    return sorted(found)


def let_go(folder: Path, at: datetime, days: int) -> int:
    """Remove what is older than it may be, and what a backup that was cut short left; gives how many backups went.

    The newest stays however old it is: without it there would be nothing.
    """
    for left in folder.glob("place-*.age.part"):
        left.unlink()
    old = [file for made, file in kept(folder)[:-1] if made < at - timedelta(days=days)]
    for file in old:
        file.unlink()
    return len(old)


def copy_list(folder: Path) -> None:
    """Put what was erased here on the list beside the backups. Raises erased_list.CannotNote, OSError."""
    erased_list.add(erased_list.path(), folder / erased_list.FILE_NAME)


# --- Making one -----------------------------------------------------------------------------------------------------


def make(folder: Path, to: list[str], at: datetime) -> tuple[Path, int]:
    """Make a backup as things are now; gives its file and size. Raises NotDone, and then there is none.

    Writing goes on meanwhile: what is committed while it is made is in it whole or not at all.
    """
    kind = "pgdump" if connection.vendor == "postgresql" else "sqlite3"
    file = folder / f"place-{at.strftime(WHEN)}.{kind}.age"
    part = file.with_name(f"{file.name}.part")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _snapshot() as source:
            size = age_file.write(source, part, [age_file.public_key(key) for key in to])
        part.rename(file)
        _flush(folder)
    except (OSError, sqlite3.Error, age_file.NotReadable) as problem:
        hint = IN_A_UNIT if getattr(problem, "errno", None) == errno.EROFS else ""
        raise NotDone(f"No backup was made: {problem}.{hint}") from problem
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    return file, size


@contextmanager
def _snapshot() -> Iterator[IO[bytes]]:
    """What is in the database at one instant, to be read. Raises NotDone at its end where it is not whole."""
    with _of_postgresql() if connection.vendor == "postgresql" else _of_sqlite() as source:
        yield source


@contextmanager
def _of_sqlite() -> Iterator[IO[bytes]]:
    database = Path(connection.settings_dict["NAME"])
    copy = database.with_name(f"{database.name}-backup")  # one name: what a cut left is written over
    room = os.statvfs(database.parent)
    if room.f_bavail * room.f_frsize < database.stat().st_size + 2 * settings.DISK_RESERVE:
        raise NotDone("No backup was made: the disk has no room for a copy of the database.")
    try:
        os.close(os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600))
        source = sqlite3.connect(f"file:{quote(str(database))}?mode=ro", uri=True, timeout=20)
        with closing(source), closing(sqlite3.connect(copy)) as target:
            source.backup(target)  # all pages in one step: nobody's write comes in between
            target.execute("PRAGMA journal_mode=DELETE").fetchone()
            if target.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                raise NotDone("No backup was made: the database is damaged (PRAGMA integrity_check).")
        with copy.open("rb") as opened:
            yield opened
    finally:
        for left in (copy, copy.with_name(f"{copy.name}-journal")):
            left.unlink(missing_ok=True)


@contextmanager
def _of_postgresql() -> Iterator[IO[bytes]]:
    dump = ["--format=custom", "--lock-wait-timeout=60s"]
    with tempfile.TemporaryFile() as errors, run("pg_dump", *dump, stdout=subprocess.PIPE, stderr=errors) as process:
        assert process.stdout is not None
        yield process.stdout
        process.stdout.close()  # whoever reads no further does not keep it waiting
        if process.wait() != 0:
            raise NotDone(f"No backup was made: {first_line(errors)}.")


@contextmanager
def run(program: str, *arguments: str, at_database: bool = True, **streams: Any) -> Iterator[subprocess.Popen[bytes]]:
    """One of PostgreSQL's programs, told how to reach this place's (`at_database`); killed where the block fails.

    A password goes by the environment: whoever is on this machine can read the arguments. Raises NotDone.
    """
    known = {option.keyword.decode() for option in psycopg.pq.Conninfo.get_defaults()}
    reach = {name: value for name, value in connection.get_connection_params().items() if name in known and value}
    surroundings = {**os.environ, "PGPASSWORD": str(reach.pop("password", ""))}
    command = [program, *arguments, *([f"--dbname={make_conninfo(**reach)}"] if at_database else [])]
    try:
        process = subprocess.Popen(command, env=surroundings, **streams)
    except FileNotFoundError:
        raise NotDone(f"{program} is not here: install PostgreSQL's client, not older than the server.") from None
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with suppress(OSError):
                    stream.close()
        process.wait()


def first_line(errors: IO[bytes]) -> str:
    """What one of PostgreSQL's programs said first."""
    errors.seek(0)
    return errors.readline().decode(errors="replace").strip() or "it ended without a word"


def _flush(folder: Path) -> None:
    """A new file's name is on the disk only when its folder is."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
