"""What opened at a pair's doors since the last stored one, worked out from the history and written nowhere.

An act stores it (`actions/transactions.py`); a page reads it as if it were stored (`visibility/as_if_stored.py`). Both
get the very same rows, because ids, ties and digests follow from what met and when. One statement asks for the yeses
that meet, and for the openings that have their first seven o'clock (`rule/meeting.py`), always; only where there are
some is more read: what they may end, what they stand beside, what they rest on.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Q, UUIDField

from couples.content.kinds import KINDS, LIMIT
from couples.lib.ids import keyed_id
from couples.models.people import Pair, Seat
from couples.models.timeline import OwnLine
from couples.models.yeses import FIELDS_OF_A_YES, FIELDS_OF_AN_OPENING, Opening, Rest, Yes, rests_as_facts
from couples.row_security.functions import DUE_FUNCTION, MEETING_FUNCTION
from couples.row_security.session import settling
from couples.rule import consent, due, memory, openings
from couples.rule.consent import OpeningKind
from couples.rule.history import Ledger
from couples.rule.meeting import NEVER, meeting_at


@dataclass(slots=True)
class Unstored:
    """Rows that are not in their tables, the yeses that these change, and where the pair's doors then stand."""

    settled_until: datetime
    next_morning: datetime
    last_morning: datetime
    time_zone: str
    openings: list[Opening] = field(default_factory=list)
    rests: list[Rest] = field(default_factory=list)
    given: list[Yes] = field(default_factory=list)  # the readings that opened revisions give
    ended: list[Yes] = field(default_factory=list)  # rows of the table as they have to be, signed anew
    beneath: list[Yes] = field(default_factory=list)  # rows of the table that the openings rest on, as they are
    lines: list[tuple[OwnLine, bool]] = field(default_factory=list)  # of both, and whether their owner keeps this one

    @classmethod
    def none(cls, pair: Pair) -> "Unstored":
        """Nothing: the doors of this pair stand where its row says."""
        return cls(pair.settled_until, pair.next_morning, pair.last_morning, pair.time_zone)

    def lines_of(self, seat: UUID) -> list[OwnLine]:
        """The memory lines that the holder of this seat keeps."""
        return [line for line, is_kept in self.lines if is_kept and line.seat_id == seat]

    def tell(self, pair: Pair) -> None:
        """Let this row, as it is in memory, know the last door gone through, both mornings beside it and the zone."""
        pair.settled_until, pair.time_zone = self.settled_until, self.time_zone
        pair.next_morning, pair.last_morning = self.next_morning, self.last_morning


# --- The doors ---


def at_mornings(pair: Pair, at: datetime, *, only_with: str | None = None) -> Unstored:
    """What opened at every 07:00 after the last one stored, up to `at`. Where none has gone by, the same is asked.

    With `only_with` nothing is worked out, or read of it, where no yes of that kind meets another.
    """
    first, zone = pair.next_morning, pair.time_zone
    last = consent.last_morning(at, zone) if first <= at else None
    rested = last - consent.NIGHT if last else NEVER
    met = _meeting(pair.pk, consent.MORNING, first, rested, many=last is not None and last > first)
    if last is None or (only_with is not None and only_with not in met.values()):
        return Unstored.none(pair)
    if not met:
        return Unstored(last, consent.morning_after(last, zone), last, zone)
    if consent.ZONE in met.values():  # the mornings after it are others, which nobody knows before
        met = _meeting(pair.pk, consent.MORNING, first, at - consent.NIGHT, many=True)
    with settling(pair.pk):
        ledger, rows, seats = _ledger(pair, met, consent.MORNING)
    found, lines, last, morning = [], [], pair.last_morning, first
    while morning <= at:
        found += openings.at_morning(ledger, morning)
        lines += [_line(opening, seats[seat], kept) for opening, seat, kept in memory.at_morning(ledger, last, morning)]
        last, morning = morning, consent.morning_after(morning, ledger.zone)
    return _as_rows(pair, ledger, rows, found, Unstored(last, morning, last, ledger.zone, lines=lines))


