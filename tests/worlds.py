"""One story told twice: two worlds that differ only in what Ada does alone, and what the others can receive in each.

The clock stands still within an act, and every act draws its ids from a stream of its own, named after the act: what
happens in both worlds draws the same ids in both, and what Ada does besides draws from elsewhere.
"""

import json
import random
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from unittest import mock
from uuid import UUID

import time_machine
from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.core import mail
from django.core.handlers.base import BaseHandler
from django.test import Client, RequestFactory
from django.urls import get_resolver

from couples import consent, ladder, visibility
from couples.learn import PAGES, PRACTICES
from couples.models import Card, LookingDay, Opening, Pair, Rest, Revision, Seat, User, Yes
from couples.refusals import Refused
from couples.verbs import giving, presenting, sharing, stepping, therapy, writing
from couples.verbs.settling import settle_pair
from couples.views.safety import PAGES as SUPPORT
from tests import make
from tests.stories import ADA, BEN, FAYE, Telling

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

    def choice(self, among: str) -> str:
        return self.drawn.choice(among)


@contextmanager
def seeded() -> Iterator[Streams]:
    """Within it, all ids of ours come from the streams it gives."""
    streams = Streams()
    with (
        mock.patch("couples.ids.uuid4", streams.uuid4),
        mock.patch("couples.ids.secrets", streams),
        mock.patch("couples.codes.secrets", streams),
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
    """What may decide what a partner receives: the set open to them at every instant, and what is shown to both."""
    pair = Pair.objects.get(pk=seat.pair_id)
    seat.refresh_from_db()
    shown = {("name", seat.partner_name), ("zone", pair.time_zone)}
    cards = Card.objects.filter(therapist__in=visibility.introductions_to(pair.pk).values("therapist"))
    shown |= {("card", card.pk) for card in cards}
    shown |= {("looked", row.therapist_id, row.day) for row in LookingDay.objects.filter(pair=pair)}
    return frozenset(shown) | {span for _, span in spans(pair, at, seat.pk)}


def known_to_therapist(therapist: User, pair: Pair, at: datetime) -> frozenset[Any]:
    """What may decide what a therapist receives: names, and what is open while both admit them to its kind."""
    opened = spans(pair, at, None)
    cards = set(Card.objects.filter(therapist=therapist).values_list("pk", flat=True))
    admitted = [(row, span) for row, span in opened if row.kind == "admission" and row.thing in cards]
    names = {("name", seat.person.shown_name) for seat in Seat.objects.filter(pair=pair).select_related("person")}
    seen = set()
    for row, span in opened:
        for admission, while_in in admitted:
            if row.kind in visibility.SHOWN_KINDS and row.scope == admission.scope:
                since = max(span.since, while_in.since)
                until = min((end for end in (span.until, while_in.until) if end), default=None)
                if until is None or since < until:
                    seen.add(Span(span.fact, since, until))
    let_in = {Span(("let in", row.scope), span.since, span.until) for row, span in admitted}
    if not let_in:
        names = set()  # nobody stands in the room, under no name
    return frozenset(names | let_in | seen)


# --- What somebody receives ---------------------------------------------------------------------------------------

TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="[^"]*"')
BLANK = (settings.CSRF_COOKIE_NAME, settings.SESSION_COOKIE_NAME)

Received = tuple[int, tuple[Any, ...], tuple[Any, ...], bytes]


def received(response: Any) -> Received:
    """Status, headers, cookies and body, with the values that are random by design blanked."""
    headers = tuple(sorted((name, worth) for name, worth in response.headers.items()))
    cookies = tuple(
        (name, "" if name in BLANK else morsel.value, tuple(sorted(morsel.items())))
        for name, morsel in sorted(response.cookies.items())
    )
    return response.status_code, headers, cookies, TOKEN.sub(b"", response.content)


def mail_to(who: User) -> list[tuple[str, str]]:
    """The mail this person got."""
    return [(letter.subject, letter.body) for letter in mail.outbox if who.email in letter.to]


