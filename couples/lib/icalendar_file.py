"""A calendar file for one's own calendar, which others may look into: its words are neutral, and it names nobody."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

from couples.lib.weekly import Weekly
from couples.lib.zone_rules import zone_component

if TYPE_CHECKING:
    from icalendar import Event

TITLE = "Time kept"
FILE_NAME = "calendar.ics"
NOT_IN_A_CALENDAR = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")  # CONTROL of RFC 5545: programs refuse such a file


def weekly(title: str, weekday: int, at_hour: time, zone: str, now: datetime, *, uid: UUID) -> bytes:
    """An hour every week, as RFC 5545 has it. It begins with the first one ahead.

    `weekday` is 0 for Monday; `at_hour` is by the clocks of `zone`, and stays so when they change. The file's own
    stamp is the day, no finer. A calendar that knows `uid` already takes the file as that same event.
    """
    local = now.astimezone(ZoneInfo(zone))
    days = (weekday - local.weekday()) % 7
    start = datetime.combine(local.date() + timedelta(days=days), at_hour, ZoneInfo(zone))
    if start <= now:
        start += timedelta(days=7)
    return _file(title, start, timedelta(hours=1), now, uid, {"freq": "weekly"})


def once(starts_at: datetime, minutes: int, zone: str, now: datetime, *, uid: UUID) -> bytes:
    """One appointment, by the clocks of `zone`, under the neutral title. `uid` as in `weekly`."""
    start = starts_at.astimezone(ZoneInfo(zone))
    return _file(TITLE, start, timedelta(minutes=minutes), now, uid, None)


@dataclass(frozen=True, slots=True)
class Apart:
    """One hour of a series that is at another time, or (`at` is None) not at all."""

    day: date
    at: datetime | None
    minutes: int


def series(hours: Weekly, begins: date, minutes: int, now: datetime, *, uid: UUID, apart: list[Apart]) -> bytes:
    """The hours of a series from one of its days on, by the clocks of its own zone, under the neutral title.

    By those clocks it keeps its hour when they change, whichever clocks the calendar goes by. `uid` as in `weekly`.
    """
    zone = ZoneInfo(hours.zone)

    def hour_of(day: date) -> datetime:
        return hours.hour_of(day).astimezone(zone)

    event = _event(TITLE, hour_of(begins), timedelta(minutes=minutes), now, uid)
    event.add("rrule", {"freq": "weekly", "interval": hours.weeks} if hours.weeks > 1 else {"freq": "weekly"})
    moved = []
    for each in apart:
        if each.at is None:
            event.add("exdate", hour_of(each.day))
        else:
            other = _event(TITLE, each.at.astimezone(zone), timedelta(minutes=each.minutes), now, uid)
            other.add("recurrence-id", hour_of(each.day))
            moved.append(other)
    return _calendar(event, *moved)


def _file(
    title: str, start: datetime, lasts: timedelta, now: datetime, uid: UUID, rule: dict[str, str] | None
) -> bytes:
    event = _event(title, start, lasts, now, uid)
    if rule:
        event.add("rrule", rule)
    return _calendar(event)


def _event(title: str, start: datetime, lasts: timedelta, now: datetime, uid: UUID) -> "Event":
    from icalendar import Event  # see zone_rules

    event = Event()
    event.add("uid", uid.hex)
    event.add("dtstamp", datetime.combine(now.astimezone(start.tzinfo).date(), time(), UTC))
    event.add("dtstart", start)
    event.add("duration", lasts)
    event.add("summary", NOT_IN_A_CALENDAR.sub("", title))
    event.add("class", "PRIVATE")
    return event


def _calendar(event: "Event", *moved: "Event") -> bytes:
    """The file of an event; of a series with what was moved of it."""
    from icalendar import Calendar

    calendar, start = Calendar(), event["dtstart"].dt
    calendar.add("prodid", "-//calendar//EN")
    calendar.add("version", "2.0")
    if event["dtstart"].params.get("TZID"):  # UTC needs none
        calendar.add_component(zone_component(event["dtstart"].params["TZID"], start.date()))
    for each in (event, *moved):
        calendar.add_component(each)
    return bytes(calendar.to_ical())
