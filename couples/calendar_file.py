"""A calendar file for one's own calendar, which others may look into: its words are neutral, and it names nobody."""

from datetime import UTC, datetime, time, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

TITLE = "Time kept"
FILE_NAME = "calendar.ics"
YEARS_OF_CLOCK_CHANGES = 10  # the file carries its zone's changes of the clock for so long, not since 1970


def weekly(title: str, weekday: int, at_hour: time, zone: str, now: datetime) -> bytes:
    """An hour every week, as RFC 5545 has it. It begins with the first one ahead.

    `weekday` is 0 for Monday; `at_hour` is by the clocks of `zone`, and stays so when they change. The file's own
    stamp is the day, no finer.
    """
    local = now.astimezone(ZoneInfo(zone))
    days = (weekday - local.weekday()) % 7
    start = datetime.combine(local.date() + timedelta(days=days), at_hour, ZoneInfo(zone))
    if start <= now:
        start += timedelta(days=7)
    event = Event()
    event.add("uid", uuid4().hex)
    event.add("dtstamp", datetime.combine(local.date(), time(), UTC))
    event.add("dtstart", start)
    event.add("duration", timedelta(hours=1))
    event.add("rrule", {"freq": "weekly"})
    event.add("summary", title)
    event.add("class", "PRIVATE")
    calendar = Calendar()
    calendar.add("prodid", "-//calendar//EN")
    calendar.add("version", "2.0")
    calendar.add_component(event)
    last = start.date() + timedelta(days=366 * YEARS_OF_CLOCK_CHANGES)
    calendar.add_missing_timezones(first_date=start.date(), last_date=last)
    return bytes(calendar.to_ical())
