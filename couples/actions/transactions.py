"""Acting under the pair's lock, and storing what opened at the doors gone through since.

Every verb that writes runs inside `acting`: one transaction, one lock per pair, one instant that never runs
backwards. What such an act asks and reads depends on its doer alone, and on what opens: the doors are asked for in the
same statements whether or not there is one.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet, UUIDField

from couples.actions import yeses as yes_acts
from couples.content.refusals import NobodyThere, Refused
from couples.lib.insertion import insert_where
from couples.lib.overlay import is_laid
from couples.lib.vault import Unreadable
from couples.models import Opening, Pair, Rest, Seat, User, Yes, unstored
from couples.models.keys import key_of, open_keys
from couples.models.unstored import Unstored
from couples.row_security.session import as_reader, settling
from couples.rule import consent
from couples.rule.standing import note_fallen

A_MOMENT = timedelta(microseconds=1)


logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Acting:
    """The acting person, their seat (None: not paired) and the instant of the act."""

    person: User
    at: datetime
    seat: Seat | None = None
    pair: Pair | None = None

    def seated(self) -> Seat:
        """The seat they act from. Raises Refused("no_pair") where they have none."""
        if self.seat is None:
            raise Refused("no_pair")
        return self.seat


@contextmanager
def acting(by: User, at: datetime) -> Iterator[Acting]:
    """A person's act: one transaction under the lock of themselves and of their pair, where they have one.

    Doors before the act are gone through first, and the sitting's door at its instant afterwards. `Acting.at` is
    `at`, moved past anything already written in this pair, so that two acts never share an instant, nor an act that
    of a morning. `Acting.person` is `by` as they are now: a request may have begun before they turned something off.
    Raises NobodyThere where they have left for good meanwhile.
    """
    assert not is_laid(), "who acts reads the tables as they are"
    with open_keys(), transaction.atomic(), as_reader(by.pk, at):
        person = lock_people(by.pk).get(by.pk)
        if person is None:
            raise NobodyThere
        seat = Seat.objects.filter(person=by, ended_at__isnull=True).first()
        if seat is None:
            yield Acting(person, at)
            return
        pair = _locked(seat.pair_id)
        with settling(pair.pk):
            at = max(at, pair.settled_until + A_MOMENT)
            readable = if_readable(lambda: go_through_mornings(pair, at), pair)
            act = Acting(person, max(at, pair.settled_until + A_MOMENT), seat, pair)
            yield act
            if readable:
                if_readable(lambda: go_through_sitting(act), pair)


def if_readable(go_through: Callable[[], object], pair: Pair) -> bool:
    """Go through doors of a pair; whether that could be done.

    Where the pair's key cannot be read nothing opens, the doors wait until it can, and the operator is told. What only
    closes, or is its author's alone, does not wait for that.
    """
    try:
        go_through()
    except Unreadable as problem:
        pair.refresh_from_db()
        logger.error("The doors of a pair could not be gone through: %s", problem)
        return False
    return True


def lock_people(*ids: UUID, who_leave: bool = False) -> dict[UUID, User]:
    """These people as they are now, locked: until the transaction ends nobody of them is paired, leaves or acts.

    People are always locked before pairs, and in one order, so that no two acts can wait for each other. New rows may
    point at somebody who is locked, but not where they leave for good (`who_leave`): what another of their requests
    writes is there before, and goes with them, or waits and finds nobody.
    """
    people = User.objects.select_for_update(no_key=not who_leave).filter(pk__in=ids).order_by("pk")
    return {person.pk: person for person in people}


def settle_pair(pair: Pair, at: datetime) -> None:
    """Store what opened at the mornings up to `at`, as the server's clock does. Safe to call at any time.

    Raises vault.Unreadable where the pair's key cannot be read; its mornings wait then.
    """
    if pair.next_morning > at:
        return
    with open_keys(), transaction.atomic(), settling(pair.pk):
        locked = _locked(pair.pk)
        go_through_mornings(locked, at)
        save_doors(locked)
        yes_acts.end_with_cards(locked, at)
        note_what_has_fallen(locked, at)
    pair.refresh_from_db()


def store_what_opened(pair: Pair, at: datetime) -> None:
    """Before an act, store what opened at mornings gone by, so that the act's page can be loaded from its tables.

    It asks the same whether or not a morning has gone by, and writes nothing where nothing opened.
    """
    with open_keys(), transaction.atomic(), settling(pair.pk):
        locked = _locked(pair.pk)
        if go_through_mornings(locked, at):
            save_doors(locked)
    pair.settled_until, pair.next_morning = locked.settled_until, locked.next_morning
    pair.last_morning, pair.time_zone = locked.last_morning, locked.time_zone


def _locked(pair: UUID) -> Pair:
    return Pair.objects.select_for_update(no_key=True).get(pk=pair)


def go_through_mornings(pair: Pair, at: datetime) -> bool:
    """Go through every 07:00 after the last one stored, up to `at`, and store what opened; whether anything did.

    The caller holds the pair's lock, and saves the pair.
    """
    return _store(pair, unstored.at_mornings(pair, at))


def go_through_sitting(act: Acting) -> None:
    """The sitting's door at the instant of an act, for whoever has sat down, whether or not the other has."""
    assert act.seat is not None and act.pair is not None
    act.pair.settled_until = act.at
    own = Yes.objects.filter(seat=act.seat, kind=consent.SITTING, closed_at__isnull=True).signed()
    if any(consent.stands(yes.as_fact(), act.at) for yes in own):
        _store(act.pair, unstored.at_sitting(act.pair, act.at))
    save_doors(act.pair)


