"""One story told twice: two worlds that differ only in what Ada does alone, and what the others can receive in each.

The clock stands still within an act, and every act draws its ids from a stream of its own, named after the act: what
happens in both worlds draws the same ids in both, and what Ada does besides draws from elsewhere.
"""

import json
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from unittest import mock
from uuid import UUID

import time_machine
from allauth.account.internal.flows.login import record_authentication
from django.core import mail
from django.test import Client, RequestFactory

from couples import visibility
from couples.actions import erasure, profile, sharing, steps, therapy, yeses
from couples.actions import records as record_actions
from couples.actions.transactions import settle_pair
from couples.content.refusals import Refused
from couples.models import Card, LookingDay, Opening, Pair, Rest, Revision, Seat, User, Yes
from couples.rule import consent
from couples.rule.admissions import CLASSES, kinds_of
from tests.support import make
from tests.support.asked_database import Asked, asked_database
from tests.support.kept import Kept
from tests.support.received_pages import Browser, Received, Viewer, living_for, one_page_of, pages_of, received
from tests.support.stories import ADA, BEN, FAYE, Telling

# --- Ids ------------------------------------------------------------------------------------------------------


class Streams:
    """Where ids come from in a test: one seeded stream per act. Stands in for `uuid4` and for `secrets`."""

    def __init__(self) -> None:
        self.turn("the beginning")

    def turn(self, act: str) -> None:
        """From here on draw from the stream of this act."""
        self.drawn = random.Random(act)

    def uuid4(self) -> UUID:
        return UUID(int=self.drawn.getrandbits(128), version=4)

    def token_hex(self, size: int) -> str:
        return self.drawn.randbytes(size).hex()

    def randbelow(self, most: int) -> int:
        return self.drawn.randrange(most)

    def choice(self, among: str) -> str:
        return self.drawn.choice(among)


@contextmanager
def seeded() -> Iterator[Streams]:
    """Within it, all ids of ours come from the streams it gives."""
    streams = Streams()
    with (
        mock.patch("couples.lib.ids.uuid4", streams.uuid4),
        mock.patch("couples.lib.ids.secrets", streams),
        mock.patch("couples.lib.codes.secrets", streams),
    ):
        yield streams


# --- What somebody may know ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Span:
    """An opening and the time for which it is open to somebody; `until` is None while it still is."""

    fact: tuple[Any, ...]
    since: datetime
    until: datetime | None


def spans(pair: Pair, at: datetime, reader: UUID | None) -> list[tuple[Opening, Span]]:
    """Every opening of a pair and how long it was open, by the pure rule. A reading counts for its reader only."""
    rests: dict[UUID, list[Yes]] = {}
    for rest in Rest.objects.filter(opening__pair=pair).select_related("yes"):
        rests.setdefault(rest.opening_id, []).append(rest.yes)
    found = []
    for row in Opening.objects.filter(pair=pair, opened_at__lte=at).select_related("revision"):
        held = [yes for yes in rests[row.pk] if yes.kind != consent.READING or yes.seat_id == reader]
        ends = [end for yes in held for end in (yes.ends_at, yes.closed_at) if end is not None and end <= at]
        assert bool(ends) != all(consent.stands(yes.as_fact(), at) for yes in held)
        found.append((row, Span(_fact(row, held), row.opened_at, min(ends) if ends else None)))
    return found


def _fact(row: Opening, held: list[Yes]) -> tuple[Any, ...]:
    conditions = sorted(json.dumps(yes.words) for yes in held if yes.kind == consent.ANSWER)
    conditions += sorted(f"{yes.seat_id} {yes.choice}" for yes in held if yes.kind == consent.MARK)
    words = json.dumps(row.revision.words) if row.revision else ""
    return (
        row.pk,
        row.kind,
        row.thing,
        row.scope,
        row.author_id,
        row.revision_id,
        row.day,
        row.tie,
        words,
        *conditions,
    )


