"""The consent rule: which yeses a thing needs, when it opens, and whether it is open now.

One sentence carries everything: *a thing is open between two partners only while a standing yes from each of
them covers these exact words, and nobody is ever told why it is not open.* `docs/consent.md` explains the rule
to people; this module decides it. It is pure: no database, no request, no clock of its own. Every instant is an
aware `datetime` in UTC, handed in by the caller.

Read it from the top: what a yes is, `NEEDS` (the one table), whether a thing is open, the two doors. Then read
`openings.py`, which walks a pair's yeses through its doors.
"""

import itertools
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from couples.content import kinds
from couples.content.kinds import KINDS

# --- What a yes can be to -------------------------------------------------------------------------------------


class YesKind(StrEnum):
    """What a yes can be to. The words stand in signed rows (docs/frozen.md)."""

    OFFER = "offer"  # the author's yes to share one revision
    WELCOME = "welcome"  # what may open to me: scope everyday or heavy, choice mornings or sittings
    READING = "reading"  # the reader's yes to hold one revision; given by their welcome at the opening
    ACCEPTANCE = "acceptance"  # to be held by one revision of an agreement; given on its open sheet alone
    GROUP = "group"  # to a group of steps
    ANSWER = "answer"  # to a step: choice "" (yes) or "conditions" (yes, with conditions)
    TERMS = "terms"  # to a step with exactly the two sets of conditions that opened
    MARK = "mark"  # how an agreement went in one week: choice kept, partly or not_kept
    TAKEAWAY = "takeaway"  # to the lines of one takeaway of a session; given alone
    AGENDA = "agenda"  # to talk about one opened thing in the next session; the yes of one is enough
    KEEP = "keep"  # to keep one bare line of a step on both timelines
    ADMISSION = "admission"  # to one therapist (one version of their card) for one class (admissions.py)
    ZONE = "zone"  # to another time zone for the pair
    SITTING = "sitting"  # sitting down; not consent to words, but it stands and ends like a yes


OFFER, WELCOME, READING = YesKind.OFFER, YesKind.WELCOME, YesKind.READING
ACCEPTANCE, MARK, AGENDA, KEEP = YesKind.ACCEPTANCE, YesKind.MARK, YesKind.AGENDA, YesKind.KEEP
TAKEAWAY = YesKind.TAKEAWAY
GROUP, ANSWER, TERMS = YesKind.GROUP, YesKind.ANSWER, YesKind.TERMS
ADMISSION, ZONE, SITTING = YesKind.ADMISSION, YesKind.ZONE, YesKind.SITTING


class OpeningKind(StrEnum):
    """What an opening is of. The words stand in signed rows (docs/frozen.md)."""

    REVISION = "revision"  # of a record, to the partner
    AGREEMENT = "agreement"  # in force
    GROUP = "group"  # of steps
    CONDITIONS = "conditions"  # two sets of them on a step
    STEP = "step"
    MARKS = "marks"  # of an agreement's week
    TAKEAWAY = "takeaway"  # of a session, accepted by both
    AGENDA = "agenda"  # a mark on it
    KEEP = "keep"  # a line of a step on both timelines
    ADMISSION = "admission"  # of a therapist, for one class
    ZONE = "zone"  # another one of the pair


WORDS_OPENED: Final = (OpeningKind.REVISION, OpeningKind.AGREEMENT)  # what opens the words of a record
OF_STEPS: Final = (OpeningKind.GROUP, OpeningKind.CONDITIONS, OpeningKind.STEP)
SHOWN: Final = (*WORDS_OPENED, OpeningKind.MARKS, *OF_STEPS)  # what opens words, marks or closeness between two
ON_TERMS: Final = "step with conditions"  # a second way to a step (`NEEDS`)

EVERYDAY: Final = "everyday"
HEAVY: Final = "heavy"

MORNINGS: Final = "mornings"  # a welcome for any morning, sittings included
SITTINGS: Final = "sittings"  # a welcome for sittings only
CONDITIONS: Final = "conditions"

AGREEMENT: Final = kinds.AGREEMENT.name  # the kinds of record that the rule itself has to know
BREACH: Final = kinds.BREACH.name
OWN_STEP: Final = kinds.OWN_STEP.name  # and the scope of everything about steps
KEPT, PARTLY, NOT_KEPT = "kept", "partly", "not_kept"  # the choices of a mark
ANSWERS: Final = frozenset({GROUP, ANSWER, TERMS})  # what somebody said about steps

# --- Times ----------------------------------------------------------------------------------------------------

MORNING_HOUR: Final = time(7)
STORED_WITHIN: Final = timedelta(minutes=1)  # of a morning, by the server's clock
NIGHT: Final = timedelta(hours=8)  # elapsed hours a yes must have stood before a morning counts it
SITTING_LASTS: Final = timedelta(minutes=60)
STEP_ENDS_AFTER: Final = timedelta(days=7)
WELCOME_ENDS_AFTER: Final = timedelta(weeks=26)
ZONE_ENDS_AFTER: Final = timedelta(days=30)
DRAWN_WITHIN: Final = (timedelta(weeks=17), timedelta(weeks=26))  # every other yes: a day of its own
MOST_AT_ONE_DOOR: Final = 5  # revisions of one author that open per morning and per sitting