@dataclass(slots=True)
class Viewer:
    """Somebody who looks: their account, their browser and the instant."""

    who: User
    browser: "Browser"
    at: datetime
    seat: Seat | None
    others: list[UUID]  # ids of what only Ada has: whoever guesses them gets what everybody gets

    def open_ids(self, **which: Any) -> list[UUID]:
        """What is open to them, in the order of the timeline."""
        found = visibility.open_to(self.who, self.at, self.seat).filter(**which)
        return list(found.order_by("-day", "-tie").values_list("pk", flat=True))

    def own_ids(self) -> list[UUID]:
        """The records they wrote."""
        return list(visibility.mine(self.who).order_by("-made_at").values_list("pk", flat=True))


Fill = Callable[[Viewer], list[tuple[Any, ...]]]


def _records(viewer: Viewer) -> list[tuple[Any, ...]]:
    return [(pk,) for pk in (*viewer.own_ids()[:1], *viewer.others[:1])]


def _sheets(viewer: Viewer) -> list[tuple[Any, ...]]:
    return [(pk,) for pk in (*viewer.open_ids()[:4], *viewer.others[:1])]


def _open_steps(viewer: Viewer) -> list[tuple[Any, ...]]:
    return [(pk,) for pk in (*viewer.open_ids(kind__in=visibility.STEP_KINDS)[:2], *viewer.others[:1])]


def _own_steps(viewer: Viewer) -> list[tuple[Any, ...]]:
    return [(pk, "both") for pk in (*viewer.open_ids(kind="revision", scope="step")[:2], *viewer.others[:1])]


def _cards(viewer: Viewer) -> list[tuple[Any, ...]]:
    if viewer.seat is None:
        return []
    return [(pk,) for pk in visibility.newest_cards_shown_to(viewer.seat.pair_id).values_list("pk", flat=True)]


def _pairs(viewer: Viewer) -> list[tuple[Any, ...]]:
    """For a therapist also the pairs that do not admit them: to ask for those tells nothing either."""
    return [(pk,) for pk in Pair.objects.order_by("time_zone", "pk").values_list("pk", flat=True)]


# The two steps of the stories, one of each sort.
STEPS = [next(step for step in ladder.STEPS if step.directed is directed) for directed in (False, True)]
DIRECTED = ("you", "partner")

# How the addresses with a part to fill are filled. A name that is missing here fails the test.
FILLED: dict[str, Fill] = {
    "accept": _sheets,
    "admit": _cards,
    "counter": lambda viewer: [(pk,) for pk in (*viewer.open_ids(scope="agreement")[:2], *viewer.others[1:])],
    "couple": _pairs,
    "end_access": _cards,
    "history": _records,
    "keep": _sheets,
    "keep_no_longer": _sheets,
    "learn_page": lambda viewer: [(page.slug,) for page in (PAGES[0], PRACTICES[0])],
    "mirror": _cards,
    "no_longer_accept": _sheets,
    "offer": _records,
    "open_sheet": _sheets,
    "open_step": _open_steps,
    "own_step": _own_steps,
    "put_away": _sheets,
    "record": _records,
    "revise": _records,
    "safety_page": lambda viewer: [(SUPPORT[0].slug,)],
    "step": lambda viewer: [(step.key, way) for step in STEPS for way in (DIRECTED if step.directed else ("both",))],
    "step_group": lambda viewer: [(group.key,) for group in (ladder.GROUPS[0], ladder.GROUPS[-1])],
    "take_back": _records,
    "write": lambda viewer: [("boundary",), ("agreement",), ("step",)],
}
# Parts of pages, asked for after the acts of a story. At its end the whole pages are compared.
ASKED: dict[str, tuple[str, ...]] = {
    "timeline": ("?show=ours", "?show=step"),
    "mine": ("?kind=boundary",),
    "room": ("?q=a",),
    "couple": ("?show=timeline", "?show=steps"),
    "mirror": ("?show=words",),
}


def addresses() -> dict[str, tuple[str, bool]]:
    """Every named address of the app: its pattern such as "ours/{}/", and whether it has parts to fill."""
    found = {}
    resolver = get_resolver("couples.urls")
    for name in (name for name in resolver.reverse_dict if isinstance(name, str)):
        ((pattern, parts),) = resolver.reverse_dict[name][0]
        found[name] = (re.sub(r"%\(\w+\)s", "{}", pattern), bool(parts))
    return found


ADDRESSES = addresses()


