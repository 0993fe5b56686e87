"""The changes of a zone's clocks as a calendar file carries them (VTIMEZONE of RFC 5545).

Where a zone changes its clocks by the same rule every year, the file holds that rule and is right for ever. Where it
does not (Morocco goes by the moon, Egypt by a day that may fall into the next month), the file holds each change of
the years ahead, one by one. Both begin with the change before the first day that is asked for.
"""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

# The library for calendar files is loaded by the first who wants one: it takes a tenth of a worker's memory, and most
# workers never make any.
if TYPE_CHECKING:
    from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

YEARS_ONE_BY_ONE: Final = 10
YEARS_OF_A_RULE: Final = 40  # looked at before a rule is believed: all ways in which days and dates can meet
BEFORE: Final = timedelta(days=400)  # one year's changes lie in it
STEP: Final = timedelta(days=5)  # no zone changes its clocks twice in so short a time
SINCE_EVER: Final = datetime(1970, 1, 1)
DAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")

Rule = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """One change of the clocks: at which instant, from which offset to which, and what the time is called then."""

    at: datetime
    before: timedelta
    after: timedelta
    name: str

    @property
    def wall(self) -> datetime:
        """When it comes, by the clocks before it."""
        return self.at.replace(tzinfo=None) + self.before


@lru_cache(maxsize=64)
def _as_text(name: str, year: int) -> bytes:
    return bytes(_made(name, date(year, 1, 1)).to_ical())


def zone_component(name: str, first: date) -> "Timezone":
    """The zone of this name (one that `ZoneInfo` knows), right from the year of `first` on."""
    from icalendar import Timezone

    return Timezone.from_ical(_as_text(name, first.year).decode())  # type: ignore[return-value]


def _made(name: str, first: date) -> "Timezone":
    zone, begins = ZoneInfo(name), datetime.combine(first, time(), UTC) - BEFORE
    changes = list(_changes(zone, begins, begins + timedelta(days=366 * YEARS_OF_A_RULE)))
    rules = _yearly_rules(changes)
    if rules is None:
        last = begins + BEFORE + timedelta(days=366 * (YEARS_ONE_BY_ONE + 1))  # of any day of the first year
        told = [(change, None) for change in changes if change.at <= last]
    else:
        told = rules
    from icalendar import Timezone

    made = Timezone()
    made.add("tzid", name)
    winter = min((change.after for change, _ in told), default=None)
    if rules is None or not told:
        made.add_component(_part(_since_ever(zone, begins), None, daylight=False))
    for change, rule in told:
        made.add_component(_part(change, rule, daylight=change.after != winter))
    return made


def _changes(zone: ZoneInfo, begins: datetime, ends: datetime) -> Iterator[Change]:
    """Every change of the clocks between two instants."""
    at = begins
    while at < ends:
        before, after = _offset(zone, at), _offset(zone, at + STEP)
        if before != after:
            yield Change(_instant(zone, at, at + STEP), before, after, _name(zone, at + STEP))
        at += STEP


def _instant(zone: ZoneInfo, low: datetime, high: datetime) -> datetime:
    """The first instant after `low` that has the offset of `high`, to the second."""
    old = _offset(zone, low)
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) // 2
        middle -= timedelta(microseconds=middle.microsecond)
        low, high = (middle, high) if _offset(zone, middle) == old else (low, middle)
    return high


def _offset(zone: ZoneInfo, at: datetime) -> timedelta:
    offset = at.astimezone(zone).utcoffset()
    assert offset is not None
    return offset


def _name(zone: ZoneInfo, at: datetime) -> str:
    return at.astimezone(zone).tzname() or ""


def _since_ever(zone: ZoneInfo, at: datetime) -> Change:
    offset = _offset(zone, at)
    return Change(SINCE_EVER.replace(tzinfo=UTC) - offset, offset, offset, _name(zone, at))


def _yearly_rules(changes: list[Change]) -> list[tuple[Change, Rule]] | None:
    """The first change of each kind with the rule that gives all of its kind; None where one follows no rule."""

    def kind(change: Change) -> tuple[timedelta, timedelta, str]:
        return change.before, change.after, change.name

    rules = []
    for _, alike in groupby(sorted(changes, key=lambda change: (kind(change), change.at)), key=kind):
        those = list(alike)
        rule = _yearly_rule([change.wall for change in those])
        if rule is None:
            return None
        rules.append((those[0], rule))
    return rules


def _yearly_rule(walls: list[datetime]) -> Rule | None:
    """The rule after which there is one of these each year and no other; None where there is none."""
    first, years = walls[0], [wall.year for wall in walls]
    if years != list(range(first.year, first.year + len(years))) or len(years) < YEARS_OF_A_RULE - 1:
        return None
    if len({(wall.month, wall.weekday(), wall.time()) for wall in walls}) > 1:
        return None
    days, day = [wall.day for wall in walls], DAYS[first.weekday()]
    rule: Rule = {"freq": "YEARLY", "bymonth": first.month}
    if all(wall.day + 7 > monthrange(wall.year, wall.month)[1] for wall in walls):
        return {**rule, "byday": f"-1{day}"}
    if len({(number - 1) // 7 for number in days}) == 1:
        return {**rule, "byday": f"{(days[0] - 1) // 7 + 1}{day}"}
    if max(days) - min(days) == 6:
        return {**rule, "byday": day, "bymonthday": list(range(min(days), max(days) + 1))}
    return None


def _part(change: Change, rule: Rule | None, *, daylight: bool) -> "TimezoneStandard | TimezoneDaylight":
    from icalendar import TimezoneDaylight, TimezoneStandard

    part = TimezoneDaylight() if daylight else TimezoneStandard()
    part.add("dtstart", change.wall)
    if rule is not None:
        part.add("rrule", rule)
    else:
        part.add("rdate", change.wall)  # the same once more: there are programs that count no onset without it
    part.add("tzoffsetfrom", change.before)
    part.add("tzoffsetto", change.after)
    part.add("tzname", change.name)
    return part
