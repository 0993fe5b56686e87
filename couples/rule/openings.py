"""The rule over time: a pair's yeses walked through its mornings and sittings, one door after the other.

Pure like `consent.py`, whose table and words it uses. An opening is a function of the history of yeses alone:
whoever looks first, or if nobody looks. `openings` is that function; `actions/transactions.py` stores its results.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import combinations
from uuid import UUID

from couples.content.kinds import LIMIT
from couples.rule.admissions import both_admit
from couples.rule.consent import (
    ACCEPTANCE,
    ADMISSION,
    AGENDA,
    AGREEMENT,
    ANSWER,
    ANSWERS,
    BREACH,
    CONDITIONS,
    EVERYDAY,
    GROUP,
    KEEP,
    MARK,
    MORNING,
    MORNINGS,
    MOST_AT_ONE_DOOR,
    NEEDS,
    OFFER,
    ON_TERMS,
    OWN_STEP,
    READING,
    SITTING_DOOR,
    TAKEAWAY,
    TERMS,
    WELCOME,
    ZONE,
    Door,
    Opening,
    OpeningKind,
    Yes,
    is_open,
    morning_after,
    scope_of,
    sitting_since,
    stands,
    terms_of,
)
from couples.rule.history import Ledger

# --- Going through a door ---


def at_morning(ledger: Ledger, at: datetime) -> list[Opening]:
    """What opens at this 07:00. Later doors see its effects."""
    return _through(ledger, Door(at, MORNING, at))


def at_sitting(ledger: Ledger, at: datetime) -> list[Opening]:
    """What opens at this instant because a sitting is on; nothing where none is."""
    since = sitting_since(ledger.yeses.values(), at)
    return _through(ledger, Door(at, SITTING_DOOR, since)) if since else []


def _through(ledger: Ledger, door: Door) -> list[Opening]:
    somebody_left = len(_here(ledger, door)) < len(ledger.seats)
    opened: list[Opening] = []
    for thing, need in NEEDS.items():
        if door.kind in need.doors and (need.of_one or not somebody_left):
            found = list(FINDERS[thing](ledger, door))
            for opening in found:
                ledger.take(opening)
            opened += found
    return opened


# --- What opens at a door, in this order ---


def _revisions(ledger: Ledger, door: Door) -> Iterator[Opening]:
    """Offers that meet a welcome: the newest of each record, five of one author at most, each once for ever."""
    newest_ever: dict[UUID | None, int] = {}  # an older revision never opens after a newer one has
    for past in ledger.past:
        if past.kind == OpeningKind.REVISION:
            newest_ever[past.under] = max(past.number, newest_ever.get(past.under, 0))
    welcomes = {(yes.seat_id, yes.scope): yes for yes in ledger.counting(door, WELCOME)}
    newest: dict[UUID | None, Yes] = {}
    for offer in ledger.counting(door, OFFER):
        welcome = welcomes.get((_other(ledger, offer.seat_id), scope_of(offer.scope)))
        if offer.number <= newest_ever.get(offer.under, 0) or not _welcomed(welcome, offer, door):
            continue
        if offer.under not in newest or newest[offer.under].number < offer.number:
            newest[offer.under] = offer
    room = {seat.id: MOST_AT_ONE_DOOR - _opened_since(ledger, door, seat.id) for seat in ledger.seats}
    for offer in sorted(newest.values(), key=lambda yes: (yes.given_at, yes.tie)):
        if room[offer.seat_id] > 0:
            room[offer.seat_id] -= 1
            yield _opened_revision(ledger, door, offer)


def _welcomed(welcome: Yes | None, offer: Yes, door: Door) -> bool:
    if welcome is None:
        return False
    if door.kind == SITTING_DOOR:
        return scope_of(offer.scope) == EVERYDAY
    return welcome.choice == MORNINGS


def _opened_since(ledger: Ledger, door: Door, author: UUID) -> int:
    return sum(
        past.kind == OpeningKind.REVISION
        and past.author_id == author
        and past.door == door.kind
        and past.opened_at >= door.since
        for past in ledger.past
    )


def _opened_revision(ledger: Ledger, door: Door, offer: Yes) -> Opening:
    reading = Yes(
        id=ledger.name("reading", offer.id.hex, door.at.isoformat()),
        seat_id=_other(ledger, offer.seat_id),
        kind=READING,
        thing=offer.thing,
        given_at=door.at,
        scope=offer.scope,
        under=offer.under,
        number=offer.number,
        revision_id=offer.revision_id,
    )
    earlier = frozenset(
        yes.id
        for yes in ledger.yeses.values()
        if yes.kind in (OFFER, READING) and yes.under == offer.under and yes.number < offer.number
        if stands(yes, door.at)
    )
    return ledger.opening(
        OpeningKind.REVISION,
        door,
        offer,
        frozenset({offer.id, reading.id}),
        scope=offer.scope,
        author_id=offer.seat_id,
        revision_id=offer.revision_id,
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
    """Of each chain of an agreement and its counter-versions, the words both accept, opened and held by their reader;
    the last to meet wins.
    """
    held = {opening.thing for opening in ledger.open_now(OpeningKind.REVISION, door.at)}
    both = ((one, other) for one, other in ledger.matches(door, ACCEPTANCE) if one.thing in held)
    yield from _last_to_meet(ledger, OpeningKind.AGREEMENT, door, both)


def _takeaways(ledger: Ledger, door: Door) -> Iterator[Opening]:
    """Of each session the lines that both accept; the last to meet wins, and ends what they accepted of it before."""
    yield from _last_to_meet(ledger, OpeningKind.TAKEAWAY, door, ledger.matches(door, TAKEAWAY))


def _last_to_meet(ledger: Ledger, kind: str, door: Door, both: Iterable[tuple[Yes, Yes]]) -> Iterator[Opening]:
    """Of each chain or session the last two acceptances to meet that have opened nothing yet."""
    ready: dict[UUID | None, tuple[Yes, Yes]] = {}
    for one, other in both:
        rival = ready.get(one.under)
        if ledger.is_new(frozenset({one.id, other.id}), kind) and (rival is None or _met(one, other) > _met(*rival)):
            ready[one.under] = (one, other)
    for one, other in ready.values():
        yield _superseding(ledger, kind, door, one, other)


def _superseding(ledger: Ledger, kind: str, door: Door, one: Yes, other: Yes) -> Opening:
    """What both accept, and the end of every other acceptance of the same chain or session."""
    rests_on = frozenset({one.id, other.id})
    superseded = frozenset(
        yes.id
        for yes in ledger.yeses.values()
        if yes.kind == one.kind and yes.under == one.under and yes.id not in rests_on
        if stands(yes, door.at)
    )
    scope = AGREEMENT if kind == OpeningKind.AGREEMENT else ""
    return ledger.opening(
        kind, door, one, rests_on, scope=scope, revision_id=one.revision_id, under=one.under, ends=superseded
    )


def _met(one: Yes, other: Yes) -> tuple[datetime, str]:
    return max(one.given_at, other.given_at), one.thing.hex


def _conditions(ledger: Ledger, door: Door) -> Iterator[Opening]:
    """Both answers yes, at least one with conditions: both sets open, the step does not."""
    for one, other, rests_on in _answered(ledger, door):
        if CONDITIONS in (one.choice, other.choice) and ledger.is_new(rests_on, OpeningKind.CONDITIONS):
            yield _step_opening(ledger, OpeningKind.CONDITIONS, door, one, rests_on)


def _steps(ledger: Ledger, door: Door) -> Iterator[Opening]:
    """A step to which both say a plain yes."""
    for one, other, rests_on in _answered(ledger, door):
        if CONDITIONS not in (one.choice, other.choice) and ledger.is_new(rests_on, OpeningKind.STEP):
            yield _step_opening(ledger, OpeningKind.STEP, door, one, rests_on)


def _steps_on_terms(ledger: Ledger, door: Door) -> Iterator[Opening]:
    """A step whose two sets of conditions are open, and a new yes from each to exactly those two sets."""
    agreed = {one.thing: frozenset({one.id, other.id}) for one, other in ledger.matches(door, TERMS)}
    for conditions in ledger.open_now(OpeningKind.CONDITIONS, door.at):
        answers = [yes for yes in ledger.yeses.values() if yes.id in conditions.rests_on and yes.kind == ANSWER]
        terms = agreed.get(terms_of(*(yes.id for yes in answers)))
        if terms is None or conditions.opened_at == door.at:
            continue
        rests_on = conditions.rests_on | terms
        if ledger.is_new(rests_on, OpeningKind.STEP):
            yield _step_opening(ledger, OpeningKind.STEP, door, answers[0], rests_on)


def _answered(ledger: Ledger, door: Door) -> Iterator[tuple[Yes, Yes, frozenset[UUID]]]:
    """Each step that both answered yes while its group, and the words of an own step, are open."""
    groups = {opening.thing: opening.rests_on for opening in ledger.open_now(OpeningKind.GROUP, door.at)}
    words = {opening.revision_id: opening for opening in ledger.open_now(OpeningKind.REVISION, door.at)}
    for one, other in ledger.matches(door, ANSWER):
        group = groups.get(one.under) if one.under else None
        if group is None or (one.revision_id is not None and one.revision_id not in words):
            continue
        rests_on = group | {one.id, other.id}
        if one.revision_id is not None:
            opened = words[one.revision_id]
            rests_on |= {yes_id for yes_id in opened.rests_on if ledger.yeses[yes_id].kind == OFFER}
        yield one, other, rests_on


def _step_opening(ledger: Ledger, kind: str, door: Door, one: Yes, rests_on: frozenset[UUID]) -> Opening:
    return ledger.opening(kind, door, one, rests_on, scope=OWN_STEP, revision_id=one.revision_id, under=one.under)


def _here(ledger: Ledger, door: Door) -> set[UUID]:
    return {seat.id for seat in ledger.seats if seat.ended is None or seat.ended > door.at}


def _agenda(ledger: Ledger, door: Door) -> Iterator[Opening]:
    """What one of the two puts on the agenda, of what is opened. It rests on all that the thing rests on."""
    opened, here = {past.id: past for past in ledger.past}, _here(ledger, door)
    for yes in ledger.counting(door, AGENDA):
        if yes.seat_id not in here:
            continue
        marked = opened.get(yes.thing)
        # Of readings only the giver's own counts: what the other put away looks like what they hold.
        if marked is None or not is_open(marked, ledger.yeses, door.at, reader=yes.seat_id):
            continue
        rests_on = marked.rests_on | {yes.id}
        if ledger.is_new(rests_on, OpeningKind.AGENDA):
            yield ledger.opening(OpeningKind.AGENDA, door, yes, rests_on, scope=yes.scope, author_id=yes.seat_id)


def _admissions(ledger: Ledger, door: Door) -> Iterator[Opening]:
    """What both admit one therapist to: one for a single kind, from before, and one for its class meet for that."""
    by_card: dict[UUID, list[Yes]] = {}
    for yes in ledger.counting(door, ADMISSION):
        by_card.setdefault(yes.thing, []).append(yes)
    for given in by_card.values():
        for one, other in combinations(sorted(given, key=lambda yes: yes.id.hex), 2):
            admitted = both_admit(one.scope, other.scope) if one.seat_id != other.seat_id else ""
            rests_on = frozenset({one.id, other.id})
            if admitted and ledger.is_new(rests_on, OpeningKind.ADMISSION):
                yield ledger.opening(OpeningKind.ADMISSION, door, one, rests_on, scope=admitted)


def _same(yes_kind: str, kind: str, scope: str | None = None) -> Callable[[Ledger, Door], Iterator[Opening]]:
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
    OpeningKind.REVISION: _revisions,
    OpeningKind.AGREEMENT: _agreements,
    OpeningKind.MARKS: _same(MARK, OpeningKind.MARKS),
    OpeningKind.GROUP: _same(GROUP, OpeningKind.GROUP, scope=OWN_STEP),
    OpeningKind.CONDITIONS: _conditions,
    OpeningKind.STEP: _steps,
    ON_TERMS: _steps_on_terms,
    OpeningKind.TAKEAWAY: _takeaways,
    OpeningKind.AGENDA: _agenda,
    OpeningKind.KEEP: _same(KEEP, OpeningKind.KEEP),
    OpeningKind.ADMISSION: _admissions,
    OpeningKind.ZONE: _same(ZONE, OpeningKind.ZONE),
}

# --- The whole history ---


def openings(ledger: Ledger, *, since: datetime, until: datetime) -> list[Opening]:
    """Every opening after `since` and up to `until`, in order, from the yeses alone.

    A sitting's door matters at the instants at which a yes was given; a morning's at each 07:00 of the zone the
    pair had then. Changes the ledger as it walks.
    """
    found: list[Opening] = []
    given = sorted({yes.given_at for yes in ledger.yeses.values() if since <= yes.given_at <= until})
    morning = morning_after(since, ledger.zone)
    for instant in (*given, None):
        while morning <= until and (instant is None or morning < instant):
            found += at_morning(ledger, morning)
            morning = morning_after(morning, ledger.zone)
        if instant is not None:
            zone = ledger.zone
            if morning == instant:
                found += at_morning(ledger, morning)
                morning = morning_after(morning, ledger.zone)
            found += at_sitting(ledger, instant)
            if ledger.zone != zone:
                morning = morning_after(instant, ledger.zone)
    return found
