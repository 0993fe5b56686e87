"""Many records at once, and what sending a copy of them takes. For the test of growth and for the bench."""

import tracemalloc
from datetime import date, datetime, timedelta
from uuid import uuid4

from django.test import override_settings

from couples.actions.transactions import note_what_has_fallen
from couples.export import archive
from couples.lib import clock
from couples.models import Opening, Pair, Record, Rest, Revision, Seat, User, Yes
from couples.models.keys import open_keys

WORDS = {"limit": "I need to hear it before plans change. " * 5}


def many_records(who: User, count: int, at: datetime) -> list[Revision]:
    """Records written past the verbs, because nobody waits for thousands of evenings. Gives their only revisions."""
    made = [at - timedelta(hours=n) for n in range(count)]
    records = [Record(author=who, kind="boundary", made_at=then, once=uuid4()) for then in made]
    Record.objects.bulk_create(records, batch_size=500)
    revisions = [Revision(record=row, author=who, number=1, words=WORDS, made_at=row.made_at) for row in records]
    return Revision.objects.bulk_create(revisions, batch_size=500)


def many_offers(who: User, pair: Pair, count: int, at: datetime) -> None:
    """Boundaries that this person offers in their pair, written past the verbs, a second apart."""
    seat = Seat.objects.get(pair=pair, person=who)
    with open_keys():
        offers = [
            Yes(
                pair=pair,
                seat=seat,
                kind="offer",
                thing=revision.pk,
                scope="boundary",
                under=revision.record_id,
                number=1,
                revision=revision,
                given_at=at + timedelta(seconds=n),
                ends_at=at + timedelta(days=90),
            ).sign()
            for n, revision in enumerate(many_records(who, count, at))
        ]
    Yes.objects.bulk_create(offers, batch_size=500)


def many_openings(pair: Pair, count: int, at: datetime, *, stand: bool = False) -> None:
    """Boundaries that opened one after the other and closed again (or `stand`), with their yeses, past the verbs.

    Nobody signed them, so pages ask for them and show none.
    """
    one, two = Seat.objects.filter(pair=pair).order_by("pk")
    yeses, openings, rests = [], [], []
    for n in range(count):
        then, thing = at - timedelta(hours=n + 2), uuid4()
        what = {
            "pair": pair,
            "thing": thing,
            "scope": "boundary",
            "given_at": then,
            "closed_at": None if stand else then + timedelta(hours=1),
        }
        offer, reading = Yes(seat=one, kind="offer", **what), Yes(seat=two, kind="reading", **what)
        opening = Opening(
            id=uuid4(),
            pair=pair,
            kind="revision",
            thing=thing,
            scope="boundary",
            author=one,
            opened_at=then,
            day=then.date(),
            door="morning",
            tie=uuid4().hex,
        )
        yeses += [offer, reading]
        openings.append(opening)
        rests += [Rest(opening=opening, yes=yes) for yes in (offer, reading)]
    Yes.objects.bulk_create(yeses, batch_size=500)
    Opening.objects.bulk_create(openings, batch_size=500)
    Rest.objects.bulk_create(rests, batch_size=500)
    note_what_has_fallen(pair, clock.now())  # as every morning does


def peak_of(who: User, at: datetime) -> tuple[int, int]:
    """(the most memory in bytes that sending this person's copy took, the bytes sent); nothing of it is collected."""
    tracemalloc.start()
    try:
        with override_settings(DEBUG=False):  # while developing Django keeps what it asked the database
            sent = sum(len(piece) for piece in archive.pieces_for(who, at, date(2026, 3, 2)))
        return tracemalloc.get_traced_memory()[1], sent
    finally:
        tracemalloc.stop()
