"""One hour every week, or every second week, by the clocks of one zone: it keeps its hour when they change."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Weekly:
    """The hours of a series, from its first day on and without an end. `weeks` lie between two of them."""

    first: date
    at_hour: time
    zone: str
    weeks: int

    def hour_of(self, day: date) -> datetime:
        """The instant at which its hour begins on one of its days, in UTC."""
        return datetime.combine(day, self.at_hour, ZoneInfo(self.zone)).astimezone(UTC)

    def days_from(self, at: datetime) -> Iterator[date]:
        """Its days whose hour begins at or after an instant, soonest first. There is no last one."""
        n = max(0, self._number_of(at) - 1)
        while True:
            day = self._day(n)
            if self.hour_of(day) >= at:
                yield day
            n += 1

    def days_until(self, at: datetime) -> Iterator[date]:
        """Its days whose hour begins before an instant, newest first."""
        numbers = range(self._number_of(at) + 1, -1, -1)
        return (day for day in map(self._day, numbers) if self.hour_of(day) < at)

    def _number_of(self, at: datetime) -> int:
        """About how many of its hours lie before an instant: at most one too few or too many."""
        return max(0, (at.astimezone(ZoneInfo(self.zone)).date() - self.first).days // (7 * self.weeks))

    def _day(self, n: int) -> date:
        return self.first + timedelta(weeks=n * self.weeks)
