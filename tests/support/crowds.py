"""Real concurrent requests: several people press at the same moment, in sessions and database connections of their own.

`Crowd.at_once` sends each press through the whole handler from a thread of its own, released by a barrier. What was
shown and stored afterwards is judged by `agree` (the pure rule, told again from the yeses alone) and by each race.
"""

import random
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.cache import cache
from django.db import connection, connections
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from couples import visibility
from couples.actions import pairing, records, sharing, transactions
from couples.lib.ids import keyed_id
from couples.models import Opening, Pair, Record, Rest, Seat, User, Yes
from couples.rule import consent, openings
from tests.support import make
from tests.support.depth import depth

# SQLite lets one write at a time, and shows in a few rounds what it can show; PostgreSQL is where presses meet.
ROUNDS = depth(4 if connection.vendor == "sqlite" else 8, 1_000)
A_MOMENT = timedelta(microseconds=1)
LONGEST = 60  # seconds until a press that hangs fails its test


@dataclass(frozen=True)
class Press:
    """One press of a button, or one look at a page, by one person. `at` is the instant their request begins."""

    who: User
    path: str
    fields: dict[str, Any] | None = None  # None: a look
    at: datetime | None = None


@dataclass
class Crowd:
    """Threads that press together, and a clock of which each request reads an instant of its own."""

    clock: make.Clock = field(default_factory=make.Clock)
    chance: random.Random = field(default_factory=lambda: random.Random(11))

    def __post_init__(self) -> None:
        self._threads = ThreadPoolExecutor(6)
        self._instant = threading.local()
        self._sessions: dict[UUID, str] = {}
        self._tabs = threading.local()  # a client belongs to one thread; the session is shared like by two tabs

    def now(self) -> datetime:
        """The instant of this thread's request; stands in for `couples.lib.clock.now`."""
        return getattr(self._instant, "at", None) or self.clock.at

    def at_once(self, *presses: Press) -> list[HttpResponse]:
        """Send all of them at the same moment; the answers in the same order, none of them an error."""
        self.clock.tick()
        cache.clear()
        for press in presses:
            self._session_of(press.who)
        instants = [press.at or self._about_now() for press in presses]
        ready = threading.Barrier(len(presses))
        sent = [self._threads.submit(self._send, *each, ready) for each in zip(presses, instants, strict=True)]
        answers = [one.result(timeout=LONGEST) for one in sent]
        self.clock.at = max(self.clock.at, *instants)
        self.clock.tick()
        for press, answer in zip(presses, answers, strict=True):
            assert answer.status_code < 500, (press.path, getattr(answer, "exc_info", None))
            assert b"locked" not in answer.content
        return answers

    def look(self, who: User, path: str) -> HttpResponse:
        """One page, read by one person when all is quiet again."""
        return self.at_once(Press(who, path))[0]

    def store(self, pair: Pair) -> None:
        """The server's clock, running twice at once: what opened is stored, and stored once."""
        both = [lambda: transactions.settle_pair(Pair.objects.get(pk=pair.pk), self.clock.at)] * 2
        self.do(*both)

    def do(self, *acts: Callable[[], Any]) -> list[Any]:
        """Do all of this at the same moment, without a request; what each of them gives."""
        ready = threading.Barrier(len(acts))

        def done(act: Callable[[], Any]) -> Any:
            ready.wait(timeout=LONGEST)
            return act()

        begun = [self._threads.submit(done, act) for act in acts]
        return [each.result(timeout=LONGEST) for each in begun]

    def _about_now(self) -> datetime:
        """Requests that come together begin within a millisecond of each other, sometimes at the same instant."""
        return self.clock.at + timedelta(microseconds=self.chance.choice((0, 0, 1, 5, self.chance.randrange(1000))))

    def _send(self, press: Press, at: datetime, ready: threading.Barrier) -> HttpResponse:
        client = self._client(press.who)
        self._instant.at = at
        ready.wait(timeout=LONGEST)
        try:
            return client.get(press.path) if press.fields is None else client.post(press.path, press.fields)
        finally:
            self._instant.at = None

    def _session_of(self, who: User) -> str:
        if who.pk not in self._sessions:
            client = Client()
            client.force_login(who)
            self._sessions[who.pk] = client.cookies[settings.SESSION_COOKIE_NAME].value
        return self._sessions[who.pk]

    def _client(self, who: User) -> Client:
        tabs = self._tabs.__dict__.setdefault("of", {})
        if who.pk not in tabs:
            tabs[who.pk] = Client(raise_request_exception=False)
            tabs[who.pk].cookies[settings.SESSION_COOKIE_NAME] = self._session_of(who)
        return tabs[who.pk]

    def close(self) -> None:
        """End the threads and their connections."""
        count = self._threads._max_workers
        together = threading.Barrier(count)

        def leave() -> None:
            together.wait(timeout=LONGEST)
            connections.close_all()

        for left in [self._threads.submit(leave) for _ in range(count)]:
            left.result(timeout=LONGEST)
        self._threads.shutdown()


@contextmanager
def crowd(monkeypatch: Any) -> Iterator[Crowd]:
    """A crowd whose clock is the clock of the product while it lasts."""
    everybody = Crowd()
    monkeypatch.setattr("couples.lib.clock.now", everybody.now)
    try:
        yield everybody
    finally:
        everybody.close()