def at_sitting(pair: Pair, at: datetime) -> Unstored:
    """What opens at this instant of an act because a sitting is on. Nobody's own cost depends on whether one is."""
    unchanged = Unstored(at, pair.next_morning, pair.last_morning, pair.time_zone)
    met = _meeting(pair.pk, consent.SITTING_DOOR, at, at)
    if not met:
        return unchanged
    ledger, rows, _seats = _ledger(pair, met, consent.SITTING_DOOR)
    found = openings.at_sitting(ledger, at)
    next_morning = pair.next_morning if ledger.zone == pair.time_zone else consent.morning_after(at, ledger.zone)
    return _as_rows(pair, ledger, rows, found, Unstored(at, next_morning, pair.last_morning, ledger.zone))


def _meeting(pair: UUID, door: str, first: datetime, rested: datetime, many: bool = False) -> dict[UUID, str]:
    """The yeses that meet at a door, or at one of many mornings from the first on, and the kind of each; and, as
    `memory.LINE`, the openings that have their first seven o'clock there."""
    instant, row_id = connection.ops.adapt_datetimefield_value, UUIDField()
    asked = {
        "pair": row_id.get_db_prep_value(pair, connection),
        "first": instant(first),
        "rested": instant(rested),
        "many": int(many),
    }
    with connection.cursor() as cursor:
        cursor.execute(MEETING_FUNCTION[door] if _behind_the_wall() else meeting_at(door), asked)
        return {row_id.to_python(yes): kind for yes, kind in cursor.fetchall()}


def pairs_due(pairs: list[UUID], first: datetime, last: datetime, at: datetime) -> set[UUID]:
    """Those of these pairs in which anything is due at their mornings from the first one that waits to the last one up
    to `at`. Of all others nothing is read, and for them nothing is to be stored but that they went by.
    """
    instants = {**due.instants(first, at), "rested": last - consent.NIGHT}
    asked: dict[str, Any] = {name: connection.ops.adapt_datetimefield_value(at) for name, at in instants.items()}
    asked["many"] = int(last > first)
    asked["pairs"] = json.dumps([pair.hex for pair in pairs]) if connection.vendor == "sqlite" else pairs
    with connection.cursor() as cursor:
        cursor.execute(DUE_FUNCTION if _behind_the_wall() else due.due_at_morning(AMONG[connection.vendor]), asked)
        return {UUIDField().to_python(pair) for (pair,) in cursor.fetchall()}


AMONG = {"sqlite": "whose.id IN (SELECT value FROM json_each(%(pairs)s))", "postgresql": "whose.id = ANY (%(pairs)s)"}


def _behind_the_wall() -> bool:
    return connection.vendor == "postgresql" and settings.SECOND_WALL


# --- The history that matters there ---


def _ledger(pair: Pair, met: dict[UUID, str], door: str) -> tuple[Ledger, dict[UUID, Yes], dict[UUID, Seat]]:
    """The ledger of a door at which these meet, the rows of all the yeses in it, and the seats."""
    lately = [pk for pk, kind in met.items() if kind == memory.LINE]
    meeting = {yes.pk: yes for yes in Yes.objects.filter(pk__in=met.keys() - set(lately), pair=pair).signed()}
    more = _ends_with(meeting.values())
    if door == consent.SITTING_DOOR:
        more |= Q(kind=consent.SITTING)
    unclosed = Yes.objects.filter(more, pair=pair, closed_at__isnull=True).signed()
    rows: dict[UUID, Yes] = {yes.pk: yes for yes in unclosed} | meeting
    wanted = _beside(meeting.values()) | Q(pk__in=Rest.objects.filter(yes__in=list(rows)).values("opening"))
    wanted |= Q(pk__in=lately)
    begun = [yes.given_at for yes in rows.values() if yes.kind == consent.SITTING]
    if begun:  # what this sitting has opened already counts against its five
        wanted |= Q(kind=OpeningKind.REVISION, opened_at__gte=max(begun))
    past = {opening.pk: opening for opening in Opening.objects.filter(wanted, pair=pair).signed()}
    rests_on: dict[UUID, set[UUID]] = {pk: set() for pk in past}
    for rest in Rest.objects.filter(opening__in=list(past)).select_related("yes"):
        rests_on[rest.opening_id].add(rest.yes_id)
        rows.setdefault(rest.yes_id, rest.yes)
    seats = {seat.pk: seat for seat in Seat.objects.filter(pair=pair)}
    one, other = (consent.Seat(seat.pk, seat.ended_at) for seat in seats.values())
    facts = {pk: row.as_fact() for pk, row in rows.items()}
    opened = [opening.as_fact(frozenset(rests_on[pk])) for pk, opening in past.items()]
    return Ledger((one, other), facts, pair.time_zone, keyed_id, opened, meeting.keys()), rows, seats


