"""A question that is put to the database again and again, whose SQL is put together once.

Django puts the SQL of a query together anew each time it is asked, which takes longer than asking it. `Compiled` keeps
the text, and the way from columns to rows; what differs from one asking to the next are its parameters. It belongs to
no connection and to no thread: each asking binds the connection that it runs on.
"""

from collections.abc import Callable, Iterator, Sequence
from copy import copy
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import Expression, Field, Model, QuerySet

Row = TypeVar("Row", bound=Model)
MOST_KEPT = 200  # texts of one question: it has one for each length of the lists that come with it


class Given(Expression):
    """The place of a value that comes with each asking; of a list of values where `count` says of how many."""

    def __init__(self, name: str, field: "Field[Any, Any]", count: int | None = None) -> None:
        """`field` says how the database keeps such a value."""
        super().__init__(output_field=field)
        self.name, self.count = name, count

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """As many places as there are values, with this as their parameter."""
        if self.count is None:
            return "%s", (self,)
        return f"({', '.join(['%s'] * self.count)})", (self, *[None] * (self.count - 1))

    def stored(self, value: Any) -> list[Any]:
        """The value, or each of the list, as the driver takes it."""
        values = [value] if self.count is None else value
        return [self.output_field.get_db_prep_value(each, connection) for each in values]


class Compiled(Generic[Row]):
    """`Compiled(ask, person=UUIDField(), ...)`: `ask` makes the queryset, with a `Given` for each name.

    Called with the values it gives the rows, in a queryset that is asked when it is looked at. That cannot be filtered
    or ordered any further: the question is complete. A list that is empty is the caller's to keep out.
    """

    def __init__(self, ask: Callable[..., QuerySet[Row]], **fields: "Field[Any, Any]") -> None:
        self._ask, self._fields = ask, fields
        self._texts: dict[tuple[Any, ...], tuple[QuerySet[Row], Any, str, list[Any]]] = {}

    def __call__(self, **values: Any) -> QuerySet[Row]:
        """The rows for these values; a list stands for as many."""
        counts = {name: len(value) if isinstance(value, list) else None for name, value in values.items()}
        queryset, compiler, sql, places = self._text(counts)
        given: Iterator[Any] = iter(())
        parameters: list[Any] = []
        for place in places:
            if isinstance(place, Given):
                given = iter(place.stored(values[place.name]))
            parameters.append(next(given) if isinstance(place, Given | None) else place)
        found: Any = queryset.all()
        found._query = _Bound(compiler, sql, parameters)
        return found

    def _text(self, counts: dict[str, int | None]) -> tuple[QuerySet[Row], Any, str, list[Any]]:
        key = (connection.vendor, *sorted(counts.items()))
        if key not in self._texts:
            given = {name: Given(name, self._fields[name], count) for name, count in counts.items()}
            queryset: Any = self._ask(**given)
            compiler: Any = queryset.query.get_compiler(connection=connection)
            sql, places = compiler.as_sql()
            compiler.connection = None  # it was that of the thread which came first
            queryset._query = _Bound(compiler, sql, ())
            if len(self._texts) >= MOST_KEPT:
                return queryset, compiler, sql, list(places)
            self._texts[key] = (queryset, compiler, sql, list(places))
        return self._texts[key]


class _Bound:
    """What a queryset takes for its query: the text with the parameters of one asking."""

    def __init__(self, compiler: Any, sql: str, parameters: Sequence[Any]) -> None:
        self._compiler, self._text = compiler, (sql, parameters)

    def chain(self) -> "_Bound":
        """The same: nothing changes it."""
        return self

    def get_compiler(self, using: str | None = None, connection_: Any = None, elide_empty: bool = True) -> Any:
        """A compiler of this thread's connection that has nothing left to compile."""
        bound = copy(self._compiler)
        bound.connection, bound.using = connection, using
        bound.as_sql = lambda *_: self._text
        return bound
