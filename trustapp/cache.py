"""Where tries are counted, shared by all processes: files on SQLite, a table on PostgreSQL (`couples_tally`).

Two things are needed of either: `add` is one step that only one of several can win, so that locks made of it hold
between processes; and where it fails, tries are still counted and pages still answer.
"""

import json
import logging
import os
import tempfile
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar, Final

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.cache.backends.filebased import FileBasedCache
from django.core.cache.backends.locmem import LocMemCache
from django.db import connection
from django.utils.crypto import salted_hmac

SLOWER: Final = 0.25  # seconds, for each count that no other process can see
SAID_AGAIN_AFTER: Final = 60  # seconds

logger = logging.getLogger(__name__)


def digested(key: str, key_prefix: str, version: int) -> str:
    """A key as it is stored: nobody without SECRET_KEY finds the address or the network that it was made of."""
    return salted_hmac("trustapp.cache", f"{key_prefix}:{version}:{key}", algorithm="sha256").hexdigest()


def works(cache: BaseCache) -> bool:
    """Whether what one process counts here is seen by every other. Raises DatabaseError where counts stand there."""
    mark = f"works-{os.urandom(8).hex()}"  # of this look alone: another process may look at the same moment
    cache.set(mark, mark, 60)
    own = getattr(cache, "_own", None)  # where a FileCache keeps what it could not write
    found = cache.get(mark) == mark and not (own is not None and own.has_key(mark))
    cache.delete(mark)
    return found


class FileCache(FileBasedCache):
    """Django's cache of files, with an `add` that only one of several can win.

    Django's own looks whether a key is there and then writes it: of two processes at once both may believe to be first,
    and a rate limit counts one try instead of two. Where the folder cannot be written, each process counts in its own
    memory, answers more slowly for it, and says so in the log once a minute.
    """

    _said: ClassVar[float | None] = None  # when: Django makes one cache for each thread

    def __init__(self, dir: str, params: dict[str, Any]) -> None:
        with suppress(OSError):  # it makes the folder, last of all: whoever writes tries again
            super().__init__(dir, params)
        self._own = LocMemCache(f"beside {dir}", params)  # what could not be written, under its key

    def add(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Store a value where there is none (or one that has ended), and say whether it was stored."""
        if self._own.has_key(key, version):
            return False
        try:
            return self._add_file(key, value, timeout, version)
        except OSError as problem:
            self._say(problem)
            return self._own.add(key, value, timeout, version)

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        """The value, as it was last written, or `default`."""
        nothing = object()
        own = self._own.get(key, nothing, version)
        if own is not nothing:
            return own
        try:
            return super().get(key, default, version)
        except OSError as problem:
            self._say(problem)
            return default
        except Exception as problem:  # a file that was damaged or cut: whatever unpickling makes of it
            self._say(problem)
            self.delete(key, version)
            return default

    def set(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        """Store a value: in the folder, or else, after a moment, where only this process finds it."""
        try:
            super().set(key, value, timeout, version)
        except OSError as problem:
            self._say(problem)
            time.sleep(SLOWER)
            self._own.set(key, value, timeout, version)
        else:
            self._own.delete(key, version)

    def delete(self, key: Any, version: int | None = None) -> bool:
        """Forget a value. One in a folder that cannot be written stays until it ends."""
        own = self._own.delete(key, version)
        try:
            return super().delete(key, version) or own
        except OSError as problem:
            self._say(problem)
            return own

    def has_key(self, key: Any, version: int | None = None) -> bool:
        """Whether a value is there that has not ended."""
        return self.get(key, self, version) is not self

    def clear(self) -> None:
        """Forget everything."""
        self._own.clear()
        super().clear()

    def _add_file(self, key: Any, value: Any, timeout: Any, version: int | None) -> bool:
        if super().has_key(key, version):  # also removes what has ended
            return False
        self._createdir()
        file, written = tempfile.mkstemp(dir=self._dir)
        try:
            with os.fdopen(file, "wb") as opened:
                self._write_content(opened, timeout, value)
            os.link(written, self._key_to_file(key, version))  # fails where somebody was quicker
        except FileExistsError:
            return False
        finally:
            Path(written).unlink()
        return True

    @staticmethod
    def _say(problem: Exception) -> None:
        now = time.monotonic()
        if FileCache._said is None or now - FileCache._said >= SAID_AGAIN_AFTER:
            FileCache._said = now
            kind = getattr(problem, "strerror", None) or type(problem).__name__
            logger.error("The folder of the cache cannot be used (%s): each process counts tries alone, slowly.", kind)


class TallyCache(BaseCache):
    """A cache in the database, for PostgreSQL, where processes may stand on several machines.

    It keeps what JSON can write: numbers, texts, true and false, lists. Nothing that is read from a database is ever
    run, as pickled values could be.
    """

    def __init__(self, location: str, params: dict[str, Any]) -> None:
        super().__init__(params)

    def add(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Store a value where there is none (or one that has ended), and say whether it was stored: one statement."""
        return self._write("WHERE couples_tally.ends_at <= %s", key, value, timeout, version)

    def set(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        """Store a value. One in two hundred and fifty-six also removes what has ended."""
        self._write("", key, value, timeout, version)
        if self.make_and_validate_key(key, version).startswith("00"):
            self._ask("DELETE FROM couples_tally WHERE ends_at <= %s", [_now()])

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        """The value, or `default` where there is none that has not ended."""
        asked = [self.make_and_validate_key(key, version), _now()]
        with connection.cursor() as cursor:
            cursor.execute("SELECT value FROM couples_tally WHERE key = %s AND ends_at > %s", asked)
            found = cursor.fetchone()
        return json.loads(found[0]) if found else default

    def touch(self, key: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Let a value end later, and say whether it was there."""
        asked = [self._ends_at(timeout), self.make_and_validate_key(key, version), _now()]
        return self._ask("UPDATE couples_tally SET ends_at = %s WHERE key = %s AND ends_at > %s", asked) == 1

    def delete(self, key: Any, version: int | None = None) -> bool:
        """Forget a value, and say whether it was there."""
        return self._ask("DELETE FROM couples_tally WHERE key = %s", [self.make_and_validate_key(key, version)]) == 1

    def clear(self) -> None:
        """Forget everything."""
        self._ask("DELETE FROM couples_tally", [])

    def _write(self, only: str, key: Any, value: Any, timeout: Any, version: int | None) -> bool:
        """Insert or replace; gives whether a row was written. Raises TypeError for what JSON cannot write."""
        asked = [self.make_and_validate_key(key, version), json.dumps(value), self._ends_at(timeout)]
        return (
            self._ask(
                "INSERT INTO couples_tally (key, value, ends_at) VALUES (%s, %s, %s) ON CONFLICT (key)"
                f" DO UPDATE SET value = excluded.value, ends_at = excluded.ends_at {only}",
                [*asked, _now()] if only else asked,
            )
            == 1
        )

    def _ends_at(self, timeout: Any) -> datetime:
        seconds = self.get_backend_timeout(timeout)
        return datetime.max.replace(tzinfo=UTC) if seconds is None else datetime.fromtimestamp(seconds, UTC)

    @staticmethod
    def _ask(sql: str, asked: list[Any]) -> int:
        with connection.cursor() as cursor:
            cursor.execute(sql, asked)
            return cursor.rowcount


def _now() -> datetime:
    return datetime.now(UTC)
