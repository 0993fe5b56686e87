"""A calendar file for one's own calendar, which others may look into: its words are neutral, and it names nobody."""

from datetime import UTC, date, datetime, time, timedelta
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
    last = start.date() + timedelta(days=366 * YEARS_OF_CLOCK_CHANGES)
    return _file(title, start, timedelta(hours=1), now, last, {"freq": "weekly"})


def once(starts_at: datetime, minutes: int, zone: str, now: datetime) -> bytes:
    """One appointment, by the clocks of `zone`, under the neutral title."""
    start = starts_at.astimezone(ZoneInfo(zone))
    return _file(TITLE, start, timedelta(minutes=minutes), now, start.date() + timedelta(days=366), None)


def _file(
    title: str, start: datetime, lasts: timedelta, now: datetime, last: date, rule: dict[str, str] | None
) -> bytes:
    event = Event()
    event.add("uid", uuid4().hex)
    event.add("dtstamp", datetime.combine(now.astimezone(start.tzinfo).date(), time(), UTC))
    event.add("dtstart", start)
    event.add("duration", lasts)
    if rule:
        event.add("rrule", rule)
    event.add("summary", title)
    event.add("class", "PRIVATE")
    calendar = Calendar()
    calendar.add("prodid", "-//calendar//EN")
    calendar.add("version", "2.0")
    calendar.add_component(event)
    calendar.add_missing_timezones(first_date=start.date(), last_date=last)
    return bytes(calendar.to_ical())
