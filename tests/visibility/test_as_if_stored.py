"""A page that reads stores nothing, and shows what opened since the last stored door as if it were stored."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from couples.actions import records
from couples.models import Opening, OwnLine, Pair, Rest, Yes
from couples.rule import consent
from couples.rule.admissions import CLASSES
from tests.support.depth import depth
from tests.support.received_pages import difference, living_for, pages_of
from tests.support.stories import ADA, BEN, FAYE, LEAVING, OTHER_ACTS, PRIVATE_ACTS, stories_of
from tests.support.two_worlds import Stage, World

pytestmark = pytest.mark.django_db

SOON, NIGHT = timedelta(minutes=3), timedelta(hours=25)
BOTH = (ADA, BEN)


def tell(world: World, story: list[Any]) -> None:
    at = world.clock.at
    for n, (pause, who, act, how) in enumerate(story):
        at += pause
        assert world.act(str(n), at, who, act, how) == "", (who, act)


def addresses(world: World) -> list[tuple[str, str]]:
    """Every page of all three that can hold something of the two, but the therapist's list, which asks for no doors.

    Filled from what is open once it is stored; nothing stays stored.
    """
    with transaction.atomic():
        world.store()
        viewers = {name: world.viewer(name) for name in (FAYE, ADA, BEN)}
        found = {name: pages_of(viewer, living_for(viewer)) for name, viewer in viewers.items()}
        transaction.set_rollback(True)
    return [(name, url) for name, urls in found.items() for url in urls if url != "/room/"]


def rows() -> tuple[Any, ...]:
    found = [sorted(model.objects.values_list()) for model in (Opening, Rest, Yes, Pair)]
    return *found, sorted(OwnLine.objects.values_list("pk", flat=True))


def opened_unseen(world: World) -> list[str]:
    """Ask for every page before and after what opened is stored. Gives the kinds of what was left to store."""
    asked = addresses(world)
    for name, url in asked:
        if name == FAYE or url == "/today/":
            world.gets(name, url)  # the day of looking is noted, and in each session that somebody is here
    before, known = rows(), set(Opening.objects.values_list("pk", flat=True))
    unstored = {place: world.gets(*place) for place in asked}
    assert rows() == before, "a page that reads stored something"
    world.store()
    for place in asked:
        stored = world.gets(*place)
        assert unstored[place] == stored, f"{place}: {difference(unstored[place], stored)}"
    return sorted(Opening.objects.exclude(pk__in=known).values_list("kind", flat=True))


# What each evening leaves to open, and what opens then. On the stage an agreement is in force, conditions are open.
EVENINGS: dict[str, tuple[list[Any], list[str]]] = {
    "nothing": ([], []),
    "words, a newer version and more than a door takes": (
        [
            *((SOON, who, act, how) for who in BOTH for act, how in (("write", "boundary"), ("offer", (-1, None)))),
            (SOON, ADA, "revise", (0, records.LEAVE_OLDER)),
            (SOON, ADA, "offer", (0, None)),
            *((SOON, BEN, act, how) for _ in range(6) for act, how in (("write", "boundary"), ("offer", (-1, None)))),
        ],
        ["revision"] * 7,
    ),
    "another agreement of the chain": (
        [
            (SOON, ADA, "counter", 0),
            (NIGHT, ADA, "time passes", None),
            *((SOON, who, "accept", 0) for who in BOTH),
            (SOON, BEN, "accept", 1),
        ],
        ["agreement"],
    ),
    "marks, the agenda, a kept line, an admission": (
        [(SOON, who, act, how) for act, how in (("mark", (0, consent.KEPT)), ("keep", 1)) for who in BOTH]
        + [(SOON, who, "admit", classes) for classes in (CLASSES[:2], CLASSES) for who in BOTH]
        + [(SOON, BEN, "agenda", 0)],
        ["admission", "agenda", "keep", "marks"],
    ),
    "an admission to what was open before": (
        [(SOON, BEN, "end access", None), (SOON, BEN, "admit", CLASSES)],
        ["admission"] * 3,
    ),
    "one for a class beside older ones for kinds of it": (
        [(SOON, BEN, "admit", ("boundary", "agreement"))],
        ["admission"] * 2,
    ),
    "a limit that was crossed, an agreement that was not kept": (
        [(SOON, ADA, "breach", "limit"), (SOON, BEN, "breach", "agreement")],
        ["revision"] * 2,
    ),
    "a step on two sets of conditions, another zone": (
        [(SOON, who, act, how) for act, how in (("terms", None), ("zone", "Asia/Tokyo")) for who in BOTH],
        ["step", "zone"],
    ),
}


# Evenings that leave each other alone are told as one, and every page is asked once for both; a night tells each by
# itself too. The first three leave every kind of thing to open that there is.
TOGETHER = [
    ("words, a newer version and more than a door takes", "an admission to what was open before"),
    ("marks, the agenda, a kept line, an admission", "a step on two sets of conditions, another zone"),
    ("another agreement of the chain",),
    pytest.param(
        (
            "one for a class beside older ones for kinds of it",
            "a limit that was crossed, an agreement that was not kept",
        ),
        marks=pytest.mark.one_database,
    ),
]
ALONE = [pytest.param((evening,), marks=pytest.mark.deep) for evening in EVENINGS if (evening,) not in TOGETHER]


@pytest.mark.parametrize("evenings", [*TOGETHER, *ALONE], ids=", and ".join)
def test_what_nobody_has_stored_stands_on_every_page_as_if_it_were(stage: Stage, evenings: tuple[str, ...]) -> None:
    story = [moment for evening in evenings for moment in EVENINGS[evening][0]]
    opens = sorted(kind for evening in evenings for kind in EVENINGS[evening][1])
    world = World(stage)
    world.go_to(world.clock.at + timedelta(hours=34))  # in the afternoon
    tell(world, story)
    world.go_to_unstored(world.clock.at + timedelta(hours=20))  # after the next seven o'clock
    assert opened_unseen(world) == opens


@pytest.mark.parametrize(
    "hours, lines", [pytest.param(44, 1, marks=pytest.mark.deep), (68, 2)]
)  # after two seven o'clocks, and three
def test_memory_lines_that_nobody_has_stored_stand_there_as_if_they_were(stage: Stage, hours: int, lines: int) -> None:
    """Some opened at a morning that is stored, one at one that nobody has stored either; one was taken back between."""
    world = World(stage)
    world.go_to(world.clock.at + timedelta(hours=34))  # in the afternoon
    begun = [(SOON, who, act, how) for who in BOTH for act, how in (("write", "boundary"), ("offer", (-1, None)))]
    after_they_opened = [(timedelta(hours=20), ADA, "write", "agreement"), (SOON, ADA, "offer", (-1, None))]
    tell(world, [*begun, *after_they_opened, (SOON, BEN, "take back", -1)])
    world.go_to_unstored(world.clock.at + timedelta(hours=hours - 20))
    known = OwnLine.objects.filter(opening__isnull=False).count()
    assert opened_unseen(world) == ["revision"]
    assert OwnLine.objects.filter(opening__isnull=False).count() == known + 2 * lines


def test_mornings_by_another_clock_are_told_from_the_first_of_them_on(stage: Stage) -> None:
    def hours_told() -> list[bool]:
        return [b"<b>23:00</b> on your clock" in world.gets(name, "/pairing/")[-1] for name in BOTH]

    world = World(stage)
    world.go_to(world.clock.at + timedelta(hours=34))  # in the afternoon
    tell(world, [(SOON, who, "zone", "Asia/Tokyo") for who in BOTH])
    assert hours_told() == [False, False]
    world.go_to_unstored(world.clock.at + timedelta(hours=20))  # after the next seven o'clock
    assert hours_told() == [True, True]
    world.store()
    assert hours_told() == [True, True]
    assert Pair.objects.get(pk=world.pair.pk).time_zone == "Asia/Tokyo"


def test_a_list_tells_of_a_morning_after_a_minute_whether_or_not_somebody_acted_before(stage: Stage) -> None:
    world = World(stage)
    for who in BOTH:
        world.do_end_access(who, world.people[who], None)
    world.go_to(world.clock.at + timedelta(hours=34))  # in the afternoon
    assert b"/room/" + str(world.pair.pk).encode() not in world.gets(FAYE, "/room/")[-1]
    tell(world, [(SOON, who, "admit", CLASSES) for who in BOTH])
    seven = consent.morning_after(world.clock.at, world.pair.time_zone)
    world.go_to_unstored(seven + timedelta(seconds=30))
    nobody_acted = world.gets(FAYE, "/room/")
    world.do_check_in(ADA, world.people[ADA], 5)
    assert world.gets(FAYE, "/room/") == nobody_acted
    world.go_to_unstored(seven + timedelta(seconds=61))
    assert b"/room/" + str(world.pair.pk).encode() in world.gets(FAYE, "/room/")[-1]


OFFERED = [(SOON, ADA, "write", "boundary"), (SOON, ADA, "offer", (-1, None))]  # something is left, most times
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
stories = stories_of(PRIVATE_ACTS, OTHER_ACTS, OTHER_ACTS, LEAVING)


@pytest.mark.slow
@pytest.mark.histories
@pytest.mark.one_database
def test_storing_changes_no_page_whatever_has_happened(stage: Stage) -> None:
    told = {"histories": 0, "opened": 0}

    @settings(max_examples=depth(3, 100), phases=PHASES)
    @given(stories, st.sampled_from([25, 75]))
    def twice(story: list[Any], hours: int) -> None:
        with transaction.atomic():
            world = World(stage)
            at = world.clock.at
            for n, (pause, who, act, how) in enumerate([*story, *OFFERED]):
                at += pause
                world.act(str(n), at, who, act, how)
            world.go_to_unstored(at + timedelta(hours=hours))
            told["opened"] += bool(opened_unseen(world))
            told["histories"] += 1
            transaction.set_rollback(True)

    twice()
    assert told["opened"], f"too seldom something was left to store: {told}"
