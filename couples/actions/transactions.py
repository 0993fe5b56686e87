"""Acting under the pair's lock, and storing what opened at the doors gone through since.

Every verb that writes runs inside `acting`: one transaction, one lock per pair, one instant that never runs
backwards. Reading settles first (`settle_pair`), so a page never depends on who looked first.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from couples.actions import yeses as yes_acts
from couples.content.refusals import NobodyThere, Refused
from couples.lib.ids import keyed_id
from couples.models import Opening, Pair, Rest, Seat, User, Yes
from couples.models.keys import open_keys
from couples.models.yeses import rests_as_facts
from couples.row_security.session import as_reader, settling
from couples.rule import consent, openings
from couples.rule.history import Ledger

A_MOMENT = timedelta(microseconds=1)
OPEN_AT_SITTINGS = {  # where no yes of these kinds is unclosed, a sitting opens nothing
    kind
    for need in consent.NEEDS.values()
    if consent.SITTING_DOOR in need.doors
    for kind in (*need.of_author, *need.of_each)
}


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
    with open_keys(), transaction.atomic(), as_reader(by.pk, at):
        person = lock_people(by.pk).get(by.pk)
        if person is None:
            raise NobodyThere
        seat = Seat.objects.filter(person=by, ended_at__isnull=True).first()
        if seat is None:
            yield Acting(person, at)
            return
        pair = Pair.objects.select_for_update(no_key=True).get(pk=seat.pair_id)
        with settling(pair.pk):
            at = max(at, pair.settled_until + A_MOMENT)
            go_through_mornings(pair, at)
            at = max(at, pair.settled_until + A_MOMENT)
            yield Acting(person, at, seat, pair)
            go_through_sitting(pair, at)


def lock_people(*ids: UUID) -> dict[UUID, User]:
    """These people as they are now, locked: until the transaction ends nobody of them is paired, leaves or acts.

    People are always locked before pairs, and in one order, so that no two acts can wait for each other. New rows may
    point at somebody who is locked.
    """
    people = User.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
    return {person.pk: person for person in people}


def settle_pair(pair: Pair, at: datetime) -> None:
    """Store what opened at the mornings up to `at`. Cheap where there was none; safe to call at any time."""
    if pair.next_morning > at:
        return
    with open_keys(), transaction.atomic(), settling(pair.pk):
        locked = Pair.objects.select_for_update(no_key=True).get(pk=pair.pk)
        go_through_mornings(locked, at)
    pair.refresh_from_db()


def go_through_mornings(pair: Pair, at: datetime) -> None:
    """Go through every 07:00 after the last one settled, up to `at`. The caller holds the pair's lock."""
    if pair.next_morning > at:
        return
    ledger, known = load(pair)
    while pair.next_morning <= at:
        _store(pair, ledger, openings.at_morning(ledger, pair.next_morning), known)
        pair.settled_until = pair.next_morning
        pair.next_morning = consent.morning_after(pair.next_morning, ledger.zone)
    pair.time_zone = ledger.zone
    _save(pair)


def go_through_sitting(pair: Pair, at: datetime) -> None:
    """The sitting's door at the instant of an act. The caller holds the pair's lock."""
    pair.settled_until = at
    unclosed = Yes.objects.filter(pair=pair, closed_at__isnull=True)
    since = consent.sitting_since([yes.as_fact() for yes in unclosed.filter(kind=consent.SITTING).signed()], at)
    if since is not None and unclosed.filter(kind__in=OPEN_AT_SITTINGS).exists():
        ledger, known = load(pair, only_at=at, sitting_since=since)
        _store(pair, ledger, openings.at_sitting(ledger, at), known)
        if ledger.zone != pair.time_zone:
            pair.time_zone = ledger.zone
            pair.next_morning = consent.morning_after(at, ledger.zone)
    _save(pair)


def _save(pair: Pair) -> None:
    pair.save(update_fields=["settled_until", "next_morning", "time_zone"])


def load(
    pair: Pair, *, only_at: datetime | None = None, sitting_since: datetime | None = None
) -> tuple[Ledger, set[UUID]]:
    """The pair's ledger from the database, and the ids of the yeses it holds.

    It takes the yeses that stood at any time since the last door settled (or that stand `only_at` an instant),
    and the openings that rest on them, are of a record offered among them, or belong to the sitting that is on.
    """
    since = only_at or pair.settled_until
    live = (Q(ends_at__isnull=True) | Q(ends_at__gt=since)) & (Q(closed_at__isnull=True) | Q(closed_at__gt=since))
    yeses = {yes.id: yes.as_fact() for yes in Yes.objects.filter(live, pair=pair).signed()}
    one, other = (consent.Seat(seat.id, seat.ended_at) for seat in Seat.objects.filter(pair=pair))
    yeses |= _under_the_agenda(yeses)
    ledger = Ledger((one, other), yeses, pair.time_zone, keyed_id, _past(pair, yeses, sitting_since))
    return ledger, set(yeses)


