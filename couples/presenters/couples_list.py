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
from couples.models.sessions import Sessions

NO_SESSION = "~"  # after every instant
LIST = "couples"  # what a token of this list begins with
COUPLES_ON_A_PAGE = 50
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Couple:
    """One line of the list: two names, where they lead, and the next session if one is set."""

    name: str
    id: UUID
    session: datetime | None = None
    when: str = ""  # the session by the therapist's clocks
    met: bool = False  # there was a session

    @property
    def place(self) -> tuple[str, str, str]:
        """Where it stands in the list: by the next session, then by name, whatever its capitals."""
        return (self.session.isoformat() if self.session else NO_SESSION, self.name.casefold(), self.id.hex)


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
    listed = list(visibility.listed_couples(therapist, at))
    names = {couple.pk: named([couple.one, couple.other]) for couple in listed}
    met = {couple.pk for couple in listed if couple.met}
    sessions = visibility.sessions_with_all(therapist, at)
    words = clean_words(wanted).casefold().split()
    couples = [
        _couple(name, pair, sessions.get(pair), pair in met, therapist, at)
        for pair, name in names.items()
        if all(word in name.casefold() for word in words)
    ]
    couples.sort(key=lambda couple: couple.place)
    start = keyset.place_in(LIST, after)
    if start is not None:
        couples = [couple for couple in couples if list(couple.place) > start]
    week = [] if words or start is not None else _week(names, sessions, at, therapist.time_zone)
    if len(couples) <= COUPLES_ON_A_PAGE:
        return CouplesList(couples, None, week)
    couples = couples[:COUPLES_ON_A_PAGE]
    return CouplesList(couples, keyset.token_after(LIST, couples[-1].place), week)


def _couple(name: str, pair: UUID, sessions: Sessions | None, met: bool, therapist: User, at: datetime) -> Couple:
    if sessions is None:
        return Couple(name, pair, met=met)
    session, met = sessions.next_one(at), met or sessions.last_one(at) is not None
    if session is None:
        return Couple(name, pair, met=met)
    return Couple(name, pair, session.starts_at, clock.describe_instant(session.starts_at, therapist.time_zone), met)


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