def known_to_partner(seat: Seat, at: datetime) -> frozenset[Any]:
    """What may decide what a partner receives: the set open to them at every instant, and what is shown to both.

    Both are shown what an admitted therapist sees: a thing that they put away stands in that mirror while it is opened.
    """
    pair = Pair.objects.get(pk=seat.pair_id)
    seat.refresh_from_db()
    shown = {("name", seat.partner_name), ("zone", pair.time_zone)}
    shown |= {("told", other.pk) for other in Seat.objects.filter(pair=pair, tells=True).exclude(pk=seat.pk)}
    cards = Card.objects.filter(therapist__in=visibility.introductions_to(pair.pk).values("therapist"))
    shown |= {("card", card.pk) for card in cards}
    shown |= {("looked", row.therapist_id, row.day) for row in LookingDay.objects.filter(pair=pair)}
    for introduction in visibility.introductions_to(pair.pk):
        mirrored = known_to_therapist(introduction.therapist, pair, at)
        shown |= {("mirrored", introduction.therapist_id, fact) for fact in mirrored}
    # What they put on the agenda themselves follows from their own acts and from what is open to them.
    own = {row.pk for row, _ in spans(pair, at, seat.pk) if row.kind == consent.AGENDA and row.author_id == seat.pk}
    return frozenset(shown) | {span for row, span in spans(pair, at, seat.pk) if row.pk not in own}


def known_to_therapist(therapist: User, pair: Pair, at: datetime) -> frozenset[Any]:
    """What may decide what a therapist receives: names, and what is open while both admit them to its class."""
    opened = spans(pair, at, None)
    cards = set(Card.objects.filter(therapist=therapist).values_list("pk", flat=True))
    admitted = [(row, span) for row, span in opened if row.kind == "admission" and row.thing in cards]
    names = {("name", seat.said_name) for seat in Seat.objects.filter(pair=pair)}
    seen = set()
    for row, span in opened:
        for admission, while_in in admitted:
            if row.kind in (*visibility.SHOWN_KINDS, consent.AGENDA) and row.scope in kinds_of(admission.scope):
                since = max(span.since, while_in.since)
                until = min((end for end in (span.until, while_in.until) if end), default=None)
                if until is None or since < until:
                    seen.add(Span(span.fact, since, until))
    let_in = {Span(("let in", row.scope), span.since, span.until) for row, span in admitted}
    if not let_in:
        names = set()  # nobody stands in the room, under no name
    return frozenset(names | let_in | seen)


# --- The two worlds -----------------------------------------------------------------------------------------------