def _under_the_agenda(yeses: dict[UUID, consent.Yes]) -> dict[UUID, consent.Yes]:
    """The readings that things on the agenda rest on, ended ones too: what was put away looks to others like held."""
    marked = {yes.thing for yes in yeses.values() if yes.kind == consent.AGENDA}
    if not marked:
        return {}
    resting = Rest.objects.filter(opening__in=marked).values("yes")
    return {yes.id: yes.as_fact() for yes in Yes.objects.filter(pk__in=resting, kind=consent.READING).signed()}


def _past(pair: Pair, yeses: dict[UUID, consent.Yes], sitting_since: datetime | None) -> list[consent.Opening]:
    offered = {yes.under for yes in yeses.values() if yes.kind == consent.OFFER}
    resting = Rest.objects.filter(yes__pair=pair, yes__in=yeses).values("opening")
    wanted = Q(pk__in=resting) | Q(kind="revision", under__in=offered)
    if sitting_since is not None:
        wanted |= Q(kind="revision", opened_at__gte=sitting_since)
    rows = list(Opening.objects.filter(wanted, pair=pair).signed())
    rests: dict[UUID, set[UUID]] = {row.id: set() for row in rows}
    for opening_id, yes_id in Rest.objects.filter(opening__in=rows).values_list("opening_id", "yes_id"):
        rests[opening_id].add(yes_id)
    return [_fact(row, frozenset(rests[row.id])) for row in rows]


def _fact(row: Opening, rests_on: frozenset[UUID]) -> consent.Opening:
    return consent.Opening(
        id=row.id,
        kind=row.kind,
        thing=row.thing,
        at=row.opened_at,
        day=row.day,
        door=row.door,
        tie=row.tie,
        rests_on=rests_on,
        scope=row.scope,
        author=row.author_id,
        revision=row.revision_id,
        under=row.under,
        number=row.number,
    )


def must_be_open(opening: Opening, act: Acting) -> None:
    """Raise Refused("stale") where an opening is not open, at the instant of the act, to the one who acts."""
    seat = act.seated()
    rests = list(Rest.objects.filter(opening=opening, opening__pair=act.pair).select_related("yes"))
    yeses = {rest.yes_id: rest.yes.as_fact() for rest in rests}
    if not opening.holds(rests):
        raise Refused("stale")
    fact = _fact(opening, frozenset(yeses))
    if not rests or not consent.is_open(fact, yeses, act.at, reader=seat.id):
        raise Refused("stale")


def _store(pair: Pair, ledger: Ledger, opened: list[consent.Opening], known: set[UUID]) -> None:
    """Write openings, the readings they give and the ends they bring, all dated with the opening's own instant."""
    given = [opening.gives for opening in opened if opening.gives and opening.gives.id not in known]
    Yes.objects.bulk_create(_reading_row(pair, yes).sign() for yes in given)
    Opening.objects.bulk_create(_row(pair, opening).sign(rests_as_facts(opening.rests_on)) for opening in opened)
    Rest.objects.bulk_create(
        Rest(opening_id=opening.id, yes_id=yes_id) for opening in opened for yes_id in sorted(opening.rests_on)
    )
    for opening in opened:
        if opening.ends:
            later = Q(closed_at__isnull=True) | Q(closed_at__gt=opening.at)
            ended = list(Yes.objects.filter(later, pk__in=opening.ends))
            for yes in ended:
                yes.closed_at = opening.at
            yes_acts.rewrite(ended)
    known |= {yes.id for yes in given}


def _row(pair: Pair, opening: consent.Opening) -> Opening:
    return Opening(
        id=opening.id,
        pair=pair,
        kind=opening.kind,
        thing=opening.thing,
        scope=opening.scope,
        author_id=opening.author,
        revision_id=opening.revision,
        under=opening.under,
        number=opening.number,
        opened_at=opening.at,
        day=opening.day,
        door=opening.door,
        tie=opening.tie,
    )


def _reading_row(pair: Pair, yes: consent.Yes) -> Yes:
    return Yes(
        id=yes.id,
        pair=pair,
        seat_id=yes.seat,
        kind=yes.kind,
        thing=yes.thing,
        given_at=yes.given,
        ends_at=yes.ends,
        scope=yes.scope,
        under=yes.under,
        number=yes.number,
        revision_id=yes.revision,
        tie=keyed_id("tie", yes.id.hex).hex,
    )