THINGS: Final = UUID("6f0d7f0a-5a9b-4c57-9f6a-0d9f6a4f3f10")  # namespace for things that have no row of their own


def just_paired(since: datetime, at: datetime) -> bool:
    """Whether a seat that began at `since` is in the hour in which its two people paired."""
    return at < since + SITTING_LASTS


def scope_of(kind: str) -> str:
    """The welcome that a kind of record falls under: EVERYDAY or HEAVY. Raises ValueError for an unknown kind."""
    if kind not in KINDS:
        raise ValueError(f"no welcome covers the kind {kind!r}")
    return HEAVY if KINDS[kind].heavy else EVERYDAY


# How long a yes lasts if its giver says nothing else. Of other kinds a day is drawn.
LASTS: Final[dict[str, timedelta]] = {
    SITTING: SITTING_LASTS,
    ANSWER: STEP_ENDS_AFTER,
    TERMS: STEP_ENDS_AFTER,
    WELCOME: WELCOME_ENDS_AFTER,
    ZONE: ZONE_ENDS_AFTER,
}


def days_to_end_on(at: datetime, zone: str, taken: Iterable[datetime]) -> list[date]:
    """The days from which the end of a yes given at `at` is drawn: of those between 17 and 26 weeks ahead, on the
    giver's clock, the ones on which fewest of their own yeses end. `taken` are the ends of those yeses.
    """
    local = ZoneInfo(zone)
    today = at.astimezone(local).date()
    first, last = DRAWN_WITHIN
    days = [today + timedelta(days=n) for n in range(first.days, last.days + 1)]
    ending = Counter(end.astimezone(local).date() for end in taken)
    fewest = min(ending[day] for day in days)
    return [day for day in days if ending[day] == fewest]


def thing_of(*parts: str) -> UUID:
    """The id of a thing that has no row of its own: the digest of the exact words it consists of."""
    return uuid5(THINGS, "\x1f".join(parts))


def marks_of(revision: UUID, week: date) -> UUID:
    """The thing that a mark names: one revision of an agreement in the week of this Monday."""
    return thing_of("marks", revision.hex, week.isoformat())


def terms_of(one: UUID, other: UUID) -> UUID:
    """The thing that a yes to two sets of conditions names: exactly these two answers, in either order."""
    return thing_of("terms", *sorted((one.hex, other.hex)))


# --- The facts ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Yes:
    """One yes: whose seat, to what exactly, given when, ends when, closed when. Its fields are those of its row."""

    id: UUID
    seat_id: UUID
    kind: str
    thing: UUID
    given_at: datetime
    ends_at: datetime | None = None  # None: until its giver takes it back
    closed_at: datetime | None = None
    scope: str = ""  # offer: the kind of record; admission, welcome: the class; zone: its name
    choice: str = ""  # welcome: mornings or sittings; answer: "" or conditions; offer of a breach: "" or limit; mark
    under: UUID | None = None  # offer, reading: the record; acceptance, mark: the chain; takeaway: its session
    about: UUID | None = None  # offer of a breach: the chain of the agreement that was not kept
    number: int = 0  # offer, reading, acceptance: which revision of its record; mark: the week, as its Monday's ordinal
    revision_id: UUID | None = None  # the revision whose words it covers, where there is one
    tie: str = ""  # offer: the random order among equals, drawn when it was given


@dataclass(frozen=True, slots=True)
class Seat:
    """One of the two places in a pair. `ended` is when its holder left."""

    id: UUID
    ended: datetime | None = None


@dataclass(frozen=True, slots=True)
class Opening:
    """The instant at which all the yeses that a thing needs first met at a door, and the yeses it rests on."""

    id: UUID
    kind: str
    thing: UUID
    opened_at: datetime
    day: date  # of the pair's zone at that instant: all that others are ever shown of the time
    door: str
    tie: str
    rests_on: frozenset[UUID]
    scope: str = ""
    author_id: UUID | None = None  # a revision's author's seat; None where both gave the same
    revision_id: UUID | None = None
    under: UUID | None = None
    number: int = 0  # of a revision: which of its record; of marks: their week
    gives: Yes | None = None  # the reading that an opened revision gives its reader
    ends: frozenset[UUID] = frozenset()  # the yeses that this opening ends, at its own instant


def stands(yes: Yes, at: datetime) -> bool:
    """Whether a yes is standing: given at or before the instant, its end after it, not closed by then."""
    if yes.given_at > at:
        return False
    return (yes.ends_at is None or yes.ends_at > at) and (yes.closed_at is None or yes.closed_at > at)


# --- The one table of needed yeses ------------------------------------------------------------------------------

MORNING: Final = "morning"
SITTING_DOOR: Final = "sitting"
BOTH_DOORS: Final = frozenset({MORNING, SITTING_DOOR})
MORNING_ONLY: Final = frozenset({MORNING})


