"""One table of needed yeses, two readings of it: SQL for pages, Python for the rule. They agree on every history."""

import itertools
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import given, settings

from couples import visibility
from couples.actions.transactions import settle_pair
from couples.lib.ids import keyed_id
from couples.models import Opening, OwnLine, Pair, Rest, Revision, Seat, Yes
from couples.rule import consent, memory, openings
from tests.support import make
from tests.support.depth import depth
from tests.support.mornings import mornings_between
from tests.support.stories import LEAVING, OTHER_ACTS, PRIVATE_ACTS, Telling, stories_of

pytestmark = [pytest.mark.django_db, pytest.mark.histories]

stories = stories_of(PRIVATE_ACTS, OTHER_ACTS, OTHER_ACTS, LEAVING)


def told_again(telling: Telling) -> tuple[list[consent.Opening], openings.Ledger]:
    """Everything that opened, worked out from the yeses alone by the pure rule."""
    yeses = {row.id: row.as_fact() for row in Yes.objects.filter(pair=telling.pair)}
    one, two = (consent.Seat(seat.id, seat.ended_at) for seat in Seat.objects.filter(pair=telling.pair))
    since = min(yes.given_at for yes in yeses.values()) - timedelta(seconds=1)
    ledger = openings.Ledger((one, two), yeses, "Europe/Berlin", keyed_id)
    return openings.openings(ledger, since=since, until=telling.clock.at), ledger


def remembered_again(ledger: openings.Ledger, since: datetime, until: datetime) -> set[tuple]:
    """Every memory line of the two, worked out from the whole history. What its writer erased leaves them none."""
    writers = {opening.thing: opening.author_id for opening in ledger.past if opening.kind == "revision"}
    there = set(Revision.objects.values_list("pk", flat=True))
    mornings = mornings_between(ledger.past, "Europe/Berlin", since, until)
    return {
        (opening.id, seat, opening.day, opening.tie, opening.author_id == seat)
        for before, morning in itertools.pairwise([since, *mornings])
        for opening, seat, is_kept in memory.at_morning(ledger, before, morning)
        if is_kept and (opening.thing in there or writers[opening.thing] != seat)
    }


def stored(telling: Telling) -> set[tuple]:
    rests: dict[UUID, set[UUID]] = {}
    for rest in Rest.objects.filter(opening__pair=telling.pair):
        rests.setdefault(rest.opening_id, set()).add(rest.yes_id)
    return {
        (row.id, row.kind, row.thing, row.opened_at, row.day, row.tie, frozenset(rests[row.id]))
        for row in Opening.objects.filter(pair=telling.pair)
    }


def check(telling: Telling) -> None:
    settle_pair(Pair.objects.get(pk=telling.pair.pk), telling.clock.at)
    at = max(telling.clock.at, Pair.objects.get(pk=telling.pair.pk).settled_until)
    telling.clock.at = at
    opened, ledger = told_again(telling)
    yeses = ledger.yeses
    assert stored(telling) == {(o.id, o.kind, o.thing, o.opened_at, o.day, o.tie, o.rests_on) for o in opened}
    lines = OwnLine.objects.filter(seat__pair=telling.pair)
    kept = {(line.opening, line.seat_id, line.day, line.tie, line.revision_id is not None) for line in lines}
    assert kept == remembered_again(ledger, make.START, at)
    for who in telling.people.values():
        seat = visibility.seat_of(who)
        by_rule = {
            opening.id
            for opening in opened
            if seat and opening.kind in visibility.SHOWN_KINDS and consent.is_open(opening, yeses, at, reader=seat.id)
        }
        assert set(visibility.open_to(who, at).values_list("pk", flat=True)) == by_rule
    nobody = UUID(int=0)
    newest = {opening.scope for opening in opened if opening.kind == "admission" and opening.thing == telling.card.id}
    admitted = {
        kind
        for kind in newest
        if any(
            opening.kind == "admission" and opening.scope == kind and consent.is_open(opening, yeses, at)
            for opening in opened
        )
    }
    to_therapist = {
        opening.id
        for opening in opened
        if opening.kind in visibility.SHOWN_KINDS
        and opening.scope in admitted
        and consent.is_open(opening, yeses, at, reader=nobody)
    }
    found = visibility.open_to_therapist(telling.therapist, telling.pair, at)
    assert set(found.values_list("pk", flat=True)) == to_therapist
    marked = visibility.agenda_for_therapist(telling.therapist, telling.pair, at, frozenset(admitted))
    assert set(marked.values_list("pk", flat=True)) == {
        opening.id
        for opening in opened
        if opening.kind == "agenda" and opening.scope in admitted and consent.is_open(opening, yeses, at, reader=nobody)
    }


@settings(max_examples=depth(12, 500))
@given(stories)
def test_sql_and_python_open_the_same_things_after_every_act(story: list) -> None:
    with transaction.atomic():
        telling = Telling.begun()
        for moment in story:
            telling.perform(*moment)
            check(telling)
        telling.clock.tick(hours=30)
        check(telling)
        transaction.set_rollback(True)
