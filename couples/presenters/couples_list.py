"""The therapist's list of couples: who both admit them, by the next session and by name."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from couples import visibility
from couples.lib import clock, keyset
from couples.lib.text import clean_words
from couples.models import User

NO_SESSION = "~"  # after every instant
LIST = "couples"  # what a token of this list begins with
COUPLES_ON_A_PAGE = 50


@dataclass(frozen=True, slots=True)
class Couple:
    """One line of the list: two names, where they lead, and the next session if one is set."""

    name: str
    id: UUID
    session: datetime | None = None
    when: str = ""  # the session by the therapist's clocks

    @property
    def place(self) -> tuple[str, str, str]:
        """Where it stands in the list: by the next session, then by name, whatever its capitals."""
        return (self.session.isoformat() if self.session else NO_SESSION, self.name.casefold(), self.id.hex)


def named(names: list[str]) -> str:
    """Two names in an order that tells nothing."""
    return " and ".join(sorted(names, key=lambda name: (name.casefold(), name)))


def couples_of(therapist: User, at: datetime, wanted: str = "", after: str = "") -> tuple[list[Couple], str | None]:
    """One page of the couples who both admit this therapist, by next session and name, and the token of the next page.

    `wanted` is what was typed into the search; every word of it has to stand in the two names. The names are put in
    order here and not by the database, because each database has its own idea of it.
    """
    names: dict[UUID, list[str]] = {}
    for seat in visibility.seats_of(visibility.pairs_of(therapist, at)):
        names.setdefault(seat.pair_id, []).append(seat.said_name)
    words = clean_words(wanted).casefold().split()
    sessions = _next_sessions(therapist, at)
    told = (_couple(named(both), pair, sessions.get(pair), therapist) for pair, both in names.items())
    couples = sorted(told, key=lambda couple: couple.place)
    couples = [couple for couple in couples if all(word in couple.name.casefold() for word in words)]
    start = keyset.place_in(LIST, after)
    if start is not None:
        couples = [couple for couple in couples if list(couple.place) > start]
    if len(couples) <= COUPLES_ON_A_PAGE:
        return couples, None
    couples = couples[:COUPLES_ON_A_PAGE]
    return couples, keyset.token_after(LIST, couples[-1].place)


def _next_sessions(therapist: User, at: datetime) -> dict[UUID, datetime]:
    found = visibility.sessions_to_come(therapist, at).order_by("-starts_at")
    return {session.pair_id: session.starts_at for session in found if session.ends_at > at}


def _couple(name: str, pair: UUID, session: datetime | None, therapist: User) -> Couple:
    return Couple(name, pair, session, clock.describe_instant(session, therapist.time_zone) if session else "")
