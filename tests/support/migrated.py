"""On SQLite, a database that was migrated once: copied for each worker and run, for as long as no migration changes.

Migrating takes longer than most files of tests. On PostgreSQL every run migrates from the beginning.
"""

import hashlib
import os
import shutil
from pathlib import Path

from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]
# Whatever changes what migrating gives.
DECIDES = ("couples/migrations", "couples/models", "couples/management/commands/migrate.py", "requirements-test.txt")


def kept() -> Path:
    """Where it is, or would be."""
    found = hashlib.sha256()
    for name in DECIDES:
        place = ROOT / name
        for file in sorted(place.rglob("*.py")) if place.is_dir() else [place]:
            found.update(file.read_bytes())
    return settings.VAR / "test" / f"migrated-{found.hexdigest()[:16]}.sqlite3"


def put_in_place() -> None:
    """Copy it to where the database of this run belongs, if it is there."""
    there, name = kept(), Path(connection.settings_dict["TEST"]["NAME"])
    take_away()
    if there.exists():
        shutil.copyfile(there, name)


def keep() -> None:
    """Keep a copy of the database as it is now: migrated, and still empty. An older one goes."""
    there = kept()
    if there.exists():
        return
    fresh = there.with_suffix(f".{os.getpid()}")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(fresh)])
    for older in there.parent.glob("migrated-*.sqlite3"):
        older.unlink(missing_ok=True)
    fresh.replace(there)


def take_away() -> None:
    """Remove the database of this run."""
    connection.close()
    for end in ("", "-wal", "-shm", "-journal", "-migrate.lock"):
        Path(f"{connection.settings_dict['TEST']['NAME']}{end}").unlink(missing_ok=True)
