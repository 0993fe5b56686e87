"""What SQLite writes beside its file first, and brings into it later (its write-ahead log).

It begins that anew only where nobody reads what was before. Where somebody always reads it would grow for ever, so it
is brought in whole once it is large: writers wait for that, as they do for each other, and readers go on.
"""

from pathlib import Path
from typing import Final

from django.db import connection

LARGE: Final = 16 * 1024 * 1024
WAITS: Final = 500  # milliseconds for whoever reads from it, while writers wait


def bring_in(least: int = LARGE) -> None:
    """Bring it in and empty it, where it has so many bytes. Whoever reads for long puts it off: a backup."""
    beside = Path(f"{connection.settings_dict['NAME']}-wal")
    if connection.vendor != "sqlite" or connection.in_atomic_block:  # within a transaction it cannot be done
        return
    if not beside.exists() or beside.stat().st_size < least:
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout")
        (usual,) = cursor.fetchone()
        cursor.execute(f"PRAGMA busy_timeout = {WAITS}")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.execute(f"PRAGMA busy_timeout = {usual}")
