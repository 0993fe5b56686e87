"""Whether the database is as this code needs it: not while it is being migrated, nor where that was forgotten.

A page that reads half of what it should would look as if the other had taken everything back. So meanwhile pages say
that the place is being updated, and nothing else (docs/decisions/0036-...).
"""

from functools import cache
from time import monotonic
from typing import Final

from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from couples.lib.causes import causes_of

LOOKED_AGAIN_AFTER: Final = 1.0  # seconds
A_MOMENT: Final = "10 seconds"
REFUSED: Final = "42501"  # PostgreSQL: this role may not

_looked_at: float | None = None  # when it was behind last; None where it is not


@cache
def newest() -> frozenset[tuple[str, str]]:
    """The last migration of each app, as this code has them."""
    return frozenset(MigrationLoader(None, ignore_no_migrations=True).graph.leaf_nodes())


def migrations_are_applied() -> bool:
    """Whether the database has every migration of this code. One that is further on has. Raises DatabaseError."""
    return newest() <= MigrationRecorder(connection).applied_migrations().keys()


def begin() -> None:
    """Note that the database is behind this code."""
    global _looked_at
    _looked_at = monotonic()


def is_behind() -> bool:
    """Whether the database is behind this code still: looked up once a second, and never again once it is not."""
    global _looked_at
    if _looked_at is None:
        return False
    if monotonic() - _looked_at >= LOOKED_AGAIN_AFTER:
        begin()
        try:
            if migrations_are_applied():
                _looked_at = None
        except DatabaseError:
            pass  # another time
    return _looked_at is not None


def explains(problem: BaseException | None) -> bool:
    """Whether this error came of the database being migrated: the serving role may read nothing meanwhile.

    PostgreSQL says the same of a row that its policies refuse, which is a mistake of ours and no update.
    """
    for each in causes_of(problem):
        if getattr(each, "sqlstate", None) == REFUSED:
            return _rights_were_gone()
        if isinstance(each, DatabaseError) and is_behind():
            return True
    return False


def _rights_were_gone() -> bool:
    """Whether the serving role may read nothing now, or could not until a moment ago: the wall was put up since."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT NOT has_table_privilege(current_user, 'couples_user', 'SELECT') OR clock_timestamp()"
                f" - obj_description('app_uid'::regproc, 'pg_proc')::timestamptz < interval '{A_MOMENT}'"
            )
            return bool(cursor.fetchone()[0])
    except DatabaseError:
        return False


def is_ahead() -> bool:
    """Whether the database is further on than this code: another version beside this one has migrated it.

    What fails then may have failed because of that: a column or a kind of row that this code knows nothing of. Asked
    only where something has failed.
    """
    ours = max(name for app, name in newest() if app == "couples")
    try:
        applied = [name for app, name in MigrationRecorder(connection).applied_migrations() if app == "couples"]
    except DatabaseError:
        return False
    return max(applied, default="") > ours