def _ends_with(meeting: Iterable[Yes]) -> Q:
    """The yeses that these may end as they open."""
    found = Q(pk__in=[])
    for yes in meeting:
        if yes.kind == consent.OFFER:
            found |= Q(kind__in=(consent.OFFER, consent.READING), under=yes.under, number__lt=yes.number)
            if yes.scope == consent.BREACH and yes.choice == LIMIT:
                found |= Q(kind__in=consent.ANSWERS)
            if yes.scope == consent.BREACH and yes.about is not None:
                found |= Q(kind=consent.ACCEPTANCE, under=yes.about)
        elif yes.kind in (consent.ACCEPTANCE, consent.TAKEAWAY):
            found |= Q(kind=yes.kind, under=yes.under)
    return found


def _beside(meeting: Iterable[Yes]) -> Q:
    """The openings that the rule asks for beside these yeses: of the same records, of what they stand under or mark."""
    rows = list(meeting)

    def of(*kinds: str, field: str) -> list[UUID]:
        return [getattr(yes, field) for yes in rows if yes.kind in kinds and getattr(yes, field) is not None]

    return (
        Q(kind=OpeningKind.REVISION, under__in=of(consent.OFFER, field="under"))
        | Q(kind=OpeningKind.REVISION, revision__in=of(consent.ANSWER, consent.ACCEPTANCE, field="revision_id"))
        | Q(kind=OpeningKind.GROUP, thing__in=of(consent.ANSWER, field="under"))
        | Q(kind=OpeningKind.CONDITIONS, thing__in=of(consent.TERMS, field="under"))
        | Q(pk__in=of(consent.AGENDA, field="thing"))
    )


# --- From facts to rows ---


def _as_rows(
    pair: Pair, ledger: Ledger, rows: dict[UUID, Yes], found: list[consent.Opening], unstored: Unstored
) -> Unstored:
    """What was found as rows, signed as they will be stored."""
    for fact in found:
        unstored.openings.append(_opening_row(pair, fact).sign(rests_as_facts(fact.rests_on)))
        unstored.rests += [Rest(opening_id=fact.id, yes_id=yes_id) for yes_id in sorted(fact.rests_on)]
    given = [fact.gives.id for fact in found if fact.gives]
    unstored.given = [_reading_row(pair, ledger.yeses[yes_id]).sign() for yes_id in given]
    for pk, row in rows.items():
        if row.closed_at != ledger.yeses[pk].closed_at:
            row.closed_at, row.is_off_list = ledger.yeses[pk].closed_at, True
            unstored.ended.append(row.sign())
    beneath = {yes_id for fact in found for yes_id in fact.rests_on} - {row.pk for row in unstored.ended}
    unstored.beneath = [rows[yes_id] for yes_id in sorted(beneath & rows.keys())]
    return unstored


def _opening_row(pair: Pair, fact: consent.Opening) -> Opening:
    return Opening(pair=pair, **{name: getattr(fact, name) for name in FIELDS_OF_AN_OPENING})


def _line(opening: consent.Opening, seat: Seat, is_kept: bool) -> tuple[OwnLine, bool]:
    """The memory line of an opening for the holder of a seat: nobody's where they have left for good."""
    is_mine = opening.author_id == seat.pk
    anothers_heavy = not is_mine and opening.scope in KINDS and KINDS[opening.scope].heavy
    line = OwnLine(
        id=keyed_id("line", seat.pk.hex, opening.id.hex),
        owner_id=seat.person_id,  # type: ignore[misc]  # then the line is not kept
        seat=seat,
        opening=opening.id,
        kind=OwnLine.OF_OPENINGS.get(opening.kind, OwnLine.OPENED),
        scope="" if anothers_heavy else opening.scope,  # of the other's heavy things not even the kind
        revision_id=opening.revision_id if is_mine else None,
        day=opening.day,
        tie=opening.tie,
    )
    return line, is_kept and seat.person_id is not None


def _reading_row(pair: Pair, fact: consent.Yes) -> Yes:
    told = {name: getattr(fact, name) for name in FIELDS_OF_A_YES}
    return Yes(pair=pair, **{**told, "tie": keyed_id("tie", fact.id.hex).hex})
