"""Invariant 1: what Ben and the therapist receive is not touched by what Ada does alone.

A story is told twice, the second time with further acts of Ada's in between. For as long as Ben's (the therapist's)
own acts, what was open to them at every instant and what is shown to both by design are the same, every response they
get is the same, byte for byte.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from couples.actions import pairing, records, sharing
from couples.rule import consent
from tests.support.addresses import writing
from tests.support.asked_database import Asked, otherwise
from tests.support.depth import PROVING, depth
from tests.support.received_pages import (
    ADDRESSES,
    FILLED,
    QUIET,
    Received,
    difference,
    living_for,
    mail_to,
    one_page_of,
    pages_of,
)
from tests.support.stories import ADA, BEN, FAYE, OTHER_ACTS, PRIVATE_ACTS, acts, arcs
from tests.support.two_worlds import Stage, World

pytestmark = [pytest.mark.django_db, pytest.mark.histories]

VIEWERS = (BEN, FAYE)
# PostgreSQL goes the same way through the pages; that its wall lets out what they need, few histories show.
HISTORIES = depth(8 if connection.vendor == "sqlite" else 4, 500)
VARIANTS = 4  # further acts of Ada's to one story: each is a history of its own
EVERY_PAGE = PROVING  # in a long run also those at the end that hold nothing of two people
# A long run takes the time to find the shortest story that fails; the normal one tells the story it met.
PHASES = tuple(Phase) if EVERY_PAGE else (Phase.explicit, Phase.reuse, Phase.generate)

# --- The stories --------------------------------------------------------------------------------------------------

which = st.integers(0, 3)
SOON = timedelta(minutes=3)
# Whose welcome has ended by the time the story begins: what is offered to them opens nothing.
UNWELCOMING: list[list[Any]] = [
    [(SOON, who, "welcome", (sharing.NOT_NOW, None)) for who in whose] for whose in ((), (BEN,), (ADA,), (ADA, BEN))
]


def shared_stories() -> st.SearchStrategy[list[Any]]:
    """What happens in both worlds."""
    single = acts(PRIVATE_ACTS, OTHER_ACTS).map(lambda moment: [moment])
    runs = st.lists(st.one_of(arcs(), arcs(), single), min_size=2, max_size=4)
    return st.tuples(st.sampled_from(UNWELCOMING), runs).map(
        lambda told: [*told[0], *(moment for run in told[1] for moment in run)]
    )


# What Ada does besides, alone: an act, or an act and its undoing. Each is (act, how). The quiet ones seldom change what
# is open; the others often do, and then the story is compared up to there.
Run = list[tuple[str, Any]]
ZONES = st.sampled_from(["Asia/Tokyo", "America/St_Johns"])
QUIETLY: list[st.SearchStrategy[Run]] = [
    st.sampled_from(["boundary", "agreement", "step", "breach", "repair"]).map(lambda kind: [("write", kind)]),
    which.map(lambda n: [("mark", (n % 2, consent.PARTLY))]),
    which.map(lambda n: [("mark", (n % 2, consent.KEPT)), ("take mark back", None)]),
    which.map(lambda n: [("agenda", n), ("off agenda", n)]),
    which.map(lambda n: [("revise", (n, records.LEAVE_OLDER))]),
    which.map(lambda n: [("check in", n * 10 + 1)]),
    which.map(
        lambda n: [("write", "boundary"), ("offer", (0, timedelta(hours=6)))]
    ),  # lapses before a morning counts it
    st.just([("write", "boundary"), ("offer", (0, None)), ("take back", 0)]),
    st.just([("write", "boundary"), ("offer", (0, None)), ("erase", 0)]),
    which.map(lambda n: [("offer", (n, None))]),
    which.map(lambda n: [("forever", n)]),
    st.sampled_from([consent.MORNINGS, sharing.NOT_NOW]).map(lambda how: [("heavy", how)]),
    st.just([("sit", None)]),
    st.just([("sit", None), ("stand", None)]),
    st.just([("stand", None)]),
    which.map(lambda n: [("put away", n)]),
    st.just([("let go", None)]),
    which.map(lambda n: [("accept", n)]),
    which.map(lambda n: [("accept takeaway", n)]),
    which.map(lambda n: [("accept takeaway", n), ("leave takeaway", n)]),
    which.map(lambda n: [("counter", n)]),
    st.just([("terms", None)]),
    which.map(lambda n: [("keep", n)]),
    st.just([("renew", None)]),
    ZONES.map(lambda zone: [("zone", zone)]),
    ZONES.map(lambda zone: [("own zone", zone)]),
    st.just([("rename", "Adaline")]),
    st.just([("code", None)]),
    st.just([("label", "The calm one")]),
    st.sampled_from([writing("boundary"), "/sitting/", "/today/check-in/"]).map(lambda path: [("hold", path)]),
    st.integers(0, 99).map(lambda n: [("look", n)]),
]
LOUDLY: list[st.SearchStrategy[Run]] = [
    st.sampled_from(["limit", "agreement", "else"]).map(lambda about: [("breach", about)]),
    which.map(lambda n: [("agenda", n)]),
    which.map(lambda n: [("take back", n)]),
    st.sampled_from([consent.SITTINGS, sharing.NOT_NOW]).map(lambda how: [("welcome", (how, None))]),
    which.map(lambda n: [("no longer accept", n)]),
    which.map(lambda n: [("leave takeaway", n)]),
    st.booleans().map(lambda yes: [("group", yes)]),
    st.sampled_from(["yes", "conditions", "not now"]).map(lambda how: [("answer", how)]),
    st.just([("pause", None)]),
    st.booleans().map(lambda on: [("steps", False), ("steps", on)]),
    st.just([("keep no longer", None)]),
    st.sampled_from([("everyday",), ("heavy", "steps"), ("boundary",), ("agreement", "step")]).map(
        lambda what: [("admit", what)]
    ),
    st.just([("end access", None)]),
    which.map(lambda n: [("end yes", n)]),
    st.sampled_from(pairing.WAYS).map(lambda way: [("leave", way)]),
    st.just([("leave", pairing.FADE), ("close what fades", None)]),
]
runs = st.integers(0, 5).flatmap(lambda n: st.one_of(LOUDLY if n == 5 else QUIETLY))
# After which moment of the story (by its place among them), how far towards the next, and what.
besides = st.lists(st.tuples(st.floats(0, 0.99), st.sampled_from([0.01, 0.5, 0.98]), runs), min_size=1, max_size=3)


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
    """What one viewer knows after an act, how their own act came out and what it asked the database, what they got and
    what that asked."""

    knows: frozenset[Any]
    outcome: str
    cost: Asked
    asked: list[str]
    got: list[tuple[Received, Asked]]
    mail: list[tuple[str, str]]


@dataclass
class Moment:
    """A world just after an act of both worlds."""

    k: int  # which act of both
    outcome: str  # how it came out, where it was Ben's
    world: World
    cost: Asked = field(default_factory=list)  # what Ben's asked the database
    is_end: bool = False  # hours, or a day and a night, after the last act


def tell(stage: Stage, story: list[Any], alone: list[Any]) -> Iterator[Moment]:
    """Tell a story from the beginning, with what Ada does alone in between."""
    world = World(stage)
    shared, last = 0, world.clock.at
    for named, at, who, act, how, is_besides in moments_of(story, alone, world.clock.at):
        outcome = world.act(named, at, who, act, how, besides=is_besides)
        if not is_besides:
            shared, last = shared + 1, at
            yield Moment(shared, outcome if who == BEN else "", world, world.asked if who == BEN else [])
    # Before the next morning, or after it: what a night settles must not hide what was there before.
    world.go_to(last + timedelta(hours=30 if len(story) % 2 else 2.1))
    yield Moment(shared + 1, "", world, is_end=True)


def glimpse(moment: Moment, name: str, turned: int, before: Glimpse | None = None) -> Glimpse | None:
    """What a viewer knows and gets now: one page after an act, another each time; every living page at the end.

    None where they know something else than `before`: what they get then need not be the same. `turned` is another
    number for every story, so that other pages come after the same acts.
    """
    world = moment.world
    viewer, knows = world.viewer(name), world.knows(name)
    if before is not None and before.knows != knows:
        return None
    urls: list[str] = []
    if moment.is_end:
        urls = pages_of(viewer, sorted(ADDRESSES), parts=True) if EVERY_PAGE else pages_of(viewer, living_for(viewer))
    elif name == VIEWERS[moment.k % 4 == 0]:
        urls = [one_page_of(viewer, moment.k * 7 + turned)]
    got = [world.gets_and_asks(name, url) for url in urls]
    return Glimpse(knows, moment.outcome, moment.cost, urls, got, mail_to(viewer.who))


def first_told(stage: Stage, story: list[Any]) -> dict[str, list[Glimpse]]:
    """The story as it is without anything besides, through both viewers' eyes."""
    glimpses: dict[str, list[Glimpse]] = {name: [] for name in VIEWERS}
    with transaction.atomic():
        for moment in tell(stage, story, []):
            for name in VIEWERS:
                if seen := glimpse(moment, name, 11 * len(story)):
                    glimpses[name].append(seen)
        transaction.set_rollback(True)
    return glimpses


