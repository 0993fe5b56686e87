"""An hour every week or every second week, against what a calendar counts day by day."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from couples.lib.weekly import Weekly

FIRST = date(2026, 3, 5)  # a Thursday, three weeks before the clocks of Europe change
ZONES = ["Europe/Berlin", "America/New_York", "Africa/Casablanca", "Pacific/Apia", "Australia/Lord_Howe"]


def day_by_day(hours: Weekly, days: int) -> list[date]:
    """Its days, found by looking at every day there is."""
    found, day = [], hours.first
    while (day - hours.first).days < days:
        if (day - hours.first).days % (7 * hours.weeks) == 0:
            found.append(day)
        day += timedelta(days=1)
    return found


@given(
    weeks=st.sampled_from([1, 2]),
    zone=st.sampled_from(ZONES),
    hour=st.integers(0, 23),
    at=st.datetimes(datetime(2025, 12, 1), datetime(2028, 12, 31), timezones=st.just(UTC)),
)
def test_what_comes_and_what_was_is_found_from_any_instant(weeks: int, zone: str, hour: int, at: datetime) -> None:
    hours = Weekly(FIRST, time(hour), zone, weeks)
    every = day_by_day(hours, 4 * 366)
    ahead = [day for day in every if hours.hour_of(day) >= at]
    behind = [day for day in reversed(every) if hours.hour_of(day) < at]
    assert list(islice(hours.days_from(at), 5)) == ahead[:5]
    assert list(hours.days_until(at)) == behind


@pytest.mark.parametrize("zone", ZONES)
def test_it_keeps_its_hour_for_ten_years(zone: str) -> None:
    hours = Weekly(FIRST, time(10, 15), zone, 1)
    days = list(islice(hours.days_from(datetime(2026, 1, 1, tzinfo=UTC)), 522))
    assert days[-1].year == 2036
    assert {hours.hour_of(day).astimezone(ZoneInfo(zone)).time() for day in days} == {time(10, 15)}
    assert all(later - day == timedelta(weeks=1) for day, later in zip(days, days[1:], strict=False))
