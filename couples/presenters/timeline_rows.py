"""The rows of the timeline, of each table as many as a page holds: the questions that are merged there."""

from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db.models import Q, QuerySet

from couples import visibility
from couples.content.kinds import KINDS
from couples.lib import keyset
from couples.lib.compiled import compiled
from couples.models import Opening, OwnLine
from couples.rule import consent

FIELDS = ("day", "tie", "id")
STEP = consent.OWN_STEP
OURS, MINE, CHECK_IN, EARLIER = "ours", "mine", "check-in", "earlier"

Row = TypeVar("Row", Opening, OwnLine)
Place = keyset.Place  # a day, a tie, an id


@compiled
def own_some(owner: UUID, seat: UUID | None, steps_on: bool, show: str, place: Place | None) -> QuerySet[OwnLine]:
    """The lines of whoever sits here, or nowhere, under a filter; of earlier pairings, of whoever sat here."""
    return following(_of_filter(owner, seat, steps_on, show), place)


def _of_filter(owner: UUID, seat: UUID | None, steps_on: bool, show: str) -> QuerySet[OwnLine]:
    """The viewer's own lines. Memory lines of a pairing that they have left stand under a filter of their own."""
    rows = visibility.own_lines_of(owner).select_related("check_in")
    if not steps_on:
        rows = rows.exclude(scope=STEP)
    if show == EARLIER:
        return rows.filter(opening__isnull=False, seat=seat)
    if show == OURS:
        return rows.none() if seat is None else rows.filter(seat=seat)
    rows = rows.filter(seat__isnull=True) if seat is None or show == MINE else rows.filter(_of(seat))
    if show == CHECK_IN:
        return rows.filter(kind=OwnLine.CHECKED_IN, check_in__isnull=False)
    return rows.filter(scope=show) if show in KINDS else rows


def _of(seat: UUID) -> Q:
    return Q(seat__isnull=True) | Q(seat=seat)


@compiled
def lately_and_keeps(
    pair: UUID, seat: UUID, at: datetime, since: datetime, show: str, heavy: bool, place: Place | None
) -> QuerySet[Opening]:
    """What has no memory line yet, and the keeps. The other's heavy things stand under no single kind."""
    lately = visibility.lately_rows(pair, seat, at, since)
    if show in KINDS:
        lately = lately.filter(scope=show, author=seat) if heavy else lately.filter(scope=show)
    lists = {"lately": following(lately, place)}
    if show in ("", OURS, STEP):
        lists["keeps"] = visibility.keep_rows(pair, seat, at)
    return keyset.together(Opening.objects.select_related("revision").signed(), **lists)


def newest_open(pair: UUID, seat: UUID, at: datetime, steps_on: bool, size: int) -> QuerySet[Opening]:
    """The newest of what is open to whoever sits here, so many; the first three may be places (`lib/compiled`)."""
    rows = visibility.open_rows(pair, seat, at, steps_on)
    return following(rows if steps_on else rows.exclude(scope=STEP), None, size - 1)


@compiled
def kept_some(pair: UUID, kept: list[UUID], at: datetime, place: Place | None) -> QuerySet[Opening]:
    """The lines of steps that both keep (`visibility.kept_by`)."""
    return following(visibility.kept_rows(pair, kept, at), place)


def place_of(token: str) -> Place | None:
    """Where the last page ended; None at the beginning, and for a token of another list."""
    return keyset.place_of(token, OwnLine, FIELDS)


def following(rows: QuerySet[Row], place: Place | None, size: int = keyset.SIZE) -> QuerySet[Row]:
    """The next of any rows of the timeline after a place, one more than a page holds."""
    return keyset.some(rows, FIELDS, place, size + 1)
