"""What somebody's request asks the database: every statement, and how many rows come of it. In two worlds both are
compared, so that neither the work nor the time of an answer tells what the other does."""

import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest import mock

from django.db.backends.utils import CursorWrapper

SAVEPOINT = re.compile(r'"?s\d+_x\d+"?')  # named after a thread and a count

Asked = list[tuple[str, int]]  # (the statement with its gaps, the rows read or changed)


@contextmanager
def asked_database() -> Iterator[Asked]:
    """Within it, each statement of this connection with its rows, in the order in which they were asked."""
    found: Asked = []
    last: dict[int, int] = {}  # which of them each cursor has asked last

    def noted(ask: Any) -> Any:
        def asking(self: Any, sql: str, params: Any, *context: Any) -> Any:
            result = ask(self, sql, params, *context)
            changed = 0 if sql.lstrip().startswith(("SELECT", "(SELECT", "WITH")) else max(self.cursor.rowcount, 0)
            last[id(self.cursor)] = len(found)
            found.append((SAVEPOINT.sub("a savepoint", str(sql)), changed))
            return result

        return asking

    def read(cursor: Any, rows: int) -> None:
        n = last.get(id(cursor))
        if n is not None:
            found[n] = (found[n][0], found[n][1] + rows)

    def fetchone(self: Any) -> Any:
        row = self.cursor.fetchone()
        read(self.cursor, row is not None)
        return row

    def fetchmany(self: Any, *size: int) -> Any:
        rows = self.cursor.fetchmany(*size)
        read(self.cursor, len(rows))
        return rows

    def fetchall(self: Any) -> Any:
        rows = self.cursor.fetchall()
        read(self.cursor, len(rows))
        return rows

    with ExitStack() as stack:
        for fetch in (fetchone, fetchmany, fetchall):
            stack.enter_context(mock.patch.object(CursorWrapper, fetch.__name__, fetch, create=True))
        for ask in ("_execute", "_executemany"):  # below all wrappers: as the database is asked
            stack.enter_context(mock.patch.object(CursorWrapper, ask, noted(getattr(CursorWrapper, ask))))
        yield found


def otherwise(one: Asked, other: Asked) -> str:
    """Where two lists of statements begin to differ, in words short enough to read."""
    for n, (was, now) in enumerate(zip(one, other, strict=False)):
        if was[0] != now[0]:
            return f"statement {n}: {was[0][:400]} / {now[0][:400]}"
        if was[1] != now[1]:
            return f"statement {n} reads {was[1]} / {now[1]} rows: {was[0][:600]}"
    return f"{len(one)} / {len(other)} statements" if len(one) != len(other) else "nowhere"
