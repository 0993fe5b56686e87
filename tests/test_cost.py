"""Invariant 1: what a request costs tells nothing of the other. The same list of statements, the same rows read.

`tests/test_noninterference.py` compares it over generated stories; here stand the cases that once told.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.urls import reverse

from couples.actions import records, sharing
from couples.models import Yes
from couples.rule import consent
from tests.support.asked_database import Asked, otherwise
from tests.support.depth import PROVING
from tests.support.many_records import many_offers
from tests.support.received_pages import ADDRESSES, Received, difference, living_for, pages_of
from tests.support.stories import ADA, BEN, FAYE
from tests.support.two_worlds import Stage, World

pytestmark = pytest.mark.django_db

OFFERS = 200


# What Ben does, each by a press of his, and none of it opens anything.
PRESSES: list[tuple[str, dict[str, str]]] = [
    ("sit_down", {}),
    ("welcome", {"everyday": "mornings", "heavy": "not_now", "ends": "usual"}),
    ("sit_down", {}),
    ("steps_pause", {}),
    ("stand_up", {}),
]
ACTS: list[tuple[str, Any]] = [
    ("write", "boundary"),
    ("offer", (-1, None)),
    ("revise", (-1, records.LEAVE_OLDER)),
    ("take back", -1),
    ("mark", (0, consent.KEPT)),
    ("agenda", 0),
    ("zone", "Asia/Tokyo"),
    ("renew", None),
    ("end access", None),
]
SAME: Received = (0, (), (), b"")

Told = dict[str, tuple[Received, Asked]]


def all_that_ben_does(world: World, quiet: bool) -> Told:
    """Every page of his and of the therapist's that can hold something of the two (of the `quiet` ones too), then his
    presses, and the pages again.
    """
    told: Told = {}
    for when in ("before", "after"):
        for name in (BEN, FAYE):
            viewer = world.viewer(name)
            viewer.others = []
            for url in pages_of(viewer, sorted(ADDRESSES) if quiet and when == "before" else living_for(viewer)):
                told[f"{when} {name} {url}"] = world.gets_and_asks(name, url)
        if when == "before":
            for n, (press, fields) in enumerate(PRESSES):
                told[f"{n} {press}"] = world.sends_and_asks(BEN, reverse(press), **fields)
            for act, how in ACTS:
                assert world.act(f"Ben: {act}", world.clock.tick(), BEN, act, how) == ""
                told[act] = (SAME, world.asked)
    return told


def compared(one: Told, other: Told) -> None:
    assert one.keys() == other.keys()
    for what, (page, cost) in one.items():
        page_now, cost_now = other[what]
        assert page == page_now, f"{what}: {difference(page, page_now)}"
        assert cost == cost_now, f"{what}: {otherwise(cost, cost_now)}"


def in_a_world(stage: Stage, tell: Callable[[World], None], quiet: bool = PROVING) -> Told:
    with transaction.atomic():
        world = World(stage)
        world.go_to(world.clock.at + timedelta(hours=34))  # in the afternoon
        tell(world)
        told = all_that_ben_does(world, quiet)
        transaction.set_rollback(True)
    return told


def offered_and_not_welcomed(world: World, count: int) -> None:
    sharing.welcome(consent.EVERYDAY, sharing.NOT_NOW, by=world.people[BEN], at=world.clock.tick())
    many_offers(world.people[ADA], world.pair, count, world.clock.tick())
    world.go_to_unstored(world.clock.at + timedelta(hours=44))


def offered_in_the_night(world: World, count: int) -> None:
    many_offers(world.people[ADA], world.pair, count, world.clock.tick(hours=14))
    world.go_to_unstored(world.clock.at + timedelta(hours=6))


def more_than_a_morning_takes(world: World, count: int) -> None:
    world.streams.turn("the five that open")
    many_offers(world.people[ADA], world.pair, 5, world.clock.tick())
    many_offers(world.people[ADA], world.pair, count, world.clock.tick())
    world.go_to_unstored(world.clock.at + timedelta(hours=20))


# Where nobody has stored anything there is most to notice; stored, the quickest of the three to tell goes the same way.
@pytest.mark.slow
@pytest.mark.parametrize(
    ("how", "clock"),
    [
        *((how, "stands still") for how in (offered_and_not_welcomed, offered_in_the_night, more_than_a_morning_takes)),
        (offered_in_the_night, "stored"),
        *(
            pytest.param(how, "stored", marks=pytest.mark.deep)
            for how in (offered_and_not_welcomed, more_than_a_morning_takes)
        ),
    ],
)
def test_two_hundred_private_offers_of_the_other_cost_nothing(
    stage: Stage, how: Callable[[World, int], None], clock: str
) -> None:
    def tell(count: int) -> Callable[[World], None]:
        def told(world: World) -> None:
            how(world, count)
            if clock == "stored":
                world.store()

        return told

    quiet = PROVING or how is more_than_a_morning_takes and clock == "stands still"  # where there is most to notice
    compared(in_a_world(stage, tell(0), quiet), in_a_world(stage, tell(OFFERS), quiet))


@pytest.mark.slow
def test_starting_my_hour_costs_the_same_whether_or_not_the_other_sits(stage: Stage) -> None:
    def tell(sits: bool) -> Callable[[World], None]:
        def told(world: World) -> None:
            if sits:
                world.do_sit(ADA, world.people[ADA], None)

        return told

    compared(in_a_world(stage, tell(False)), in_a_world(stage, tell(True)))


def test_nothing_tells_whether_the_other_has_looked_or_acted_since_seven(stage: Stage) -> None:
    def tell(*does: str) -> Callable[[World], None]:
        def told(world: World) -> None:
            world.go_to_unstored(world.clock.at + timedelta(hours=20))
            for act in does:
                if act == "looks":
                    world.gets(ADA, "/ours/")
                else:
                    world.do_check_in(ADA, world.people[ADA], 5)
            world.clock.tick()
            world.now.move_to(world.clock.at)

        return told

    nothing = in_a_world(stage, tell())
    compared(nothing, in_a_world(stage, tell("looks")))
    compared(nothing, in_a_world(stage, tell("acts")))


def test_words_that_closed_before_the_door_cost_the_same_whether_or_not_the_other_accepted_them(stage: Stage) -> None:
    """Both accept words that lapse before the morning: no later door reads of it, and so tells of neither."""

    def tell(accepts: bool) -> Callable[[World], None]:
        def told(world: World) -> None:
            begin = world.clock.at
            opens_then_lapses = timedelta(hours=38)  # after the next seven o'clock, and before the one that would count
            for act, how in (("write", "agreement"), ("offer", (-1, opens_then_lapses))):
                assert world.act(f"Ben's {act}", world.clock.tick(), BEN, act, how) == ""
            world.go_to(begin + timedelta(hours=24))
            assert world.act("Ben accepts", world.clock.tick(), BEN, "accept", 0) == ""
            if accepts:
                assert world.act("Ada accepts", world.clock.tick(), ADA, "accept", 0, besides=True) == ""
            accepted = Yes.objects.filter(kind="acceptance", given_at__gte=world.clock.at - timedelta(hours=1))
            assert len(set(accepted.values_list("thing", flat=True))) == 1, "of the same words"
            assert accepted.count() == 1 + accepts
            world.go_to_unstored(begin + timedelta(hours=44))

        return told

    compared(in_a_world(stage, tell(False)), in_a_world(stage, tell(True)))
