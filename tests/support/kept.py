"""A world that each worker makes once, by the product's own verbs, and puts back as it was for every test.

What is put back are the very rows that the verbs wrote: nothing is set that was not reached. It saves most of the time
of tests whose world takes longer to make than to ask.
"""

from collections.abc import Callable
from copy import deepcopy
from typing import Any, Generic, TypeVar

from django.db import connection, transaction

from couples.models import User

World = TypeVar("World")
Rows = dict[str, Any]  # by table: tuples as SQLite stores them, or what PostgreSQL copies out


class Kept(Generic[World]):
    """One kind of world. `world(make)` is what `make` gives, made only where it was not made here before."""

    def __init__(self) -> None:
        self._rows: Rows | None = None
        self._world: World | None = None

    def world(self, make: Callable[[], World]) -> World:
        """The world, of which the caller may change everything. It is kept only where it begins from nobody at all."""
        if User.objects.exists():
            return make()
        if self._rows is None or self._world is None:
            empty = [table for table in connection.introspection.table_names() if not _rows_of(table)]
            made = make()
            self._rows = {table: rows for table in empty if (rows := _rows_of(table))}
            self._world = deepcopy(made)
            return made
        with transaction.atomic():
            for table, rows in self._rows.items():
                _put_back(table, rows)
        return deepcopy(self._world)


def _rows_of(table: str) -> Any:
    """All rows of a table, as the database itself writes them down."""
    named = connection.ops.quote_name(table)
    connection.ensure_connection()
    if connection.vendor == "postgresql":
        with connection.connection.cursor().copy(f"COPY {named} TO STDOUT") as rows:
            return b"".join(bytes(part) for part in rows)
    columns = [name for _, name, *_ in connection.connection.execute(f"PRAGMA table_info({named})")]
    as_stored = ", ".join(f'+"{name}"' for name in columns)  # a plain column would be read as its type
    return connection.connection.execute(f"SELECT {as_stored} FROM {named}").fetchall()


def _put_back(table: str, rows: Any) -> None:
    named = connection.ops.quote_name(table)
    if connection.vendor == "postgresql":
        with connection.connection.cursor().copy(f"COPY {named} FROM STDIN") as copied:
            copied.write(rows)
        return
    places = ", ".join("?" for _ in rows[0])
    connection.connection.executemany(f"INSERT INTO {named} VALUES ({places})", rows)
