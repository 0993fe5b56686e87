"""A page that reads stores nothing, and shows what opened since the last stored door as if it were stored."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import Phase, given, settings

from couples.models import Opening, Pair, Rest, Yes
from tests.receiving import difference
from tests.stories import ADA, BEN, FAYE, LEAVING, OTHER_ACTS, PRIVATE_ACTS, stories_of
from tests.worlds import Stage, World, stage_with_much_open

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage() -> Iterator[Stage]:
    yield from stage_with_much_open()


def addresses(world: World) -> list[tuple[str, str]]:
    """Every page of all three that can hold something of the two, but the therapist's list, which asks for no doors.

    Filled from what is open once it is stored; nothing stays stored.
    """
    with transaction.atomic():
        world.store()
        found = [(name, url) for name in (FAYE, ADA, BEN) for url in world.living_pages(name) if url != "/room/"]
        transaction.set_rollback(True)
    return found


def rows() -> tuple[Any, ...]:
    return tuple(sorted(model.objects.values_list()) for model in (Opening, Rest, Yes, Pair))


PHASES = (Phase.explicit, Phase.reuse, Phase.generate)
stories = stories_of(PRIVATE_ACTS, OTHER_ACTS, OTHER_ACTS, LEAVING)


@pytest.mark.histories
@pytest.mark.parametrize("hours", [25, 75])
def test_storing_what_opened_changes_no_page(stage: Stage, hours: int) -> None:
    told = {"histories": 0, "opened": 0}

    @settings(max_examples=20, phases=PHASES)
    @given(stories)
    def twice(story: list[Any]) -> None:
        with transaction.atomic():
            world = World(stage)
            at = world.clock.at
            for n, (pause, who, act, how) in enumerate(story):
                at += pause
                world.act(str(n), at, who, act, how)
            world.go_to_unstored(at + timedelta(hours=hours))
            asked = addresses(world)
            for place in asked:
                world.gets(*place)  # the days of looking are noted
            before = rows()
            unstored = {place: world.gets(*place) for place in asked}
            assert rows() == before, "a page that reads stored something"
            world.store()
            for place in asked:
                stored = world.gets(*place)
                assert unstored[place] == stored, f"{place}: {difference(unstored[place], stored)}"
            told["histories"] += 1
            told["opened"] += len(rows()[0]) > len(before[0])
            transaction.set_rollback(True)

    twice()
    assert told["opened"] * 4 >= told["histories"], f"too seldom something was left to store: {told}"
