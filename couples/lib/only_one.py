"""A lock that one process of a whole place holds: on PostgreSQL among all machines, on SQLite on the one there is."""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from django.db import connection

try:
    import fcntl
except ImportError:  # Windows has none; there nobody else is kept away
    fcntl = None  # type: ignore[assignment]


class SomebodyElse(Exception):
    """Another process holds this lock."""


@contextmanager
def only_one(name: str, folder: Path, *, wait: bool = False) -> Iterator[None]:
    """Hold the lock `name` for as long as the block lasts. Where it is held, raises SomebodyElse at once, or waits.

    It ends with the process, however that ends. `folder` is where SQLite's places keep their locks; it must exist.
    """
    in_file = folder / f"{name}.lock"
    with _in_postgresql(name, wait) if connection.vendor == "postgresql" else _in_file(in_file, wait):
        yield


@contextmanager
def _in_postgresql(name: str, wait: bool) -> Iterator[None]:
    number = int.from_bytes(sha256(name.encode()).digest()[:8], signed=True)
    if wait:
        _asked("SELECT true FROM pg_advisory_lock(%s)", number)
    elif not _asked("SELECT pg_try_advisory_lock(%s)", number):
        raise SomebodyElse(name)
    try:
        yield
    finally:
        _asked("SELECT pg_advisory_unlock(%s)", number)


def _asked(sql: str, number: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(sql, [number])
        return bool(cursor.fetchone()[0])


@contextmanager
def _in_file(path: Path, wait: bool) -> Iterator[None]:
    with path.open("a") as file:
        if fcntl is not None:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            except BlockingIOError:
                raise SomebodyElse(path.stem) from None
        yield
