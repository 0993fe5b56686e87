"""Pages of a long list by where the last one ended: the cost is the same at the start and after years.

The token in an address is signed and says nothing that the page before did not show. There are no totals.
"""

from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from typing import Any, TypeVar

from django.core import signing
from django.db.models import Model, Q, QuerySet, Value

SALT = "couples.page"
SIZE = 20

Row = TypeVar("Row", bound=Model)
Place = Sequence[Any]  # the values of the ordering fields of the last row shown


def token_after(order: str, place: Place) -> str:
    """A token for what comes after this place in a list of this order. Its values must survive `str`."""
    return signing.Signer(salt=SALT).sign_object([order, *(str(value) for value in place)])


def place_in(order: str, token: str) -> list[str] | None:
    """The place a token names in a list of this order; None for no token, one that is not ours, and one of another
    list: then the list starts at its beginning.
    """
    if not token:
        return None
    try:
        found = signing.Signer(salt=SALT).unsign_object(token)
    except (signing.BadSignature, ValueError):
        return None
    return found[1:] if isinstance(found, list) and found[:1] == [order] else None


def after(fields: Sequence[str], place: Place, *, ascending: bool = False) -> Q:
    """What comes after a place in a list that is ordered by these fields, each descending, or each ascending.

    What it says of the first field it says twice, so that an index can begin there instead of walking down to it.
    """
    way = "gt" if ascending else "lt"
    wanted = Q(pk__isnull=True)
    for n, field in enumerate(fields):
        same = dict(zip(fields[:n], place, strict=False))
        wanted |= Q(**same, **{f"{field}__{way}": place[n]})
    return wanted & Q(**{f"{fields[0]}__{way}e": place[0]})


def some(
    rows: QuerySet[Row], fields: Sequence[str], place: Place | None, limit: int, *, ascending: bool = False
) -> QuerySet[Row]:
    """The first rows after a place, or of all, in the order of these fields."""
    if place is not None:
        rows = rows.filter(after(fields, place, ascending=ascending))
    return rows.order_by(*(field if ascending else f"-{field}" for field in fields))[:limit]


def page_of(
    rows: QuerySet[Row], fields: Sequence[str], token: str = "", size: int | None = None, *, ascending: bool = False
) -> tuple[list[Row], str | None]:
    """One page of rows in the order of these fields, each descending unless said otherwise, and the token of the next.

    The token is None where there is no next page.
    """
    place = place_in(order_of(fields), token)
    size = SIZE if size is None else size
    return cut(some(rows, fields, place, size + 1, ascending=ascending), fields, size)


def page_asked(
    ask: Callable[[Place | None, int], Iterable[Row]],
    model: type[Row],
    fields: Sequence[str],
    token: str = "",
    size: int | None = None,
) -> tuple[list[Row], str | None]:
    """`page_of`, of rows of this model that `ask` gives: so many of them, after a place or from the beginning."""
    size = SIZE if size is None else size
    return cut(ask(place_of(token, model, fields), size + 1), fields, size)


def place_of(token: str, model: type[Row], fields: Sequence[str]) -> Place | None:
    """The place a token names among the rows of a model, as values of these fields; None as in `place_in`."""
    place = place_in(order_of(fields), token)
    if place is None:
        return None
    kinds: list[Any] = [model._meta.get_field(field) for field in fields]
    return tuple(kind.to_python(value) for kind, value in zip(kinds, place, strict=True))


def cut(rows: Iterable[Row], fields: Sequence[str], size: int = SIZE) -> tuple[list[Row], str | None]:
    """A page of rows that are one more than it holds, where there are so many; and the token of the next."""
    found = list(rows)
    if len(found) <= size:
        return found, None
    found = found[:size]
    return found, token_after(order_of(fields), [getattr(found[-1], field) for field in fields])


def together(rows: QuerySet[Row], **lists: QuerySet[Row]) -> QuerySet[Row]:
    """The rows of several lists that each end somewhere, in one question; `apart` tells them apart. `rows` are all rows
    of their model, with what is to come with each. What stands in two lists comes twice.
    """
    asked: list[Any] = [
        rows.filter(pk__in=some.values("pk")).annotate(stands_in=Value(name)) for name, some in lists.items()
    ]
    one, *others = asked
    found: QuerySet[Row] = one.union(*others, all=True)
    return found


def apart(rows: Iterable[Any], fields: Sequence[str], *lists: str) -> list[list[Any]]:
    """What `together` found for each of these lists, in the order of these fields, each descending."""
    found: dict[str, list[Any]] = {name: [] for name in lists}
    for row in sorted(rows, key=attrgetter(*fields), reverse=True):
        found[row.stands_in].append(row)
    return list(found.values())


def order_of(fields: Sequence[str]) -> str:
    """What a token says of the order of its list."""
    return ",".join(fields)
