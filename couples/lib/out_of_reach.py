"""Whether an error says that the database cannot be reached, or written to, at this moment: not that it said no."""

import errno
import sqlite3
import sys
from typing import Any, Final

from couples.lib.causes import causes_of

CANNOT_WRITE: Final = frozenset({errno.EROFS})
# The first byte of what SQLite says: its file cannot be written, or opened; or somebody else wrote for 20 seconds.
SHUT: Final = frozenset({sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN})
SQLITE_CANNOT: Final = SHUT | {sqlite3.SQLITE_BUSY}
# PostgreSQL: the connection failed, it is going down or coming up, too many call, it stands by and only reads.
POSTGRESQL_CANNOT: Final = ("08", "57P", "53300", "25006")


def is_out_of_reach(problem: BaseException | None) -> bool:
    """Whether this error, or what caused it, says so. What was being committed may be there, or not."""
    return any(
        _sqlite_says(each, SQLITE_CANNOT)
        or (isinstance(each, OSError) and each.errno in CANNOT_WRITE)
        or _was_lost(each)
        for each in causes_of(problem)
    )


def found_its_file_shut(problem: BaseException | None) -> bool:
    """Whether SQLite could not open its file, or write into it. A connection that was opened while that was so stays
    like that, also when the file can be written again: it has to be opened anew.
    """
    return any(_sqlite_says(each, SHUT) for each in causes_of(problem))


def _sqlite_says(problem: BaseException, codes: frozenset[int]) -> bool:
    return isinstance(problem, sqlite3.Error) and getattr(problem, "sqlite_errorcode", 0) & 0xFF in codes


def _was_lost(problem: BaseException) -> bool:
    """Where nobody answered there is no code; a closed connection is told from a mistake of ours by its words."""
    driver: Any = sys.modules.get("psycopg")  # on SQLite nobody loads it, so no error is its own
    if driver is None or not isinstance(problem, driver.Error):
        return False
    if problem.sqlstate is not None:
        return problem.sqlstate.startswith(POSTGRESQL_CANNOT)
    if isinstance(problem, driver.InterfaceError):
        return "connection" in str(problem)
    return isinstance(problem, driver.OperationalError)
