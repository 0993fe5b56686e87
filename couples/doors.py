"""The rule over time: a pair's yeses walked through its mornings and sittings, one door after the other.

Pure like `consent.py`, whose table and words it uses. An opening is a function of the history of yeses alone:
whoever looks first, or if nobody looks. `openings` is that function; `verbs/settling.py` stores its results.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from couples.consent import (
    ACCEPTANCE,
    ADMISSION,
    ANSWER,
    ANSWERS,
    BREACH,
    CONDITIONS,
    EVERYDAY,
    GROUP,
    KEEP,
    LIMIT,
    MARK,
    MORNING,
    MORNINGS,
    MOST_AT_ONE_DOOR,
    NEEDS,
    OFFER,
    READING,
    SITTING_DOOR,
    TERMS,
    WELCOME,
    ZONE,
    Door,
    Opening,
    Seat,
    Yes,
    ends_by_default,
    is_open,
    morning_after,
    scope_of,
    sitting_since,
    stands,
    terms_of,
)


@dataclass(slots=True)
class Ledger:
    """A pair's yeses and past openings, walked through one door after the other.

    `name` makes a keyed id from parts, so that an opening has the same id whoever looks first. `past` holds the
    openings that matter still: those resting on a yes given here, and every one of a record offered here.
    """

    seats: tuple[Seat, Seat]
    yeses: dict[UUID, Yes]
    zone: str
    name: Callable[..., UUID]
    past: list[Opening] = field(default_factory=list)

    def at_morning(self, at: datetime) -> list[Opening]:
        """What opens at this 07:00. Later doors see its effects."""
        return self._through(Door(at, MORNING, at))

    def at_sitting(self, at: datetime) -> list[Opening]:
        """What opens at this instant because a sitting is on; nothing where none is."""
        since = sitting_since(self.yeses.values(), at)
        return self._through(Door(at, SITTING_DOOR, since)) if since else []

    def _through(self, door: Door) -> list[Opening]:
        if any(seat.ended is not None and seat.ended <= door.at for seat in self.seats):
            return []
        opened: list[Opening] = []
        for thing, need in NEEDS.items():
            if door.kind in need.doors:
                found = list(FINDERS[thing](self, door))
                for opening in found:
                    self._take(opening)
                opened += found
        return opened

    def _take(self, opening: Opening) -> None:
        self.past.append(opening)
        if opening.gives:
            self.yeses.setdefault(opening.gives.id, opening.gives)
        for yes_id in opening.ends:
            yes = self.yeses[yes_id]
            if yes.closed is None or yes.closed > opening.at:
                self.yeses[yes_id] = replace(yes, closed=opening.at)
        if opening.kind == "zone":
            self.zone = opening.scope

    # Questions the rules below ask.

    def counting(self, door: Door, kind: str) -> list[Yes]:
        """The yeses of a kind that count at this door."""
        return [yes for yes in self.yeses.values() if yes.kind == kind and door.counts(yes)]

    def matches(self, door: Door, kind: str) -> Iterator[tuple[Yes, Yes]]:
        """Each pair of counting yeses, one of each seat, to the very same thing."""
        by_thing: dict[tuple[UUID, str], dict[UUID, Yes]] = {}
        for yes in self.counting(door, kind):
            by_thing.setdefault((yes.thing, yes.scope), {})[yes.seat] = yes
        for both in by_thing.values():
            if len(both) == 2:
                one, other = sorted(both.values(), key=lambda yes: yes.id.hex)
                yield one, other

    def is_new(self, rests_on: frozenset[UUID], kind: str) -> bool:
        """Whether no opening of this kind rests on exactly these yeses yet."""
        return not any(past.kind == kind and past.rests_on == rests_on for past in self.past)

    def open_now(self, kind: str, at: datetime) -> list[Opening]:
        """The openings of a kind all of whose yeses stand."""
        return [past for past in self.past if past.kind == kind and is_open(past, self.yeses, at)]

    def opening(self, kind: str, door: Door, first: Yes, rests_on: frozenset[UUID], **more: object) -> Opening:
        """An opening at this door, its id and tie keyed digests of what it rests on and its instant."""
        seed = sorted(yes_id.hex for yes_id in rests_on) if kind != "revision" else [first.id.hex]
        instant = door.at.isoformat()
        return Opening(
            id=self.name("opening", kind, *seed, instant),
            kind=kind,
            thing=first.thing,
            at=door.at,
            day=door.at.astimezone(ZoneInfo(self.zone)).date(),
            door=door.kind,
            tie=self.name("tie", kind, *seed, instant).hex,
            rests_on=rests_on,
            **more,  # type: ignore[arg-type]
        )


# --- What opens at a door, in this order ---


def _revisions(ledger: Ledger, door: Door) -> Iterator[Opening]:
    """Offers that meet a welcome: the newest of each record, five of one author at most, each once for ever."""
    newest_ever: dict[UUID | None, int] = {}  # an older revision never opens after a newer one has
    for past in ledger.past:
        if past.kind == "revision":
            newest_ever[past.under] = max(past.number, newest_ever.get(past.under, 0))
    welcomes = {(yes.seat, yes.scope): yes for yes in ledger.counting(door, WELCOME)}
    newest: dict[UUID | None, Yes] = {}
    for offer in ledger.counting(door, OFFER):
        welcome = welcomes.get((_other(ledger, offer.seat), scope_of(offer.scope)))
        if offer.number <= newest_ever.get(offer.under, 0) or not _welcomed(welcome, offer, door):
            continue
        if offer.under not in newest or newest[offer.under].number < offer.number:
            newest[offer.under] = offer
    room = {seat.id: MOST_AT_ONE_DOOR - _opened_since(ledger, door, seat.id) for seat in ledger.seats}
    for offer in sorted(newest.values(), key=lambda yes: (yes.given, yes.tie)):
        if room[offer.seat] > 0:
            room[offer.seat] -= 1
            yield _opened_revision(ledger, door, offer)


def _welcomed(welcome: Yes | None, offer: Yes, door: Door) -> bool:
    if welcome is None:
        return False
    if door.kind == SITTING_DOOR:
        return scope_of(offer.scope) == EVERYDAY
    return welcome.choice == MORNINGS


def _opened_since(ledger: Ledger, door: Door, author: UUID) -> int:
    return sum(
        past.kind == "revision" and past.author == author and past.door == door.kind and past.at >= door.since
        for past in ledger.past
    )


def _opened_revision(ledger: Ledger, door: Door, offer: Yes) -> Opening:
    reading = Yes(
        id=ledger.name("reading", offer.id.hex, door.at.isoformat()),
        seat=_other(ledger, offer.seat),
        kind=READING,
        thing=offer.thing,
        given=door.at,
        ends=ends_by_default(READING, door.at),
        scope=offer.scope,
        under=offer.under,
        number=offer.number,
        revision=offer.revision,
    )
    earlier = frozenset(
        yes.id
        for yes in ledger.yeses.values()
        if yes.kind in (OFFER, READING) and yes.under == offer.under and yes.number < offer.number
        if stands(yes, door.at)
    )
    return ledger.opening(
        "revision",
        door,
        offer,
        frozenset({offer.id, reading.id}),
        scope=offer.scope,
        author=offer.seat,
        revision=offer.revision,
        under=offer.under,
        number=offer.number,
        gives=reading,
        ends=earlier | _ended_by_breach(ledger, door, offer),
    )


def _ended_by_breach(ledger: Ledger, door: Door, offer: Yes) -> frozenset[UUID]:
    """What a breach ends of both as it opens: answers on steps where a limit was passed, an agreement's acceptances.

    Revisions come first at a door, so what it ends opens nothing at that door any more.
    """
    if offer.scope != BREACH:
        return frozenset()
    return frozenset(
        yes.id
        for yes in ledger.yeses.values()
        if (offer.choice == LIMIT and yes.kind in ANSWERS)
        or (offer.about is not None and yes.kind == ACCEPTANCE and yes.under == offer.about)
        if stands(yes, door.at)
    )


def _agreements(ledger: Ledger, door: Door) -> Iterator[Opening]:
    """Of each chain of an agreement and its counter-versions, the words both accept; the last to meet wins."""
    ready: dict[UUID | None, tuple[Yes, Yes]] = {}
    for one, other in ledger.matches(door, ACCEPTANCE):
        if not ledger.is_new(frozenset({one.id, other.id}), "agreement"):
            continue
        rival = ready.get(one.under)
        if rival is None or _met(one, other) > _met(*rival):
            ready[one.under] = (one, other)
    for one, other in ready.values():
        rests_on = frozenset({one.id, other.id})
        superseded = frozenset(
            yes.id
            for yes in ledger.yeses.values()
            if yes.kind == ACCEPTANCE and yes.under == one.under and yes.id not in rests_on
            if stands(yes, door.at)
        )
        yield ledger.opening(
            "agreement",
            door,
            one,
            rests_on,
            scope="agreement",
            revision=one.revision,
            under=one.under,
            ends=superseded,
        )


def _met(one: Yes, other: Yes) -> tuple[datetime, str]:
    return max(one.given, other.given), one.thing.hex


def _conditions(ledger: Ledger, door: Door) -> Iterator[Opening]:
    """Both answers yes, at least one with conditions: both sets open, the step does not."""
    for one, other, rests_on in _answered(ledger, door):
        if CONDITIONS in (one.choice, other.choice) and ledger.is_new(rests_on, "conditions"):
            yield _step_opening(ledger, "conditions", door, one, rests_on)


def _steps(ledger: Ledger, door: Door) -> Iterator[Opening]:
    """A step to which both say a plain yes."""
    for one, other, rests_on in _answered(ledger, door):
        if CONDITIONS not in (one.choice, other.choice) and ledger.is_new(rests_on, "step"):
            yield _step_opening(ledger, "step", door, one, rests_on)


def _steps_on_terms(ledger: Ledger, door: Door) -> Iterator[Opening]:
    """A step whose two sets of conditions are open, and a new yes from each to exactly those two sets."""
    agreed = {one.thing: frozenset({one.id, other.id}) for one, other in ledger.matches(door, TERMS)}
    for conditions in ledger.open_now("conditions", door.at):
        answers = [yes for yes in ledger.yeses.values() if yes.id in conditions.rests_on and yes.kind == ANSWER]
        terms = agreed.get(terms_of(*(yes.id for yes in answers)))
        if terms is None or conditions.at == door.at:
            continue
        rests_on = conditions.rests_on | terms
        if ledger.is_new(rests_on, "step"):
            yield _step_opening(ledger, "step", door, answers[0], rests_on)


def _answered(ledger: Ledger, door: Door) -> Iterator[tuple[Yes, Yes, frozenset[UUID]]]:
    """Each step that both answered yes while its group, and the words of an own step, are open."""
    groups = {opening.thing: opening.rests_on for opening in ledger.open_now("group", door.at)}
    words = {opening.revision: opening for opening in ledger.open_now("revision", door.at)}
    for one, other in ledger.matches(door, ANSWER):
        group = groups.get(one.under) if one.under else None
        if group is None or (one.revision is not None and one.revision not in words):
            continue
        rests_on = group | {one.id, other.id}
        if one.revision is not None:
            opened = words[one.revision]
            rests_on |= {yes_id for yes_id in opened.rests_on if ledger.yeses[yes_id].kind == OFFER}
        yield one, other, rests_on


def _step_opening(ledger: Ledger, kind: str, door: Door, one: Yes, rests_on: frozenset[UUID]) -> Opening:
    return ledger.opening(kind, door, one, rests_on, scope="step", revision=one.revision, under=one.under)


def _same(yes_kind: str, kind: str, scope: str | None = None) -> Callable[["Ledger", Door], Iterator[Opening]]:
    """The rule of what needs nothing but the same yes from each."""

    def find(ledger: Ledger, door: Door) -> Iterator[Opening]:
        for one, other in ledger.matches(door, yes_kind):
            rests_on = frozenset({one.id, other.id})
            if ledger.is_new(rests_on, kind):
                shown = one.scope if scope is None else scope
                yield ledger.opening(kind, door, one, rests_on, scope=shown, under=one.under, number=one.number)

    return find


def _other(ledger: Ledger, seat: UUID) -> UUID:
    one, two = ledger.seats
    return two.id if seat == one.id else one.id


FINDERS: dict[str, Callable[[Ledger, Door], Iterator[Opening]]] = {
    "revision": _revisions,
    "agreement": _agreements,
    "marks": _same(MARK, "marks"),
    "group": _same(GROUP, "group", scope="step"),
    "conditions": _conditions,
    "step": _steps,
    "step with conditions": _steps_on_terms,
    "keep": _same(KEEP, "keep"),
    "admission": _same(ADMISSION, "admission"),
    "zone": _same(ZONE, "zone"),
}

# --- The whole history ---


def openings(ledger: Ledger, *, since: datetime, until: datetime) -> list[Opening]:
    """Every opening after `since` and up to `until`, in order, from the yeses alone.

    A sitting's door matters at the instants at which a yes was given; a morning's at each 07:00 of the zone the
    pair had then. Changes the ledger as it walks.
    """
    found: list[Opening] = []
    given = sorted({yes.given for yes in ledger.yeses.values() if since <= yes.given <= until})
    morning = morning_after(since, ledger.zone)
    for instant in (*given, None):
        while morning <= until and (instant is None or morning < instant):
            found += ledger.at_morning(morning)
            morning = morning_after(morning, ledger.zone)
        if instant is not None:
            zone = ledger.zone
            if morning == instant:
                found += ledger.at_morning(morning)
                morning = morning_after(morning, ledger.zone)
            found += ledger.at_sitting(instant)
            if ledger.zone != zone:
                morning = morning_after(instant, ledger.zone)
    return found
