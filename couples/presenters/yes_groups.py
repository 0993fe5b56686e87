"""One's own yeses in groups, as the one page that lists them shows them: what ends soon first, a few of each group.

A group has a page of its own for the rest, so the first page stays as short after years.
"""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Case, F, Q, QuerySet, Value, When, Window
from django.db.models.functions import RowNumber

from couples import visibility
from couples.lib import days
from couples.lib.clock import day_of
from couples.models import Card, Seat, User, Yes
from couples.presenters import own_yeses
from couples.presenters.own_yeses import YesLine
from couples.rule import consent


@dataclass(frozen=True, slots=True)
class Group:
    """Some kinds of yes that stand together."""

    key: str
    code: str  # of its page (content/codes.py)
    title: str
    kinds: tuple[str, ...]
    renewed_as_one: bool = True  # acceptances and steps are renewed one by one, with their words before one


GROUPS: Final = (
    Group("offered", "n3t", "What I offered", (consent.OFFER,)),
    Group("accepted", "w7f", "What I accepted", (consent.ACCEPTANCE, consent.TAKEAWAY), renewed_as_one=False),
    Group("welcomes", "z2h", "When things may open to me", (consent.WELCOME,)),
    Group("reading", "m4f", "What I am reading", (consent.READING,), renewed_as_one=False),
    Group("therapist", "r6d", "Our therapist", (consent.ADMISSION,)),
    Group("steps", "q2v", "Steps", (consent.GROUP, consent.ANSWER, consent.TERMS), renewed_as_one=False),
    Group("small", "p8c", "Small things", (consent.MARK, consent.AGENDA, consent.KEEP, consent.ZONE)),
)
SOON, BEFORE = "ends_soon", "said_before"  # two lists across the groups
CODES: Final = {group.key: group.code for group in GROUPS} | {SOON: "s6k", BEFORE: "w9q"}
BEFORE_TITLE: Final = "What I said yes to before"
FEW = 6  # lines of one group on the first page

BY_END = ("end", "tie")
BY_KIND = ("place", "tie")  # tells no day


@dataclass(slots=True)
class Section:
    """A group with the first of its lines, by when they end."""

    key: str
    title: str
    renewed_as_one: bool
    has_more: bool = False
    lines: list[YesLine] = field(default_factory=list)
    admits: bool = False  # what a therapist is admitted to is among them: all of it is renewed with one press, here too


def group_named(key: str) -> Group | None:
    """The group of this key; None for the two lists across the groups."""
    return next((group for group in GROUPS if group.key == key), None)


def soon_until(at: datetime, zone: str) -> date:
    """The last day of the next month, on a clock of this zone: what ends by then is told first."""
    first_of_next = day_of(at, zone).replace(day=1) + timedelta(days=32)
    return first_of_next.replace(day=monthrange(first_of_next.year, first_of_next.month)[1])


def title_of(key: str, user: User, at: datetime) -> str:
    """The heading of a list."""
    group = group_named(key)
    if group is not None:
        return group.title
    return BEFORE_TITLE if key == BEFORE else f"What ends by {days.in_words(soon_until(at, user.time_zone))}"


def listed_in(key: str, user: User, seat: Seat, at: datetime) -> QuerySet[Yes]:
    """The standing yeses of a group, or those that end soon (SOON), with their last day as `end`."""
    listed = own_yeses.by_end(own_yeses.listed(user, at, seat), user)
    group = group_named(key)
    if group is not None:
        return listed.filter(kind__in=group.kinds)
    return listed.filter(end__lte=soon_until(at, user.time_zone))


def before(seat: Seat, at: datetime, gone: QuerySet[Card] | None = None) -> QuerySet[Yes]:
    """What was said yes to before, by kind in the order of the groups (`place`), then in no order that tells a day.

    Of therapists those alone whose card has not `gone` from its giver's page (asked for where they are not given).
    """
    gone = visibility.cards_gone_from(seat, at) if gone is None else gone
    here = visibility.cards_shown_to(seat.pair_id).exclude(pk__in=gone.values("pk"))
    found = visibility.said_before(seat, at).filter(~Q(kind=consent.ADMISSION) | Q(thing__in=here.values("pk")))
    in_order = (When(kind__in=group.kinds, then=Value(place)) for place, group in enumerate(GROUPS))
    return found.annotate(place=Case(*in_order)).order_by(*BY_KIND)


def overview(user: User, seat: Seat, at: datetime) -> list[Section]:
    """What ends soon, then each group with what else is in it; nothing of a group without any. Two lists are read."""
    which = Case(
        When(end__lte=soon_until(at, user.time_zone), then=Value(SOON)),
        *(When(kind__in=group.kinds, then=Value(group.key)) for group in GROUPS),
    )
    cards = visibility.cards_gone_from(seat, at)
    listed = own_yeses.by_end(own_yeses.listed(user, at, seat, cards), user).annotate(section=which)
    place = Window(RowNumber(), partition_by=[F("section")], order_by=[F("end").asc(), F("tie").asc()])
    rows = list(listed.annotate(place=place).filter(place__lte=FEW + 1))
    gone = list(before(seat, at, cards)[: FEW + 1])
    return _in_sections(rows, gone, own_yeses.lines_of([*rows, *gone], user, seat, at), user, at)


def _in_sections(
    rows: Iterable[Yes], gone: Iterable[Yes], lines: list[YesLine], user: User, at: datetime
) -> list[Section]:
    keys = [row.section for row in rows] + [BEFORE for _ in gone]  # type: ignore[attr-defined]
    found: dict[str, Section] = {}
    for key in (SOON, *(group.key for group in GROUPS), BEFORE):
        group = group_named(key)
        mine = [line for line, of in zip(lines, keys, strict=True) if of == key]
        if mine:
            as_one = group is not None and group.renewed_as_one
            found[key] = Section(key, title_of(key, user, at), as_one, len(mine) > FEW, mine[:FEW], admits(key, rows))
    return list(found.values())


def admits(key: str, rows: Iterable[Yes]) -> bool:
    """Whether among what ends soon, of which these are told, is what a therapist is admitted to."""
    return key == SOON and any(row.kind == consent.ADMISSION and getattr(row, "section", SOON) == SOON for row in rows)


def chosen_as_one(key: str, user: User, seat: Seat, at: datetime) -> list[UUID]:
    """The yeses that are renewed together with a group; none of one whose yeses are renewed one by one."""
    group = group_named(key)
    if group is None or not group.renewed_as_one:
        return []
    return list(listed_in(key, user, seat, at).values_list("pk", flat=True))