class World(Telling):
    """A telling that begins from a pair made once. Ada's further acts keep to themselves what they write."""

    def __init__(self, stage: "Stage") -> None:
        self.streams, self.now, base = stage.streams, stage.now, stage.base
        self.clock = make.Clock(base.clock.at)
        self.people = {name: User.objects.get(pk=who.pk) for name, who in base.people.items()}
        self.pair = Pair.objects.get(pk=base.pair.pk)
        self.therapist, self.card = User.objects.get(pk=base.therapist.pk), base.card
        self.records = {name: list(records) for name, records in base.records.items()}
        self.besides: list[Any] = []  # what Ada wrote in this world only
        self.is_besides = False
        self.asked: Asked = []
        self.browsers = {name: Browser(key) for name, key in stage.sessions.items()}
        mail.outbox = []

    def act(self, named: str, at: datetime, name: str, act: str, how: Any, besides: bool = False) -> str:
        """One act; how it came out, as its doer is told: "" or the code of a refusal. `asked` is what it asked the
        database; where something opened at its door, nothing: that costs what matches there, and both are shown it."""
        self.streams.turn(named)
        self.is_besides = besides
        self.go_to(at)
        open_before = Opening.objects.count()
        try:
            with asked_database() as self.asked:
                getattr(self, "do_" + act.replace(" ", "_"))(name, self.people[name], how)
        except Refused as refused:
            return refused.code
        finally:
            self.is_besides = False
            if Opening.objects.count() != open_before:
                self.asked = []
        return ""

    def go_to(self, at: datetime) -> None:
        """Let it be this instant, and store what opened by then, as the server's clock does within a minute."""
        self.go_to_unstored(at)
        self.store()

    def store(self) -> None:
        """Let the server's clock store what opened by now."""
        settle_pair(Pair.objects.get(pk=self.pair.pk), self.clock.at)

    def go_to_unstored(self, at: datetime) -> None:
        """Let it be this instant, with the server's clock standing still."""
        self.clock.at = at
        self.now.move_to(at)

    # Ada's further acts draw on what both worlds have and on what only this one has.

    def record(self, name: str, n: int) -> Any:
        if not self.is_besides:
            return super().record(name, n)
        if not self.besides:
            self.do_write(name, self.people[name], "boundary")
        pool = [*self.besides, *self.records[name]]
        return pool[n % len(pool)]

    def wrote(self, name: str, record: Any) -> None:
        (self.besides if self.is_besides else self.records[name]).append(record)

    def do_write(self, name: str, by: User, kind: str) -> None:
        words = {
            "boundary": {"limit": "I need quiet."},
            "agreement": {"does": "We call."},
            "step": {"what": "We sit."},
            "breach": {"happened": "Nobody called.", "about": "agreement"},
            "repair": {"happened": "I did not call."},
        }
        self.wrote(name, record_actions.write(kind, words[kind], {"protects": "Mine."}, by=by, at=self.clock.at))

    def do_erase(self, name: str, by: User, n: int) -> None:
        if not self.is_besides:
            super().do_erase(name, by, n)
        elif self.besides:  # what both worlds have stays, or later acts would be of other records in each
            erasure.erase_record(self.besides.pop(n % len(self.besides)), by=by, at=self.clock.at)

    def do_counter(self, name: str, by: User, n: int) -> None:
        opening = self.shown(by, n, scope="agreement")
        if opening and opening.revision:
            at, answered = self.clock.at, opening.revision
            record = record_actions.write("agreement", {"does": "We write when late."}, by=by, at=at, answers=answered)
            self.wrote(name, record)
            sharing.offer(record, by=by, at=at, seen=1)

    # Acts that the other stories do not have.

    def do_steps(self, name: str, by: User, on: bool) -> None:
        (steps.turn_on if on else steps.turn_off)(by=by, at=self.clock.at)

    def do_let_go(self, name: str, by: User, how: None) -> None:
        """Put away every boundary that the other opened."""
        for yes in visibility.yeses_of(by, self.clock.at).filter(kind=consent.READING, scope="boundary"):
            sharing.end_yes(yes.pk, by=by, at=self.clock.at)

    def do_own_zone(self, name: str, by: User, zone: str) -> None:
        profile.live_in_zone(zone, by=by, at=self.clock.at)

    def do_rename(self, name: str, by: User, shown_name: str) -> None:
        profile.present(shown_name, by=by, at=self.clock.at)

    def do_label(self, name: str, by: User, label: str) -> None:
        therapy.call_therapist(self.therapist, label, by=by, at=self.clock.at)

    def do_code(self, name: str, by: User, how: None) -> None:
        therapy.make_code(by=by, at=self.clock.at)

    def do_hold(self, name: str, by: User, path: str) -> None:
        record_actions.hold_text(path, {"limit": ["half a line"]}, by=by, at=self.clock.at)

    def do_heavy(self, name: str, by: User, choice: str) -> None:
        sharing.welcome(consent.HEAVY, choice, by=by, at=self.clock.at)

    def do_end_yes(self, name: str, by: User, n: int) -> None:
        own = visibility.yeses_of(by, self.clock.at).order_by("kind", "given_at", "tie")
        if rows := list(own):
            sharing.end_yes(rows[n % len(rows)].pk, by=by, at=self.clock.at)

    def do_forever(self, name: str, by: User, n: int) -> None:
        record = self.record(name, n)
        seen = record_actions.newest_of(record).number
        sharing.offer(record, by=by, at=self.clock.at, seen=seen, ends=yeses.UNTIL_TAKEN_BACK)

    def do_just(self, name: str, by: User, told: Callable[["World", User], None]) -> None:
        """An act that one test tells in its own words."""
        told(self, by)

    def do_look(self, name: str, by: User, n: int) -> None:
        viewer = self.viewer(name)
        viewer.browser.get(one_page_of(viewer, n))

    # What the others get.

    def viewer(self, name: str) -> Viewer:
        who = self.therapist if name == FAYE else self.people[name]
        others = [] if name == ADA else self.only_adas()
        return Viewer(who, self.browsers[name], self.clock.at, visibility.seat_of(who), others)

    def only_adas(self) -> list[UUID]:
        """Ids of what both worlds' Ada wrote: one record's and one revision's, where she did not erase it."""
        if not self.records[ADA]:
            return []
        record = self.records[ADA][-1]
        return [record.pk, *Revision.objects.filter(record=record, number=1).values_list("pk", flat=True)]

    def knows(self, name: str) -> frozenset[Any]:
        """What may decide what this viewer receives now."""
        at = self.clock.at
        if name == FAYE:
            return known_to_therapist(self.therapist, self.pair, at)
        seat = Seat.objects.get(pair=self.pair, person=self.people[name])
        return known_to_partner(seat, at)

    def living_pages(self, name: str) -> dict[str, Received]:
        """Every page of this viewer that can hold something of the two, by its address."""
        viewer = self.viewer(name)
        viewer.others = []
        return {url: self.gets(name, url) for url in pages_of(viewer, living_for(viewer))}

    def gets(self, name: str, url: str) -> Received:
        """A page, as this viewer receives it."""
        self.streams.turn(f"{name} looks at {url}")
        return received(self.browsers[name].get(url))

    def gets_and_asks(self, name: str, url: str) -> tuple[Received, Asked]:
        """A page, as this viewer receives it, and what it asks the database."""
        with asked_database() as asked:
            return self.gets(name, url), asked

    def sends_and_asks(self, name: str, url: str, **fields: Any) -> tuple[Received, Asked]:
        """The answer to a press, and what it asks the database."""
        self.streams.turn(f"{name} sends to {url}")
        with asked_database() as asked:
            return received(self.browsers[name].post(url, fields)), asked


