"""Invariant 1: what Ben and the therapist receive is not touched by what Ada does alone.

A story is told twice, the second time with further acts of Ada's in between. For as long as Ben's (the therapist's)
own acts, what was open to them at every instant and what is shown to both by design are the same, every response they
get is the same, byte for byte.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from django.db import transaction
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from couples import consent
from couples.verbs import sharing
from tests.stories import ADA, BEN, FAYE, OTHER_ACTS, PRIVATE_ACTS, Telling, acts, arcs
from tests.worlds import ADDRESSES, FILLED, Received, Streams, World, mail_to, pages_of, seeded

pytestmark = [pytest.mark.django_db, pytest.mark.histories]

VIEWERS = (BEN, FAYE)
HISTORIES = max(200, settings().max_examples)

# --- The stories --------------------------------------------------------------------------------------------------

which = st.integers(0, 3)
WELCOMES: dict[str, list[Any]] = {
    name: [(timedelta(minutes=3), who, "welcome", (consent.MORNINGS, None)) for who in whose]
    for name, whose in {"nobody": (), "Ada": (ADA,), "Ben": (BEN,), "both": (ADA, BEN)}.items()
}


def shared_stories() -> st.SearchStrategy[list[Any]]:
    """What happens in both worlds."""
    single = acts(PRIVATE_ACTS, OTHER_ACTS).map(lambda moment: [moment])
    runs = st.lists(st.one_of(arcs(), arcs(), single), min_size=3, max_size=6)
    begun = st.sampled_from(["both", "both", "nobody", "Ada", "Ben"]).map(WELCOMES.get)
    return st.tuples(begun, runs).map(lambda told: [*told[0], *(moment for run in told[1] for moment in run)])


# What Ada does besides, alone: an act, or an act and its undoing. Each is (act, how).
ALONE: list[st.SearchStrategy[list[tuple[str, Any]]]] = [
    st.sampled_from(["boundary", "agreement", "step"]).map(lambda kind: [("write", kind)]),
    which.map(lambda n: [("revise", (n, "leave"))]),
    which.map(lambda n: [("check in", n * 10 + 1)]),
    which.map(lambda n: [("offer", (n, timedelta(hours=6)))]),  # lapses before a morning can count it
    which.map(lambda n: [("offer", (n, None)), ("take back", n)]),
    which.map(lambda n: [("offer", (n, None))]),
    which.map(lambda n: [("forever", n)]),
    which.map(lambda n: [("take back", n)]),
    st.sampled_from([consent.MORNINGS, consent.SITTINGS, sharing.NOT_NOW]).map(lambda how: [("welcome", (how, None))]),
    st.sampled_from([consent.MORNINGS, sharing.NOT_NOW]).map(lambda how: [("heavy", how)]),
    st.just([("sit", None)]),
    st.just([("sit", None), ("stand", None)]),
    st.just([("stand", None)]),
    which.map(lambda n: [("put away", n)]),
    which.map(lambda n: [("accept", n)]),
    which.map(lambda n: [("no longer accept", n)]),
    which.map(lambda n: [("counter", n)]),
    st.just([("group", True)]),
    st.sampled_from(["yes", "conditions", "not now"]).map(lambda how: [("answer", how)]),
    st.just([("group", True), ("answer", "conditions"), ("pause", None)]),
    st.just([("terms", None)]),
    st.just([("pause", None)]),
    st.just([("steps", False), ("steps", True)]),
    st.just([("steps", False)]),
    which.map(lambda n: [("keep", n)]),
    st.just([("keep no longer", None)]),
    st.sampled_from([("boundary",), ("agreement", "step")]).map(lambda kinds: [("admit", kinds)]),
    st.just([("admit", ("boundary",)), ("end access", None)]),
    st.just([("renew", None)]),
    which.map(lambda n: [("end yes", n)]),
    st.sampled_from(["Asia/Tokyo", "America/St_Johns"]).map(lambda zone: [("zone", zone)]),
    st.sampled_from(["Asia/Tokyo", "America/St_Johns"]).map(lambda zone: [("own zone", zone)]),
    st.just([("code", None)]),
    st.sampled_from(["/mine/write/boundary/", "/sitting/", "/today/check-in/"]).map(lambda path: [("hold", path)]),
    st.integers(0, 99).map(lambda n: [("look", n)]),
    st.just([("leave", None)]),
]
# After which moment of the story (by its place among them), how far towards the next, and what.
besides = st.lists(
    st.tuples(st.floats(0, 0.99), st.sampled_from([0.01, 0.5, 0.98]), st.one_of(ALONE)), min_size=1, max_size=4
)


def moments_of(story: list[Any], alone: list[Any], begin: Any) -> Iterator[tuple[str, Any, str, str, Any, bool]]:
    """(name of the act, instant, who, act, how, besides) in the order of time."""
    at = begin
    told = []
    for k, (pause, who, act, how) in enumerate(story):
        at += pause
        told.append((f"{k} {who}", at, who, act, how, False))
    for j, (place, towards, run) in enumerate(alone):
        k = int(place * len(story))
        since = told[k][1]
        until = told[k + 1][1] if k + 1 < len(story) else since + timedelta(hours=2)
        for m, (act, how) in enumerate(run):
            instant = since + towards * (until - since) + m * timedelta(milliseconds=100)
            told.append((f"besides {j} {m}", instant, ADA, act, how, True))
    yield from sorted(told, key=lambda moment: moment[1])


# --- Telling and comparing ----------------------------------------------------------------------------------------


@dataclass
class Glimpse:
    """What one viewer knows after an act, how their own act came out, and what they got."""

    knows: frozenset[Any]
    outcome: str
    asked: list[str]
    got: list[Received]
    mail: list[tuple[str, str]]


@dataclass
class Stage:
    """What every world begins from."""

    base: Telling
    streams: Streams
    now: Any
    sessions: dict[str, str]

    def tell(self, story: list[Any], alone: list[Any]) -> Iterator[tuple[int, str, World, bool]]:
        """Tell a story; after each act of both worlds (its number, who acted, the world, whether it is the end)."""
        world = World(self.base, self.streams, self.now, self.sessions)
        shared = 0
        for named, at, who, act, how, is_besides in moments_of(story, alone, world.clock.at):
            outcome = world.act(named, at, who, act, how, besides=is_besides)
            if not is_besides:
                shared += 1
                yield shared, outcome if who == BEN else "", world, False
        world.clock.tick(hours=30)
        self.now.move_to(world.clock.at)
        yield shared + 1, "", world, True

    def glimpse(self, k: int, outcome: str, world: World, is_end: bool, name: str) -> Glimpse:
        """What a viewer knows and gets now: one page after an act, another each time; every page at the end."""
        urls = pages_of(world.viewer(name))
        if not is_end:
            urls = [urls[k * 7 % len(urls)]]
        got = [world.gets(name, url) for url in urls]
        return Glimpse(world.knows(name), outcome, urls, got, mail_to(world.viewer(name).who))


def first_told(stage: Stage, story: list[Any]) -> dict[str, list[Glimpse]]:
    """The story as it is without anything besides, through both viewers' eyes."""
    glimpses: dict[str, list[Glimpse]] = {name: [] for name in VIEWERS}
    with transaction.atomic():
        for moment in stage.tell(story, []):
            for name in VIEWERS:
                glimpses[name].append(stage.glimpse(*moment, name))
        transaction.set_rollback(True)
    return glimpses


