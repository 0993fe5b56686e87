"""Sessions in words, by the clocks of whoever reads: those to come, and those that have been."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from uuid import UUID

from couples.lib import clock, keyset
from couples.models.sessions import EVERY_SECOND_WEEK, EVERY_WEEK, Session, Sessions

PAST = "sessions"  # what a token of the list of past ones begins with
PAST_ON_A_PAGE = 10
AHEAD = 5  # of a series
NOBODY: Mapping[UUID, str] = {}
RHYTHMS = {EVERY_WEEK: "every week", EVERY_SECOND_WEEK: "every second week"}


@dataclass(frozen=True, slots=True)
class Line:
    """One session: when, how long, and with whom."""

    id: UUID
    when: str
    minutes: int
    by: str = ""  # the therapist, to the two
    called_off: bool = False
    rhythm: str = ""  # "every week" of a series that goes on, "" of a single one


def ahead(sessions: Sessions, at: datetime, zone: str, names: Mapping[UUID, str] = NOBODY) -> list[Line]:
    """The next sessions, soonest first; of a series the first few, with those of them that were called off.

    `names` are those of the therapists, by their ids.
    """
    return [line_of(each, at, zone, names) for each in islice(sessions.ahead(at, also_called_off=True), AHEAD)]


def over(
    sessions: Sessions, at: datetime, zone: str, after: str = "", names: Mapping[UUID, str] = NOBODY
) -> tuple[list[Line], str | None]:
    """One page of the sessions that have been, newest first, and the token of earlier ones."""
    place = keyset.place_in(PAST, after)
    found = sessions.over(at)
    if place is not None:
        found = (each for each in found if _place(each) < tuple(place))
    some = list(islice(found, PAST_ON_A_PAGE + 1))
    shown = some[:PAST_ON_A_PAGE]
    earlier = keyset.token_after(PAST, _place(shown[-1])) if len(some) > PAST_ON_A_PAGE else None
    return [line_of(each, at, zone, names) for each in shown], earlier


def _place(session: Session) -> tuple[str, str]:
    return session.starts_at.isoformat(), session.id.hex


def line_of(session: Session, at: datetime, zone: str, names: Mapping[UUID, str] = NOBODY) -> Line:
    """One session in words."""
    when, by = clock.describe_instant(session.starts_at, zone), names.get(session.therapist_id, "")
    return Line(session.id, when, session.minutes, by, session.called_off, rhythm_of(session, at))


def rhythm_of(session: Session, at: datetime) -> str:
    """How often sessions come of whose series this one is, in words; "" where it does not go on, or there is none."""
    if session.series is None or not session.series.goes_on_at(at):
        return ""
    return RHYTHMS[session.series.weeks]