# --- What every world begins from ---------------------------------------------------------------------------------


@dataclass(slots=True)
class Stage:
    """A pair between whom much is open, their therapist, and all three signed in."""

    base: Telling
    streams: Streams
    now: Any  # moves the frozen clock
    sessions: dict[str, str]


SOON, NIGHT = timedelta(minutes=3), timedelta(hours=25)

# What has happened before every story: words of each are open, an agreement is in force, a step and an admission open.
BEFORE: list[Any] = [
    (SOON, ADA, "write", "boundary"),
    (SOON, ADA, "offer", (0, None)),
    (SOON, BEN, "write", "boundary"),
    (SOON, BEN, "offer", (0, None)),
    (SOON, BEN, "write", "agreement"),
    (SOON, BEN, "offer", (1, None)),
    *((SOON, who, "admit", CLASSES) for who in (ADA, BEN)),
    *((SOON, who, "group", True) for who in (ADA, BEN)),
    (SOON, ADA, "answer", "conditions"),
    (SOON, BEN, "answer", "yes"),
    *((pause, who, "accept", n) for n in range(4) for pause, who in ((NIGHT - SOON, ADA), (SOON, BEN))),
    *((SOON, who, "keep", 0) for who in (ADA, BEN)),
    (NIGHT, ADA, "time passes", None),
]


def _much_open(now: Any) -> tuple[Telling, dict[str, str]]:
    """What has happened before, told once, and the sessions of all three. `now` moves the frozen clock."""
    base = Telling()
    for moment in BEFORE:
        base.perform(*moment)
    base.clock.tick(hours=3)
    now.move_to(base.clock.at)
    sessions = {}
    for name, who in {**base.people, FAYE: base.therapist}.items():
        browser = Client()
        browser.force_login(who)
        asked = RequestFactory().get("/")
        asked.session, asked.user = browser.session, who
        now.move_to(base.clock.at + timedelta(days=3000))  # so that no page asks for the password in a story
        record_authentication(asked, who, method="password", reauthenticated=True)
        now.move_to(base.clock.at)
        asked.session.save()
        sessions[name] = asked.session.session_key
    return base, sessions


_MUCH_OPEN: Kept[tuple[Telling, dict[str, str]]] = Kept()


def stage_with_much_open() -> Iterator[Stage]:
    """For a fixture: ids seeded and the clock frozen, for as long as it lives."""
    with seeded() as streams, time_machine.travel(0, tick=False) as now:
        base, sessions = _MUCH_OPEN.world(lambda: _much_open(now))
        now.move_to(base.clock.at)
        yield Stage(base, streams, now, sessions)