# What holds nothing of two people, so it need not be compared at the end of every story: addresses of buttons, where a
# GET is refused or leads back, and pages that are the same for everybody. One page after each act is drawn from these
# too, and a test of its own holds them to being the same.
QUIET = frozenset(
    {
        "accept",
        "admit",
        "before_pairing",
        "card",
        "confirm_pairing",
        "couple",
        "end_access",
        "end_yes",
        "enter_code",
        "front",
        "invite",
        "join",
        "keep",
        "keep_no_longer",
        "learn",
        "learn_page",
        "leave",
        "make_therapist_code",
        "account_email",
        "me",
        "no_longer_accept",
        "notes",
        "offer",
        "put_away",
        "renew",
        "room",
        "safety",
        "safety_page",
        "save_welcome",
        "sit_down",
        "stand_up",
        "steps_off",
        "steps_on",
        "steps_pause",
        "take_back",
        "waiting",
        "wish_zone",
        "withdraw_invitation",
        "withdraw_join",
        "write",
    }
)
OF_THERAPIST = frozenset({"couple", "room", "ours", "timeline"})


def living_for(viewer: Viewer) -> list[str]:
    """The names of the addresses that are compared at the end of every story."""
    if viewer.who.is_therapist:
        return sorted(OF_THERAPIST)
    return sorted(set(ADDRESSES) - QUIET)


def pages_of(viewer: Viewer, names: Iterable[str], parts: bool = False) -> list[str]:
    """Every address of these names that this viewer can ask for, filled from what they can see."""
    found = []
    for name in names:
        pattern, has_parts = ADDRESSES[name]
        ways = FILLED[name](viewer) if has_parts else [()]
        urls = [f"/{pattern.format(*way)}" for way in ways]
        found += [url + query for url in urls for query in ("", *(ASKED.get(name, ()) if parts else ()))]
    return found