def close_in_order(pair: Pair, yeses: "QuerySet[Yes]", at: datetime) -> None:
    """Close these yeses at an instant of their own, after all that was written in this pair.

    The same statements are asked whatever there is to close. Closing opens nothing, so no door is walked. The caller
    holds the pair's lock and settles it.
    """

    def go_through() -> None:
        key_of(pair.pk)  # on the ring, whether or not anything is to be signed
        go_through_mornings(pair, max(at, pair.settled_until + A_MOMENT))

    readable = if_readable(go_through, pair)
    closed_at = max(at, pair.settled_until + A_MOMENT)
    if readable:
        pair.settled_until = closed_at
        save_doors(pair)
    yes_acts.close_alike(yeses, at=closed_at)


def save_doors(pair: Pair) -> None:
    """Write which doors of a pair have been gone through. The caller holds the pair's lock."""
    pair.save(update_fields=["settled_until", "next_morning", "last_morning", "time_zone"])


def note_what_has_fallen(pair: Pair, at: datetime) -> None:
    """Note what has fallen for everybody by now, once a morning: an act that did would take as long as the other has
    taken back. The caller holds the pair's lock and settles it.
    """
    asked = {
        "at": connection.ops.adapt_datetimefield_value(at),
        "pair": UUIDField().get_db_prep_value(pair.pk, connection),
    }
    with connection.cursor() as cursor:
        cursor.execute(note_fallen("o.pair_id = %(pair)s"), asked)


def _store(pair: Pair, found: Unstored) -> bool:
    """Write openings, the readings they give and the ends they bring, all dated with the opening's own instant; and the
    memory lines of both, in the same statement whichever of the two keeps one.
    """
    found.tell(pair)
    Yes.objects.bulk_create(found.given)
    Opening.objects.bulk_create(found.openings)
    Rest.objects.bulk_create(found.rests)
    yes_acts.rewrite(found.ended)
    insert_where(found.lines)
    return bool(found.openings or found.lines)


def must_be_open(opening: Opening, act: Acting) -> None:
    """Raise Refused("stale") where an opening is not open, at the instant of the act, to the one who acts."""
    if not is_open(opening, act):
        raise Refused("stale")


def is_open(opening: Opening, act: Acting) -> bool:
    """Whether an opening is open, at the instant of the act, to the one who acts."""
    seat = act.seated()
    rests = list(Rest.objects.filter(opening=opening, opening__pair=act.pair).select_related("yes"))
    yeses = {rest.yes_id: rest.yes.as_fact() for rest in rests}
    if not rests or not opening.holds(rests):
        return False
    return consent.is_open(opening.as_fact(frozenset(yeses)), yeses, act.at, reader=seat.id)
