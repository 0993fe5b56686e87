"""The clock that two people's mornings follow: nearest to both people's waking hours, whoever invited."""

from datetime import UTC, datetime
from functools import cache
from itertools import combinations
from zoneinfo import ZoneInfo

import pytest

from couples.lib import time_zones
from couples.rule import zones
from couples.rule.consent import morning_after
from couples.rule.zones import hour_elsewhere, shared_zone, worst_minutes

AT = datetime(2026, 11, 26, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("one", "other", "shared"),
    [
        ("Europe/Berlin", "Europe/Berlin", "Europe/Berlin"),
        ("Europe/Lisbon", "Europe/Berlin", "Europe/Lisbon"),  # seven in Lisbon is eight in Berlin
        ("America/New_York", "Europe/Berlin", "America/New_York"),
        ("America/Los_Angeles", "Europe/Berlin", "America/Los_Angeles"),
        ("Australia/Sydney", "Europe/Berlin", "Europe/Berlin"),
        ("Europe/Vienna", "Europe/Berlin", "Europe/Berlin"),  # the same clock: the first of the alphabet
    ],
)
def test_mornings_come_where_they_wake_nobody(one: str, other: str, shared: str) -> None:
    assert shared_zone(one, other, AT) == shared_zone(other, one, AT) == shared


def test_on_whose_clock_does_not_matter_where_both_are_the_same() -> None:
    assert worst_minutes("Europe/Lisbon", "Europe/Berlin", AT) == 0
    assert worst_minutes("Europe/Berlin", "Europe/Lisbon", AT) == 60


@pytest.mark.slow
def test_nearly_all_pairs_of_places_are_woken_on_no_day_and_the_rest_by_an_hour_at_most(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(zones, "morning_after", cache(morning_after))  # each place stands in many pairs
    clocks: dict[tuple[object, ...], str] = {}
    for zone in sorted(time_zones.cities()):
        clocks.setdefault(tuple(_offsets(zone)), zone)
    late = {}
    for one, other in combinations(clocks.values(), 2):
        zone = shared_zone(one, other, AT)
        worst = worst_minutes(zone, one if zone == other else other, AT)
        if worst:
            late[one, other] = worst
    assert max(late.values()) <= 60
    assert len(late) <= 12


def _offsets(zone: str) -> list[object]:
    morning, offsets = AT, []
    for _ in range(52):
        morning = morning_after(morning, zone)
        offsets.append(morning.astimezone(ZoneInfo(zone)).utcoffset())
        for _ in range(6):
            morning = morning_after(morning, zone)
    return offsets


@pytest.mark.parametrize(
    ("zone", "own", "told"),
    [
        ("Europe/Berlin", "Europe/Berlin", "07:00"),
        ("America/New_York", "Europe/Berlin", "13:00"),
        ("Asia/Kolkata", "Europe/Berlin", "02:30"),
    ],
)
def test_the_hour_of_a_morning_is_told_on_the_readers_own_clock(zone: str, own: str, told: str) -> None:
    assert hour_elsewhere(zone, own, AT) == told


@pytest.mark.parametrize(
    ("minute", "outside"), [(420, 0), (1260, 0), (419, 1), (1261, 1), (0, 180), (300, 120), (120, 300), (60, 240)]
)
def test_what_lies_outside_is_measured_to_the_nearer_end_of_the_night(minute: int, outside: int) -> None:
    assert zones._outside(minute) == outside