@dataclass(frozen=True, slots=True)
class Need:
    """What one kind of opening needs, all standing at a door, and what it rests on from then."""

    thing: str  # in words, for docs/consent.md
    open_to: str
    of_author: tuple[str, ...] = ()
    of_reader: tuple[str, ...] = ()  # needed at the door
    of_reader_after: tuple[str, ...] = ()  # rested on from then
    of_each: tuple[str, ...] = ()
    besides: tuple[str, ...] = ()  # openings that must be open, whose yeses it rests on too
    at_door: tuple[str, ...] = ()  # openings that must be open at the door to both; it does not rest on them from then
    doors: frozenset[str] = BOTH_DOORS
    lasting: bool = True  # False: an event that is not undone when its yeses end

    @property
    def of_one(self) -> bool:
        """Whether the yes of one is enough. Then it opens whether or not the other is still here, and tells neither."""
        return not (self.of_reader or self.of_reader_after or self.of_each)


NEEDS: Final[dict[str, Need]] = {
    OpeningKind.REVISION: Need(
        "a revision of a record",
        "the partner",
        of_author=(OFFER,),
        of_reader=(WELCOME,),
        of_reader_after=(READING,),
    ),
    OpeningKind.AGREEMENT: Need(
        "an agreement in force", "both", of_each=(ACCEPTANCE,), at_door=(OpeningKind.REVISION,)
    ),
    OpeningKind.GROUP: Need("a group of steps", "both", of_each=(GROUP,), doors=MORNING_ONLY),
    OpeningKind.CONDITIONS: Need(
        "two sets of conditions on a step",
        "both",
        of_each=(ANSWER,),
        besides=(OpeningKind.GROUP,),
        doors=MORNING_ONLY,
    ),
    OpeningKind.STEP: Need("a step", "both", of_each=(ANSWER,), besides=(OpeningKind.GROUP,), doors=MORNING_ONLY),
    ON_TERMS: Need(
        "a step with exactly those two sets",
        "both",
        of_each=(TERMS,),
        besides=(OpeningKind.CONDITIONS,),
        doors=MORNING_ONLY,
    ),
    OpeningKind.MARKS: Need("the marks of an agreement's week", "both", of_each=(MARK,)),
    OpeningKind.TAKEAWAY: Need("a takeaway of a session", "both", of_each=(TAKEAWAY,), doors=MORNING_ONLY),
    OpeningKind.AGENDA: Need(
        "a mark on the agenda, of what is opened and while it is",
        "both, therapist",
        of_author=(AGENDA,),
        doors=MORNING_ONLY,
    ),
    OpeningKind.KEEP: Need("a kept line of a step", "both", of_each=(KEEP,)),
    OpeningKind.ADMISSION: Need("what is opened, of one class", "the therapist", of_each=(ADMISSION,)),
    OpeningKind.ZONE: Need("another time zone of the pair", "both", of_each=(ZONE,), lasting=False),
}


def is_open(opening: Opening, yeses: Mapping[UUID, Yes], at: datetime, *, reader: UUID | None = None) -> bool:
    """Whether all the yeses an opening rests on stand.

    With `reader=None` every yes counts. With a seat, a reading counts only for that seat: the author's pages, the
    therapist's and the mirrors rest on *opened*, so a thing put away looks to them exactly like one still held. A yes
    that is not among `yeses` does not stand.
    """
    if opening.opened_at > at or not opening.rests_on:
        return False
    for yes_id in opening.rests_on:
        yes = yeses.get(yes_id)
        if yes is None:
            return False
        if reader is not None and yes.kind == READING and yes.seat_id != reader:
            continue
        if not stands(yes, at):
            return False
    return True


# --- The two doors --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Door:
    """A sitting at one of its instants, or a morning. `since` is when this sitting began, or the morning."""

    at: datetime
    kind: str
    since: datetime

    def counts(self, yes: Yes) -> bool:
        """Whether this yes counts here: it stands, and for a morning it has stood a night."""
        return stands(yes, self.at) and (self.kind == SITTING_DOOR or yes.given_at <= self.at - NIGHT)


def morning_after(at: datetime, zone: str) -> datetime:
    """The first 07:00 of the zone strictly after the instant, in UTC."""
    local = ZoneInfo(zone)
    day = at.astimezone(local).date()
    for n in itertools.count():
        morning = datetime.combine(day + timedelta(days=n), MORNING_HOUR, local).astimezone(UTC)
        if morning > at:
            return morning
    raise AssertionError("unreachable")


def last_morning(at: datetime, zone: str) -> datetime:
    """The last 07:00 of the zone at or before the instant, in UTC."""
    local = ZoneInfo(zone)
    day = at.astimezone(local).date()
    for n in itertools.count():
        morning = datetime.combine(day - timedelta(days=n), MORNING_HOUR, local).astimezone(UTC)
        if morning <= at:
            return morning
    raise AssertionError("unreachable")


def sitting_since(yeses: Iterable[Yes], at: datetime) -> datetime | None:
    """When the sitting that is on at this instant began; None where not both have sat down."""
    down = [yes for yes in yeses if yes.kind == SITTING and stands(yes, at)]
    if len({yes.seat_id for yes in down}) < 2:
        return None
    return max(yes.given_at for yes in down)