def pair_anew(one: User, two: User, clock: make.Clock) -> Pair:
    """End whatever pairings these two are in and pair them with each other: an empty history, both sat down."""
    for who in (one, two):
        pairing.end_pairing(by=who, at=clock.tick())
    return make.pair(one, two, clock)


class Two:
    """Ada and Ben, paired anew in every round; Ada writes, Ben reads, and the words say the number of the round."""

    def __init__(self, together: Crowd) -> None:
        self.together = together
        self.clock = together.clock
        self.ada = make.person("Ada")
        self.ben = make.person("Ben")
        self.n = 0

    def rounds(self, *, welcomed: bool = True) -> Iterator[Pair]:
        """A fresh pair each time, in a sitting; after each round stored and shown are held against the rule."""
        for self.n in range(ROUNDS):
            self.pair = pair_anew(self.ada, self.ben, self.clock)
            if welcomed:
                sharing.welcome(consent.EVERYDAY, consent.MORNINGS, by=self.ben, at=self.clock.tick())
            yield self.pair
            agree(self.pair, self.clock)

    @property
    def words(self) -> str:
        return f"Words of round {self.n}."

    def boundary(self) -> Record:
        return make.boundary(self.ada, self.clock, self.words)

    def open_agreement(self) -> Opening:
        """An agreement of Ada's that has opened to Ben in their sitting, and that she accepts."""
        record = make.agreement(self.ada, self.clock, self.words)
        make.offer(record, self.ada, self.clock)
        opening = make.open_revision(record, self.ben, self.clock)
        make.accept(opening, self.ada, clock=self.clock)
        return opening

    def ben_reads(self, path: str = "/ours/") -> bool:
        """Whether the words of this round are on Ben's page when all is quiet."""
        return self.words in self.together.look(self.ben, path).content.decode()

    def hour_over(self) -> None:
        """The hour of their sitting goes by, so that nothing opens before the door that is raced for."""
        self.clock.tick(hours=2)

    def offering(self, record: Record) -> Press:
        """Ada presses "Offer to share"."""
        return Press(self.ada, reverse("offer", args=[record.pk]), {"seen": records.newest_of(record).number})

    def taking_back(self, record: Record, at: datetime | None = None) -> Press:
        """Ada presses "Take back"."""
        return Press(self.ada, reverse("take_back", args=[record.pk]), {}, at)

    def accepting(self, opening: Opening, who: User, at: datetime | None = None) -> Press:
        """One of them presses "I accept these words"."""
        return Press(who, reverse("accept", args=[opening.pk]), {}, at)


# --- What is right afterwards ---


def told_again(pair: Pair, until: datetime) -> tuple[list[consent.Opening], dict[UUID, consent.Yes]]:
    """Everything that opened in a pair, worked out from its yeses alone by the pure rule."""
    yeses = {row.id: row.as_fact() for row in Yes.objects.filter(pair=pair)}
    one, two = (consent.Seat(seat.id, seat.ended_at) for seat in Seat.objects.filter(pair=pair))
    since = min(yes.given_at for yes in yeses.values()) - timedelta(seconds=1)
    ledger = openings.Ledger((one, two), yeses, pair.time_zone, keyed_id)
    return openings.openings(ledger, since=since, until=until), ledger.yeses


def stored(pair: Pair) -> set[tuple[Any, ...]]:
    """What the database holds of a pair's openings."""
    rests: dict[UUID, set[UUID]] = {}
    for rest in Rest.objects.filter(opening__pair=pair):
        rests.setdefault(rest.opening_id, set()).add(rest.yes_id)
    return {
        (row.id, row.kind, row.thing, row.opened_at, row.day, row.tie, frozenset(rests[row.id]))
        for row in Opening.objects.filter(pair=pair)
    }


def agree(pair: Pair, clock: make.Clock) -> None:
    """What is stored, and what each partner can read now, is what the rule says of the yeses alone."""
    pair = Pair.objects.get(pk=pair.pk)
    transactions.settle_pair(pair, clock.at)
    at = max(clock.at, pair.settled_until)
    opened, yeses = told_again(pair, at)
    assert stored(pair) == {(o.id, o.kind, o.thing, o.opened_at, o.day, o.tie, o.rests_on) for o in opened}
    for seat in Seat.objects.filter(pair=pair, ended_at__isnull=True).select_related("person"):
        by_rule = {
            opening.id
            for opening in opened
            if opening.kind in visibility.SHOWN_KINDS and consent.is_open(opening, yeses, at, reader=seat.id)
        }
        if not seat.person.steps_on:
            by_rule -= {opening.id for opening in opened if opening.kind in visibility.STEP_KINDS}
        assert set(visibility.open_to(seat.person, at).values_list("pk", flat=True)) == by_rule


def standing(who: User, kind: str, at: datetime, **which: Any) -> list[Yes]:
    """The yeses of one kind that this person has standing at an instant, in any pair."""
    rows = Yes.objects.filter(seat__person=who, kind=kind, **which)
    return [row for row in rows if consent.stands(row.as_fact(), at)]
