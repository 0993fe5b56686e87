"""The therapist's list of couples: who both admit them, by the next session and by name."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import takewhile
from uuid import UUID
from zoneinfo import ZoneInfo

from couples import visibility
from couples.lib import clock, keyset
from couples.lib.days import WEEKDAY_DAY_AND_MONTH, in_words
from couples.lib.text import clean_words
from couples.models import User
from couples.models.sessions import Session, Sessions

NO_SESSION = "~"  # after every instant
LIST = "couples"  # what a token of this list begins with
COUPLES_ON_A_PAGE = 50
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Couple:
    """One line of the list: two names, where they lead, and the next session if one is set."""

    name: str
    id: UUID
    when: str = ""  # the session by the therapist's clocks
    met: bool = False  # there was a session


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the week ahead, and the sessions on it: (hour, names, pair)."""

    name: str
    sessions: list[tuple[str, str, UUID]]


@dataclass(frozen=True, slots=True)
class CouplesList:
    """What the template of the list gets."""

    couples: list[Couple]
    more: str | None  # the token of the next page
    week: list[Day]  # the days of the next seven on which there is a session


def named(names: list[str]) -> str:
    """Two names in an order that tells nothing."""
    return " and ".join(sorted(names, key=lambda name: (name.casefold(), name)))


def couples_of(therapist: User, at: datetime, wanted: str = "", after: str = "") -> CouplesList:
    """One page of the couples who both admit this therapist, by next session and name; and the week ahead of all.

    `wanted` is what was typed into the search; every word of it has to stand in the two names. The names are put in
    order here and not by the database, because each database has its own idea of it.
    """
    listed = [(pair, named([one, other]), met) for pair, one, other, met in visibility.listed_couples(therapist, at)]
    sessions = visibility.sessions_with_all(therapist, at)
    next_ones = {pair: session for pair, all_of in sessions.items() if (session := all_of.next_one(at))}
    words = clean_words(wanted).casefold().split()
    placed = [(_place(name, pair, next_ones.get(pair)), name, pair, met) for pair, name, met in listed]
    if words:
        placed = [each for each in placed if all(word in each[0][1] for word in words)]
    start = keyset.place_in(LIST, after)
    if start is not None:
        placed = [each for each in placed if list(each[0]) > start]
    placed.sort()
    week = []
    if not words and start is None:
        week = _week({pair: name for pair, name, _ in listed}, sessions, at, therapist.time_zone)
    couples = []
    for _, name, pair, met in placed[:COUPLES_ON_A_PAGE]:  # whatever only a line tells is asked of these alone
        session = next_ones.get(pair)
        when = clock.describe_instant(session.starts_at, therapist.time_zone) if session else ""
        couples.append(Couple(name, pair, when, met or pair in sessions and sessions[pair].last_one(at) is not None))
    more = keyset.token_after(LIST, placed[len(couples) - 1][0]) if len(placed) > len(couples) else None
    return CouplesList(couples, more, week)


def _place(name: str, pair: UUID, session: Session | None) -> tuple[str, str, str]:
    """Where a couple stands in the list: by the next session, then by name, whatever its capitals."""
    return (session.starts_at.isoformat() if session else NO_SESSION, name.casefold(), pair.hex)


def _week(names: dict[UUID, str], all_sessions: dict[UUID, Sessions], at: datetime, zone: str) -> list[Day]:
    """The days of the next seven on which there is a session, by the therapist's clocks, each with its sessions."""
    end = clock.day_of(at, zone) + WEEK
    days: dict[date, list[tuple[datetime, str, UUID]]] = {}
    for pair in names.keys() & all_sessions.keys():
        for each in takewhile(lambda each: clock.day_of(each.starts_at, zone) < end, all_sessions[pair].ahead(at)):
            local = each.starts_at.astimezone(ZoneInfo(zone))
            days.setdefault(local.date(), []).append((local, names[pair], pair))
    return [
        Day(in_words(day, WEEKDAY_DAY_AND_MONTH), [(f"{local:%H:%M}", name, pair) for local, name, pair in sorted(on)])
        for day, on in sorted(days.items())
    ]
