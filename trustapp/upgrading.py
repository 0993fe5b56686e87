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

LOOKED_AGAIN_AFTER: Final = 1.0  # seconds
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
    while problem is not None:
        if getattr(problem, "sqlstate", None) == REFUSED:
            return _may_read_nothing()
        if isinstance(problem, DatabaseError) and is_behind():
            return True
        problem = problem.__cause__ or problem.__context__
    return False


def _may_read_nothing() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT NOT has_table_privilege(current_user, 'couples_user', 'SELECT')")
            return bool(cursor.fetchone()[0])
    except DatabaseError:
        return False