def one_page_of(viewer: Viewer, n: int) -> str:
    """The n-th of this viewer's addresses, so that in time all are seen."""
    names = sorted(ADDRESSES)
    found = pages_of(viewer, [names[n % len(names)]], parts=True)
    return found[n // 3 % len(found)] if found else "/today/"


class Browser:
    """A signed-in person's browser, without what Django's test client does besides: it is asked thousands of times."""

    def __init__(self, session: str) -> None:
        self.made = RequestFactory()
        self.made.cookies[settings.SESSION_COOKIE_NAME] = session

    def get(self, url: str) -> Any:
        """The response to a GET of this address, as our middleware and views give it."""
        return _site().get_response(self.made.get(url))


@cache
def _site() -> BaseHandler:
    site = BaseHandler()
    site.load_middleware()
    return site


def difference(one: Received, other: Received) -> str:
    """Where two responses begin to differ, in words short enough to read."""
    for was, now in zip(one, other, strict=True):
        if isinstance(was, bytes) and isinstance(now, bytes):
            lines = zip(was.decode().split("\n"), now.decode().split("\n"), strict=False)
            return next((f"{a[:300]!r} / {b[:300]!r}" for a, b in lines if a != b), "one is longer")
        if was != now:
            return f"{was} / {now}"
    return "nowhere"


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
        self.browsers = {name: Browser(key) for name, key in stage.sessions.items()}
        mail.outbox = []

    def act(self, named: str, at: datetime, name: str, act: str, how: Any, besides: bool = False) -> str:
        """One act; how it came out, as its doer is told: "" or the code of a refusal."""
        self.streams.turn(named)
        self.is_besides = besides
        self.go_to(at)
        try:
            getattr(self, "do_" + act.replace(" ", "_"))(name, self.people[name], how)
        except Refused as refused:
            return refused.code
        finally:
            self.is_besides = False
        return ""

    def go_to(self, at: datetime) -> None:
        """Let it be this instant, and store what opened by then, as the first request would."""
        self.clock.at = at
        self.now.move_to(at)
        settle_pair(Pair.objects.get(pk=self.pair.pk), at)

    # Ada's further acts draw on what both worlds have and on what only this one has.

    def record(self, name: str, n: int) -> Any:
        if not self.is_besides:
            return super().record(name, n)
        if not self.besides:
            self.do_write(name, self.people[name], "boundary")
        pool = [*self.besides, *self.records[name]]
        return pool[n % len(pool)]

    def do_write(self, name: str, by: User, kind: str) -> None:
        words = {"boundary": {"limit": "I need quiet."}, "agreement": {"does": "We call."}, "step": {"what": "We sit."}}
        record = writing.write(kind, words[kind], {"protects": "Mine."}, by=by, at=self.clock.at)
        (self.besides if self.is_besides else self.records[name]).append(record)

    def do_counter(self, name: str, by: User, n: int) -> None:
        opening = self.shown(by, n, scope="agreement")
        if opening and opening.revision:
            at, answered = self.clock.at, opening.revision
            record = writing.write("agreement", {"does": "We write when late."}, by=by, at=at, answers=answered)
            (self.besides if self.is_besides else self.records[name]).append(record)
            sharing.offer(record, by=by, at=at, seen=1)

    # Acts that the other stories do not have.

    def do_steps(self, name: str, by: User, on: bool) -> None:
        (stepping.turn_on if on else stepping.turn_off)(by=by, at=self.clock.at)

    def do_own_zone(self, name: str, by: User, zone: str) -> None:
        presenting.present(by.shown_name, zone, by=by, at=self.clock.at)

    def do_rename(self, name: str, by: User, shown_name: str) -> None:
        presenting.present(shown_name, by.time_zone, by=by, at=self.clock.at)

    def do_code(self, name: str, by: User, how: None) -> None:
        therapy.make_code(by=by, at=self.clock.at)

    def do_hold(self, name: str, by: User, path: str) -> None:
        writing.hold_text(path, {"limit": ["half a line"]}, by=by, at=self.clock.at)

    def do_heavy(self, name: str, by: User, choice: str) -> None:
        sharing.welcome(consent.HEAVY, choice, by=by, at=self.clock.at)

    def do_end_yes(self, name: str, by: User, n: int) -> None:
        own = visibility.yeses_of(by, self.clock.at).order_by("kind", "given_at", "tie")
        if rows := list(own):
            sharing.end_yes(rows[n % len(rows)].pk, by=by, at=self.clock.at)

    def do_forever(self, name: str, by: User, n: int) -> None:
        record = self.record(name, n)
        seen = writing.newest_of(record).number
        sharing.offer(record, by=by, at=self.clock.at, seen=seen, ends=giving.UNTIL_TAKEN_BACK)

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
        """Ids of what both worlds' Ada wrote: one record's and one revision's."""
        if not self.records[ADA]:
            return []
        record = self.records[ADA][-1]
        return [record.pk, Revision.objects.filter(record=record).earliest("number").pk]

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


# --- What every world begins from ---------------------------------------------------------------------------------


@dataclass(slots=True)
class Stage:
    """A pair between whom much is open, their therapist, and all three signed in."""

    base: Telling
    streams: Streams
    now: Any  # moves the frozen clock
    sessions: dict[str, str]


SOON, NIGHT = timedelta(minutes=3), timedelta(hours=25)
ALL_KINDS = ("boundary", "agreement", "step")

# What has happened before every story: words of each are open, an agreement is in force, a step and an admission open.
BEFORE: list[Any] = [
    (SOON, ADA, "write", "boundary"),
    (SOON, ADA, "offer", (0, None)),
    (SOON, BEN, "write", "boundary"),
    (SOON, BEN, "offer", (0, None)),
    (SOON, BEN, "write", "agreement"),
    (SOON, BEN, "offer", (1, None)),
    *((SOON, who, "admit", ALL_KINDS) for who in (ADA, BEN)),
    *((SOON, who, "group", True) for who in (ADA, BEN)),
    (SOON, ADA, "answer", "conditions"),
    (SOON, BEN, "answer", "yes"),
    *((NIGHT, ADA, "accept", n) for n in range(4)),
    *((SOON, who, "keep", 0) for who in (ADA, BEN)),
    (NIGHT, ADA, "time passes", None),
]


def stage_with_much_open(changed: Any) -> Iterator[Stage]:
    """For a fixture: ids seeded and the clock frozen, for as long as it lives."""
    changed.SESSION_COOKIE_AGE = 10 * 365 * 24 * 3600  # no session ends by itself in a story of weeks
    with seeded() as streams, time_machine.travel(0, tick=False) as now:
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
        yield Stage(base, streams, now, sessions)
