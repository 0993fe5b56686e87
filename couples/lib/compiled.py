"""A question that is put to the database again and again, whose SQL is put together once.

Django puts the SQL of a query together anew each time it is asked, which takes longer than asking it. What `compiled`
decorates keeps the text, and the way from columns to rows; ids and instants come with each asking. It belongs to no
connection and to no thread: each asking binds the connection that it runs on.
"""

from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import update_wrapper
from typing import Any, Final, Generic, TypeVar
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import CharField, DateField, DateTimeField, Expression, Field, Model, QuerySet, UUIDField

Row = TypeVar("Row", bound=Model)
MOST_KEPT: Final = 500  # texts of one question: it has one for each length of a list that comes with it
FIELDS: "Final[dict[type, Field[Any, Any]]]" = {UUID: UUIDField(), datetime: DateTimeField(), date: DateField()}
WITHIN: "Final[dict[type, Field[Any, Any]]]" = {**FIELDS, str: CharField()}


class Given(Expression):
    """The place of a value that comes with each asking; of a list of values where `count` says of how many."""

    def __init__(self, field: "Field[Any, Any]", place: tuple[int, ...], count: int | None = None) -> None:
        """`field` says how the database keeps such a value, `place` where it stands among what was given."""
        super().__init__(output_field=field)
        self.place, self.count = place, count

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """As many places as there are values, with this as the parameter of each."""
        if self.count is None:
            return "%s", ((self, 0),)
        return f"({', '.join(['%s'] * self.count)})", tuple((self, n) for n in range(self.count))

    def stored(self, given: tuple[Any, ...], number: int) -> Any:
        """The value that was given in this place, as the driver takes it."""
        value: Any = given
        for step in self.place:
            value = value[step]
        return self.output_field.get_db_prep_value(value if self.count is None else value[number], connection)


class Compiled(Generic[Row]):
    """A function that gives a queryset, asked with places for ids and days instead of these; see `compiled`."""

    def __init__(self, ask: Callable[..., QuerySet[Row]]) -> None:
        self._ask = ask
        self._texts: dict[tuple[Any, ...], _Text[Row]] = {}
        update_wrapper(self, ask)

    def __call__(self, *given: Any) -> QuerySet[Row]:
        """The rows for these values, asked when they are looked at. They cannot be filtered or ordered any further."""
        text = self._text(given)
        found: Any = text.queryset.all()
        if text.compiler is not None:
            found._query = _Bound(text, _values(text.places, given))
        return found

    def _text(self, given: tuple[Any, ...]) -> "_Text[Row]":
        key = (connection.vendor, *(_shape(value) for value in given))
        found = self._texts.get(key)
        if found is None:
            found = _put_together(self._ask(*_places(given)))
            if len(self._texts) < MOST_KEPT:
                self._texts[key] = found
        return found


def compiled(ask: Callable[..., QuerySet[Row]]) -> Compiled[Row]:
    """Have the SQL of this question put together once for each shape of what it is asked with.

    A UUID, an instant, a day, a list of UUIDs that is not empty, and what stands in a tuple, may differ each time: the
    function gets a `Given` in place of it, and puts it into the query and nowhere else. All other values are what the
    function decides by, and there should be few.
    """
    return Compiled(ask)


def _shape(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(type(each) for each in value)
    if isinstance(value, list):
        return len(value)
    return type(value) if type(value) in FIELDS else (type(value), value)


def _places(given: tuple[Any, ...]) -> Iterator[Any]:
    """What the function is asked with: a place for each value that may differ, and all others as they are."""
    for n, value in enumerate(given):
        if isinstance(value, tuple):
            yield tuple(Given(WITHIN[type(each)], (n, m)) for m, each in enumerate(value))
        elif isinstance(value, list):
            yield Given(FIELDS[type(value[0])], (n,), len(value))
        else:
            field = FIELDS.get(type(value))
            yield value if field is None else Given(field, (n,))


def _values(places: list[Any], given: tuple[Any, ...]) -> list[Any]:
    """What stands in these places of the text; a value that stands in several is made ready once."""
    ready: dict[Any, Any] = {}
    for place in places:
        if isinstance(place, tuple):
            asked, number = place
            key = asked.place, number
            if key not in ready:
                ready[key] = asked.stored(given, number)
    return [ready[place[0].place, place[1]] if isinstance(place, tuple) else place for place in places]


@dataclass(frozen=True, slots=True)
class _Text(Generic[Row]):
    """A question as it was put together: its text, what stands in it, and the way from columns to rows."""

    queryset: QuerySet[Row]
    compiler: Any = None  # of no connection; None where nothing can be found, whatever is given
    sql: str = ""
    places: list[Any] = field(default_factory=list)
    converters: dict[int, Any] = field(default_factory=dict)  # each is told the connection when it is used


def _put_together(queryset: Any) -> "_Text[Any]":
    compiler: Any = queryset.query.get_compiler(connection=connection)
    try:
        sql, places = compiler.as_sql()
    except EmptyResultSet:
        return _Text(queryset.none())
    columns = [column for column, *_ in compiler.select[: compiler.col_count]]
    converters = compiler.get_converters(columns)
    compiler.connection = None  # it was that of the thread which came first
    text = _Text(queryset, compiler, sql, list(places), converters)
    queryset._query = _Bound(text, [])
    return text


class _Bound:
    """What a queryset takes for its query: the text with the parameters of one asking."""

    def __init__(self, text: "_Text[Any]", parameters: list[Any]) -> None:
        self._text, self._parameters = text, parameters

    def chain(self) -> "_Bound":
        """The same: nothing changes it."""
        return self

    def get_compiler(self, using: str | None = None, connection_: Any = None, elide_empty: bool = True) -> Any:
        """A compiler of this thread's connection that has nothing left to compile."""
        bound = copy(self._text.compiler)
        bound.connection, bound.using = connection, using
        bound.as_sql = lambda *_: (self._text.sql, self._parameters)
        bound.get_converters = lambda *_: self._text.converters
        return bound
