"""Thousands of pairs at once, each with the rows that pairing, welcoming, offering and a morning would have left.

Written past the verbs, because nobody waits for ten thousand evenings; `verify` accepts them.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

from couples.actions.pairing import SITTING_THING
from couples.lib import vault
from couples.lib.ids import keyed_id, random_tie
from couples.models import Opening, Pair, Record, Rest, Revision, Seat, User, WrappedKey, Yes
from couples.models.keys import cache_keys, masters, open_keys
from couples.models.yeses import rests_as_facts
from couples.rule import consent

AT_A_TIME = 500
ZONE = "UTC"


def many_pairs(count: int, morning: date, each_nth: int = 50) -> None:
    """So many pairs that wait for the seven o'clock of this day: in each something has been open for ten days, in every
    n-th (none where that is 0) something opens then."""
    door = datetime.combine(morning, time(7), UTC)
    for begin in range(0, count, AT_A_TIME):
        some = [_Made(door, each_nth > 0 and n % each_nth == 0) for n in range(begin, min(begin + AT_A_TIME, count))]
        with open_keys():
            _store([row for made in some for row in made.rows()])


class _Made:
    """One pair, paired twelve days before a door."""

    def __init__(self, door: datetime, opens: bool) -> None:
        self.door, self.opens, self.paired = door, opens, door - timedelta(days=12)
        before = door - timedelta(days=1)
        self.pair = Pair(time_zone=ZONE, settled_until=before, next_morning=door, last_morning=before)
        self.people = [_person() for _ in range(2)]
        self.seats = [Seat(pair=self.pair, person=who, since=self.paired, said_name="") for who in self.people]

    def rows(self) -> Iterator[Any]:
        """All its rows, those first that others point at."""
        keys = [_key(owner.pk) for owner in (self.pair, *self.people)]
        cache_keys(*((key.owner, key.wrapped) for key in keys))
        yield from (self.pair, *self.people, *self.seats, *keys)
        for seat, person in zip(self.seats, reversed(self.people), strict=True):
            seat.partner_name = person.shown_name
            yield self._yes(seat, consent.SITTING, SITTING_THING, self.paired, lasts=consent.LASTS[consent.SITTING])
            for scope in (consent.EVERYDAY, consent.HEAVY):
                thing = consent.thing_of("welcome", scope)
                yield self._yes(seat, consent.WELCOME, thing, self.paired, scope=scope, choice=consent.MORNINGS)
        yield from self._open_since(self.door - timedelta(days=10))
        if self.opens:
            yield from self._offer(self.door - timedelta(hours=11))

    def _yes(self, seat: Seat, kind: str, thing: Any, at: datetime, lasts: timedelta | None = None, **what: Any) -> Yes:
        ends = at + (lasts or timedelta(days=130))
        return Yes(pair=self.pair, seat=seat, kind=kind, thing=thing, given_at=at, ends_at=ends, **what).sign()

    def _offer(self, at: datetime) -> Iterator[Any]:
        record = Record(author=self.people[0], kind="boundary", made_at=at, once=uuid4())
        words = {"limit": "I need to hear it before plans change."}
        revision = Revision(record=record, author=self.people[0], number=1, words=words, made_at=at)
        self.named = {"scope": "boundary", "under": record.pk, "number": 1, "revision": revision}
        self.offer = self._yes(self.seats[0], consent.OFFER, revision.pk, at, **self.named)
        yield from (record, revision, self.offer)

    def _open_since(self, at: datetime) -> Iterator[Any]:
        yield from self._offer(at - timedelta(hours=11))
        told = {"thing": self.offer.thing, **self.named}
        reading = Yes(pair=self.pair, seat=self.seats[1], kind=consent.READING, given_at=at, **told)
        opening = Opening(
            id=keyed_id("opening", self.offer.pk.hex),
            pair=self.pair,
            kind=consent.OpeningKind.REVISION,
            author=self.seats[0],
            opened_at=at,
            day=at.date(),
            door=consent.MORNING,
            tie=random_tie(),
            **told,
        )
        under = [self.offer, reading.sign()]
        yield from (reading, opening.sign(rests_as_facts(yes.pk for yes in under)))
        yield from (Rest(opening=opening, yes=yes) for yes in under)


def _person() -> User:
    name = uuid4().hex
    return User(email=f"{name}@example.test", shown_name=name[:8], time_zone=ZONE, password="!")


def _key(owner: Any) -> WrappedKey:
    return WrappedKey(owner=owner, wrapped=masters().wrap(vault.new_key(), owner))


def _store(rows: list[Any]) -> None:
    by_model: dict[type[Any], list[Any]] = {}
    for row in rows:
        by_model.setdefault(type(row), []).append(row)
    for model, some in by_model.items():
        model._default_manager.bulk_create(some, batch_size=AT_A_TIME)
