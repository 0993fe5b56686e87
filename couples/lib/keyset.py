"""Pages of a long list by where the last one ended: the cost is the same at the start and after years.

The token in an address is signed and says nothing that the page before did not show. There are no totals.
"""

from collections.abc import Sequence
from typing import Any, TypeVar

from django.core import signing
from django.db.models import Model, Q, QuerySet

SALT = "couples.page"
SIZE = 20

Row = TypeVar("Row", bound=Model)
Place = Sequence[Any]  # the values of the ordering fields of the last row shown


def write_token(place: Place) -> str:
    """A token for what comes after this place. Its values must survive `str`: dates, instants, text, ids."""
    return signing.Signer(salt=SALT).sign_object([str(value) for value in place])


def read_token(token: str) -> list[str] | None:
    """The place a token names; None for no token and for one that is not ours: the list starts at its beginning."""
    if not token:
        return None
    try:
        place = signing.Signer(salt=SALT).unsign_object(token)
    except (signing.BadSignature, ValueError):
        return None
    return place if isinstance(place, list) else None


def before(fields: Sequence[str], place: Place) -> Q:
    """What comes after a place in a list that is ordered by these fields, each descending."""
    wanted = Q(pk__isnull=True)
    for n, field in enumerate(fields):
        same = dict(zip(fields[:n], place, strict=False))
        wanted |= Q(**same, **{f"{field}__lt": place[n]})
    return wanted


def page_of(
    rows: QuerySet[Row], fields: Sequence[str], token: str = "", size: int = SIZE
) -> tuple[list[Row], str | None]:
    """One page of rows, newest first by these fields (each descending), and the token of the next page, if any."""
    order = ",".join(fields)
    place = read_token(token)
    if place is not None and place[:1] == [order]:  # a token of a list in another order says nothing here
        rows = rows.filter(before(fields, place[1:]))
    found = list(rows.order_by(*(f"-{field}" for field in fields))[: size + 1])
    if len(found) <= size:
        return found, None
    found = found[:size]
    return found, write_token([order, *(getattr(found[-1], field) for field in fields)])
