"""The zone that a calendar file carries: read by programs of different make, every week keeps its wall time.

Many calendars look a zone up by its name; others use what the file says. These tests let them know no name.
"""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta, tzinfo
from uuid import uuid4
from zoneinfo import ZoneInfo

import icalendar
import pytest
from ical.calendar_stream import IcsCalendarStream

from couples.lib import icalendar_file

NOWS = [datetime(2026, 3, 2, 12, tzinfo=UTC), datetime(2026, 11, 27, 3, tzinfo=UTC)]
WEEKS = 522  # ten years
ZONES = [
    "Europe/Zurich",
    "Europe/London",
    "Europe/Dublin",
    "Europe/Istanbul",
    "Europe/Chisinau",
    "America/New_York",
    "America/Los_Angeles",
    "America/Sao_Paulo",
    "America/Santiago",
    "America/Havana",
    "America/Nuuk",
    "America/St_Johns",
    "Africa/Casablanca",
    "Africa/Cairo",
    "Africa/Lagos",
    "Asia/Gaza",
    "Asia/Jerusalem",
    "Asia/Beirut",
    "Asia/Kathmandu",
    "Asia/Tehran",
    "Australia/Sydney",
    "Australia/Lord_Howe",
    "Pacific/Auckland",
    "Pacific/Chatham",
    "Antarctica/Troll",
]
Read = Callable[[bytes], list[datetime]]


def as_icalendar_reads(made: bytes) -> list[datetime]:
    """The weeks of the file's event, by the `icalendar` package and the zone it makes of the file."""
    calendar = icalendar.Calendar.from_ical(made)
    (zone,), (event,) = calendar.walk("VTIMEZONE"), calendar.walk("VEVENT")
    own: tzinfo = zone.to_tz(lookup_tzid=False)
    start = event["dtstart"].dt.replace(tzinfo=None)
    return [(start + timedelta(weeks=n)).replace(tzinfo=own).astimezone(UTC) for n in range(WEEKS)]


def as_ical_reads(made: bytes) -> list[datetime]:
    """The same by the `ical` package, of another make, which expands the event by itself."""
    calendar = IcsCalendarStream.calendar_from_ics(made.decode())
    found = []
    for event in calendar.timeline:
        found.append(event.dtstart.astimezone(UTC))
        if len(found) == WEEKS:
            return found
    raise AssertionError("the event ends")


READERS = {"icalendar": as_icalendar_reads, "ical": as_ical_reads}


def nameless(made: bytes, zone: str) -> bytes:
    """The file with a name for its zone that no program knows."""
    assert made.count(zone.encode()) == 2
    return made.replace(zone.encode(), b"Somewhere")


@pytest.mark.parametrize("now", NOWS, ids=["spring", "autumn"])
@pytest.mark.parametrize("read", READERS.values(), ids=READERS)
@pytest.mark.parametrize("zone", ZONES)
def test_each_week_of_ten_years_keeps_its_wall_time(zone: str, read: Read, now: datetime) -> None:
    made = icalendar_file.weekly("Time kept", 2, time(20), zone, now, uid=uuid4())
    found = read(nameless(made, zone))
    wrong = [
        at
        for at in found
        if (at.astimezone(ZoneInfo(zone)).weekday(), at.astimezone(ZoneInfo(zone)).time()) != (2, time(20))
    ]
    assert not wrong, f"{len(wrong)} of {len(found)} weeks are off, the first {wrong[0]}"
