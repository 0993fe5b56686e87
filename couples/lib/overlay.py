"""Rows that a page reads as if they stood in their tables, and that are written nowhere.

Inside `laid_over` every SELECT of this connection that names one of the tables reads it with these rows laid over it: a
common table expression of the table's own name stands before the query, and in SQL the nearer name counts. A row whose
key stands in the table replaces it. The caller reads from one snapshot, in which nobody stores these rows meanwhile.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.db import OperationalError, connection
from django.db.models import Field, Model

Rows = Sequence[Model]


@dataclass(slots=True)
class _Sheet:
    """What is laid over one table: the words of its expression, and its parameters."""

    words: str
    parameters: list[Any] = field(default_factory=list)
    depth: int = 1  # how often something was laid over this table


_laid: ContextVar[dict[str, _Sheet] | None] = ContextVar("what lies over the tables, by their names", default=None)


def is_laid() -> bool:
    """Whether anything lies over a table now. Whoever writes may not look through it."""
    return bool(_laid.get())


@contextmanager
def laid_over(*rows: Rows) -> Iterator[None]:
    """Lay rows over the tables of their models, several models' at once; over what lies there already (inside another)
    nothing may be laid that names the same rows. Rows of a model without a key get one that no table has."""
    if not any(rows):
        yield
        return
    sheets = dict(_laid.get() or {})
    made = []
    for of_one in (list(some) for some in rows if some):
        table = of_one[0]._meta.db_table
        below = sheets.get(table)
        if connection.vendor == "sqlite":
            made.append(_table_of(of_one, below.depth + 1 if below is not None else 1))
            sheets[table] = _over(of_one, f'SELECT {_columns(of_one[0], "v")} FROM temp."{made[-1]}" v', [], below)
        else:
            sheets[table] = _over(of_one, *_values_of(of_one), below)
    token = _laid.set(sheets)
    connection.execute_wrappers.append(_read_through)
    try:
        yield
    finally:
        connection.execute_wrappers.remove(_read_through)
        _laid.reset(token)
        _drop(made)


def _read_through(execute: Any, sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """Put what lies over its tables before a query that reads them."""
    sheets = _laid.get()
    if sheets and sql.startswith(("SELECT ", "(SELECT ")):
        named = [(table, sheet) for table, sheet in sheets.items() if f'"{table}"' in sql]
        if named:
            before = ", ".join(f'"{table}" AS NOT MATERIALIZED ({sheet.words})' for table, sheet in named)
            sql = f"WITH {before} {sql}"
            params = [*(each for _, sheet in named for each in sheet.parameters), *(params or ())]
    return execute(sql, params, many, context)


def _over(rows: Rows, words: str, parameters: list[Any], below: _Sheet | None) -> _Sheet:
    """The table without the rows that are replaced, or what lies over it already, and these rows."""
    row = rows[0]
    key = row._meta.pk
    table = f'{"main." if connection.vendor == "sqlite" else ""}"{row._meta.db_table}"'
    replaced = [key.get_db_prep_value(each.pk, connection) for each in rows if not each._state.adding]
    base = f"SELECT {_columns(row, 'b')} FROM {table} b"
    if below is not None:
        base = f"SELECT {_columns(row, 'b')} FROM ({below.words}) b"
    if replaced:
        base += f' WHERE b."{key.column}" NOT IN ({", ".join(["%s"] * len(replaced))})'
    above, depth = (below.parameters, below.depth + 1) if below is not None else ([], 1)
    return _Sheet(f"{base} UNION ALL {words}", [*above, *replaced, *parameters], depth)


def _fields(row: Model) -> "list[Field[Any, Any]]":
    return list(row._meta.concrete_fields)


def _columns(row: Model, name: str) -> str:
    return ", ".join(f'{name}."{each.column}"' for each in _fields(row))


def _stored(row: Model, number: int) -> list[Any]:
    """The row as the database's driver takes it. A key that a table would count out is less than any of those."""
    found = []
    for each in _fields(row):
        value = each.pre_save(row, False)
        found.append(-number if each.primary_key and value is None else each.get_db_prep_save(value, connection))
    return found


def _values_of(rows: Rows) -> tuple[str, list[Any]]:
    """The rows as values within the query."""
    columns = ", ".join(
        f'CAST(v.column{n} AS {each.db_type(connection)}) AS "{each.column}"'
        for n, each in enumerate(_fields(rows[0]), start=1)
    )
    one = f"({', '.join(['%s'] * len(_fields(rows[0])))})"
    parameters = [each for n, row in enumerate(rows, start=1) for each in _stored(row, n)]
    return f"SELECT {columns} FROM (VALUES {', '.join([one] * len(rows))}) v", parameters


def _table_of(rows: Rows, depth: int) -> str:
    """On SQLite, the rows in a table of this connection's own: it flattens a union of two tables, whose columns are of
    the same sorts, and would walk through the whole table for a union with values. Nothing is locked for it."""
    table = rows[0]._meta.db_table
    name = f"laid_over_{table}_{depth}"
    with connection.cursor() as cursor:
        cursor.execute(f'CREATE TEMP TABLE IF NOT EXISTS "{name}" AS SELECT * FROM main."{table}" WHERE false')
        cursor.execute(f'DELETE FROM temp."{name}"')  # of an earlier page, where dropping it had to wait
        columns = ", ".join(f'"{each.column}"' for each in _fields(rows[0]))
        places = ", ".join(["%s"] * len(_fields(rows[0])))
        stored = [_stored(row, n) for n, row in enumerate(rows, start=1)]
        cursor.executemany(f'INSERT INTO temp."{name}" ({columns}) VALUES ({places})', stored)
    return name


def _drop(tables: list[str]) -> None:
    """Drop them, unless a query of this connection still reads one: then they go with the connection."""
    if tables and not connection.needs_rollback:
        with connection.cursor() as cursor:
            for name in tables:
                with suppress(OperationalError):
                    cursor.execute(f'DROP TABLE IF EXISTS temp."{name}"')
