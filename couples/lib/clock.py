"""The one clock. It is read once per request (`request.now`) and handed on from there; SQL `now()` never is."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from couples.lib.days import moment_in_words


def now() -> datetime:
    """The present instant, aware, in UTC."""
    return datetime.now(UTC)


def day_of(at: datetime, zone: str) -> date:
    """The calendar day of an instant in a time zone."""
    return at.astimezone(ZoneInfo(zone)).date()


def week_of(day: date) -> date:
    """The Monday of the week that a day lies in."""
    return day - timedelta(days=day.weekday())


def describe_instant(at: datetime, zone: str) -> str:
    """An instant by the clocks of a zone, in words: "Thursday 3 December 2026, 10:00"."""
    local = at.astimezone(ZoneInfo(zone))
    return moment_in_words(local)
