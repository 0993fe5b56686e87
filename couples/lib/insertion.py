"""Rows of which only some are written, by one statement that reads the same whichever they are."""

from collections.abc import Sequence

from django.db import connection
from django.db.models import Model


def insert_where(rows: Sequence[tuple[Model, bool]]) -> None:
    """Write those of these rows, all of one model, that are marked. Nothing is asked where there are no rows at all."""
    if not rows:
        return
    fields = list(rows[0][0]._meta.concrete_fields)
    taken = [f"v.column{n}" for n in range(1, len(fields) + 2)]
    if connection.vendor == "postgresql":  # SQLite takes values as they are
        types = [*(field.db_type(connection) for field in fields), "boolean"]
        taken = [f"CAST({value} AS {kind})" for value, kind in zip(taken, types, strict=True)]
    table = connection.ops.quote_name(rows[0][0]._meta.db_table)
    columns = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    one = f"({', '.join(['%s'] * (len(fields) + 1))})"
    values = [
        value
        for row, is_written in rows
        for value in (*(field.get_db_prep_save(field.pre_save(row, True), connection) for field in fields), is_written)
    ]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({columns}) SELECT {', '.join(taken[:-1])}"
            f" FROM (VALUES {', '.join([one] * len(rows))}) v WHERE {taken[-1]}",
            values,
        )