def compared(stage: Stage, story: list[Any], alone: list[Any], first: dict[str, list[Glimpse]]) -> set[str]:
    """Tell the story again, with more in it, and compare; the viewers for whom that could be done to its end."""
    comparable = set(VIEWERS)
    with transaction.atomic():
        for n, moment in enumerate(tell(stage, story, alone)):
            for name in sorted(comparable):
                before = first[name][n]
                now = glimpse(moment, name, 11 * len(story), before)
                if now is None:
                    comparable.discard(name)
                    continue
                assert now.outcome == before.outcome, "an act of Ben's came out otherwise"
                if now.cost and before.cost:
                    assert now.cost == before.cost, (
                        f"an act of Ben's costs otherwise: {otherwise(before.cost, now.cost)}"
                    )
                assert now.asked == before.asked
                assert now.mail == before.mail
                for url, (one, cost), (other, costs) in zip(now.asked, before.got, now.got, strict=True):
                    assert one == other, f"{name} gets another {url}: {difference(one, other)}"
                    assert cost == costs, f"{url} costs {name} otherwise: {otherwise(cost, costs)}"
            if not comparable:
                break
        transaction.set_rollback(True)
    return comparable


@pytest.mark.slow
def test_what_ada_does_alone_changes_nothing_that_the_others_receive(stage: Stage) -> None:
    told: Counter[str] = Counter()

    @settings(max_examples=HISTORIES // VARIANTS + 1, phases=PHASES)
    @given(shared_stories(), st.lists(besides, min_size=VARIANTS, max_size=VARIANTS))
    def twice(story: list[Any], variants: list[Any]) -> None:
        first = first_told(stage, story)
        for alone in variants:
            told["histories"] += 1
            told.update(compared(stage, story, alone, first))

    twice()
    for name in VIEWERS:
        assert told[name] * 2 >= told["histories"], f"too few histories could be compared for {name}: {told}"


@pytest.mark.parametrize("name", VIEWERS)
def test_quiet_pages_are_the_same_whatever_is_open(stage: Stage, name: str) -> None:
    """What need not be compared at the end of every story is compared here once, with much open and with nothing."""
    told = []
    for story in ([], *([(SOON, ADA, "leave", way)] for way in pairing.WAYS)):
        with transaction.atomic():
            *_, last = tell(stage, story, [])
            world = last.world
            world.go_to(stage.base.clock.at + timedelta(days=9))
            viewer = world.viewer(name)
            viewer.others = []
            urls = pages_of(viewer, sorted(set(ADDRESSES) - set(living_for(viewer))))
            told.append({url: world.gets(name, url) for url in urls})
            transaction.set_rollback(True)
    full, *others = told
    for other in others:
        assert other
        for url in other.keys() & full.keys():
            assert other[url] == full[url], f"{url}: {difference(other[url], full[url])}"


@pytest.mark.parametrize("name", VIEWERS)
def test_the_pages_that_are_compared_are_really_shown(stage: Stage, name: str) -> None:
    """Were they all redirects or refusals, comparing them would show nothing."""
    with transaction.atomic():
        *_, last = tell(stage, [], [])
        statuses = {url: page[0] for url, page in last.world.living_pages(name).items()}
        transaction.set_rollback(True)
    others = [url for url, status in statuses.items() if status != 200]
    assert all(re.match(r"/(steps/open|ours)/", url) for url in others), "a group has its page among the steps"
    assert len(others) < len(statuses) / 4
    assert {"/ours/", "/timeline/"} <= set(statuses)
    assert name == FAYE or "/yes/" in statuses


def test_every_address_with_a_part_to_fill_is_filled() -> None:
    assert {name for name, has_parts in ADDRESSES.items() if has_parts} == set(FILLED)
    assert set(ADDRESSES) >= QUIET
