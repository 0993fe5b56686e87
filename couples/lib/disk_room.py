"""Room on the disk: whether an error says that there is none left, and some of it kept aside for what must not fail."""

import errno
import os
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from couples.lib.causes import causes_of

MB: Final = 1024 * 1024
NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT})
# SQLite says the first where a write finds no room, and the others where the files beside its own cannot grow.
SQLITE_HAS_NO_ROOM: Final = frozenset(
    {
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR_WRITE,
        sqlite3.SQLITE_IOERR_SHMSIZE,
        sqlite3.SQLITE_IOERR_SHMMAP,
        sqlite3.SQLITE_IOERR_TRUNCATE,
    }
)
POSTGRESQL_HAS_NO_ROOM: Final = "53100"


def is_full(problem: BaseException | None) -> bool:
    """Whether this error, or what caused it, says that the disk has no room left."""
    return any(
        (isinstance(each, sqlite3.Error) and getattr(each, "sqlite_errorcode", 0) in SQLITE_HAS_NO_ROOM)
        or (isinstance(each, OSError) and each.errno in NO_ROOM)
        or getattr(each, "sqlstate", None) == POSTGRESQL_HAS_NO_ROOM
        for each in causes_of(problem)
    )


@dataclass(frozen=True, slots=True)
class Reserve:
    """A file of no meaning that takes up room on a disk, so that there is some to let go of when it is full."""

    path: Path
    size: int
    step: int = MB

    def left(self) -> int:
        """How many bytes of it are there."""
        try:
            return self.path.stat().st_size
        except OSError:
            return 0

    def keep(self) -> None:
        """Make it as large as it should be, where the disk has at least twice that room to spare."""
        missing = self.size - self.left()
        try:
            room = os.statvfs(self.path.parent)
            if missing <= 0 or room.f_bavail * room.f_frsize < 2 * self.size:
                return
            with self.path.open("ab") as file:  # of random bytes: a disk that packs zeros would keep no room aside
                while missing > 0:
                    missing -= file.write(os.urandom(min(missing, MB)))
                file.flush()
                os.fsync(file.fileno())
        except OSError:
            return  # another time: nothing needs it now

    def let_go(self) -> bool:
        """Give a step of it back to the disk; False where nothing is left."""
        left = self.left()
        if left <= 0:
            return False
        try:
            os.truncate(self.path, max(left - self.step, 0))
        except OSError:
            return False
        return True