def compared(stage: Stage, story: list[Any], alone: list[Any]) -> set[str]:
    """Tell the story twice and compare; the viewers for whom it could be compared to its end."""
    first = first_told(stage, story)
    comparable = set(VIEWERS)
    with transaction.atomic():
        for n, moment in enumerate(stage.tell(story, alone)):
            _k, outcome, world, _is_end = moment
            for name in sorted(comparable):
                before = first[name][n]
                if world.knows(name) != before.knows:
                    comparable.discard(name)
                    continue
                assert outcome == before.outcome, "an act of Ben's came out otherwise"
                now = stage.glimpse(*moment, name)
                if now.knows != before.knows:  # looking noted a day
                    comparable.discard(name)
                    continue
                assert now.asked == before.asked
                assert now.mail == before.mail
                for url, one, other in zip(now.asked, before.got, now.got, strict=True):
                    assert one == other, f"{name} gets another {url}"
            if not comparable:
                break
        transaction.set_rollback(True)
    return comparable


@pytest.fixture
def stage(settings: Any) -> Iterator[Stage]:
    """A pair, their therapist at the door, all three signed in; ids seeded and the clock frozen."""
    settings.SESSION_COOKIE_AGE = 10 * 365 * 24 * 3600  # no session ends by itself in a story of weeks
    with seeded() as streams, time_machine.travel(0, tick=False) as now:
        base = Telling(welcomed=False)
        base.clock.tick(hours=3)
        now.move_to(base.clock.at)
        sessions = {}
        for name, who in {**base.people, FAYE: base.therapist}.items():
            browser = Client()
            browser.force_login(who)
            session = browser.session  # the password was given a moment ago, for the page that asks for it
            later = base.clock.at.timestamp() + 10**9
            session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"at": later, "reauthenticated": True}]
            session.save()
            sessions[name] = session.session_key
        yield Stage(base, streams, now, sessions)


def test_what_ada_does_alone_changes_nothing_that_the_others_receive(stage: Stage) -> None:
    told: Counter[str] = Counter()

    @settings(max_examples=HISTORIES)
    @given(shared_stories(), besides)
    def twice(story: list[Any], alone: list[Any]) -> None:
        told["stories"] += 1
        told.update(compared(stage, story, alone))

    twice()
    for name in VIEWERS:
        assert told[name] * 2 >= told["stories"], f"too few stories could be compared for {name}: {told}"


def test_every_address_with_a_part_to_fill_is_filled() -> None:
    assert {name for name, (_, has_parts) in ADDRESSES.items() if has_parts} == set(FILLED)
