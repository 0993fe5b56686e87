"""Sessions: those a therapist sets one by one, those that come every week or second week, and when each of them is.

Of a series the hour is stored, its first session, and those that were moved or called off. All others follow from it,
so that what is set once needs nothing that goes on writing.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from heapq import merge
from itertools import islice, takewhile
from typing import ClassVar
from uuid import UUID

from django.db import models

from couples.lib.ids import keyed_id, random_id
from couples.lib.weekly import Weekly
from couples.models.people import Pair, User

EVERY_WEEK, EVERY_SECOND_WEEK = 1, 2
SOUGHT_AMONG = 60  # of a series: on either side of now, where one is looked for by its id


class SessionSeries(models.Model):
    """The same hour every week, or every second week, until it is changed: both partners see it, alike.

    A change ends the series and begins another under the same `event`. The hour is by the clocks that the therapist
    went by when it was set.
    """

    id = models.UUIDField(primary_key=True, default=random_id, editable=False)
    event = models.UUIDField(default=random_id)  # by which a calendar knows it again after a change
    pair = models.ForeignKey(Pair, on_delete=models.CASCADE, related_name="+")
    therapist = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    first = models.DateField()
    at_hour = models.TimeField()
    zone = models.CharField(max_length=64)
    weeks = models.PositiveSmallIntegerField()
    minutes = models.PositiveSmallIntegerField()
    ended_at = models.DateTimeField(null=True)  # what had begun by then was a session

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["pair", "therapist"],
                condition=models.Q(ended_at__isnull=True),
                name="one_series_of_a_therapist_with_a_pair",
            ),
            models.CheckConstraint(
                condition=models.Q(weeks__in=[EVERY_WEEK, EVERY_SECOND_WEEK]), name="a_series_is_weekly_or_fortnightly"
            ),
        ]

    pair_id: UUID
    therapist_id: UUID

    def __str__(self) -> str:
        return f"series {self.pk}"

    @property
    def weekly(self) -> Weekly:
        """Its hours, as if it had no end."""
        return Weekly(self.first, self.at_hour, self.zone, self.weeks)

    def session_on(self, day: date) -> "Session":
        """Its session of one of its days, where nothing else was set for it."""
        starts_at = self.weekly.hour_of(day)
        pk = keyed_id("session", self.pk.hex, day.isoformat())
        return Session(pk, self.event, self.pair_id, self.therapist_id, starts_at, self.minutes, self, day)

    def goes_on_at(self, at: datetime) -> bool:
        """Whether it has not ended by an instant."""
        return self.ended_at is None or self.ended_at > at


class TherapySession(models.Model):
    """A session that a therapist has set with a couple. Both partners see it, alike, while both admit the therapist.

    Of a series the first one has a row, by which the series is found, and each that was moved or called off, in place
    of the one on its day.
    """

    id = models.UUIDField(primary_key=True, default=random_id, editable=False)
    pair = models.ForeignKey(Pair, on_delete=models.CASCADE, related_name="+")
    therapist = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField()
    series = models.ForeignKey(SessionSeries, on_delete=models.CASCADE, related_name="+", null=True)
    day = models.DateField(null=True)  # of the series
    called_off = models.BooleanField(default=False, db_default=False)  # one of a series; a single one is deleted

    class Meta:
        indexes: ClassVar = [models.Index(fields=["therapist", "pair", "-starts_at"], name="sessions_newest_first")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["series", "day"], name="one_session_on_a_day_of_a_series"),
            models.CheckConstraint(
                condition=models.Q(series__isnull=True, day__isnull=True, called_off=False)
                | models.Q(series__isnull=False, day__isnull=False),
                name="a_day_of_a_series_has_both",
            ),
        ]

    pair_id: UUID
    therapist_id: UUID
    series_id: UUID | None

    def __str__(self) -> str:
        return f"session {self.pk}"

    @property
    def ends_at(self) -> datetime:
        """When it is over."""
        return self.starts_at + timedelta(minutes=self.minutes)


@dataclass(frozen=True, slots=True)
class Session:
    """One session: when it is, with whom, and of which series, if of one."""

    id: UUID
    event: UUID
    pair_id: UUID
    therapist_id: UUID
    starts_at: datetime
    minutes: int
    series: SessionSeries | None = None
    day: date | None = None  # of the series: its own, where it was moved
    called_off: bool = False

    @property
    def ends_at(self) -> datetime:
        """When it is over."""
        return self.starts_at + timedelta(minutes=self.minutes)


@dataclass(slots=True)
class Sessions:
    """Sessions of one therapist with one pair, or of several, as rows and series say. Nothing here asks a database."""

    rows: Iterable[TherapySession]  # with their series
    _stored: list[Session] = field(init=False)
    _series: list[SessionSeries] = field(init=False)
    _set_apart: set[tuple[UUID, date]] = field(init=False)  # days of a series that have a row

    def __post_init__(self) -> None:
        rows = list(self.rows)
        self._series = list({row.series.pk: row.series for row in rows if row.series is not None}.values())
        self._stored = [_session_of(row) for row in rows]
        self._set_apart = {(row.series_id, row.day) for row in rows if row.series_id and row.day}

    def ahead(self, at: datetime, *, also_called_off: bool = False) -> Iterator[Session]:
        """Those that are not over yet, soonest first; of a series without an end there is no last one."""
        stored = [each for each in self._stored if each.ends_at > at]
        stored = [each for each in stored if not each.called_off or also_called_off and _goes_on(each, at)]
        derived = [self._derived_from(series, at) for series in self._series]
        return merge(sorted(stored, key=_when), *derived, key=_when)

    def over(self, at: datetime) -> Iterator[Session]:
        """Those whose hour has passed and that were not called off, newest first."""
        stored = [each for each in self._stored if each.ends_at <= at and not each.called_off]
        derived = [self._derived_until(series, at) for series in self._series]
        return merge(sorted(stored, key=_when, reverse=True), *derived, key=_when, reverse=True)

    def next_one(self, at: datetime) -> Session | None:
        """The one that is on, or comes next."""
        return next(self.ahead(at), None)

    def to_come(self, at: datetime) -> Session | None:
        """The next one that has not begun."""
        return next((each for each in self.ahead(at) if each.starts_at > at), None)

    def last_one(self, at: datetime) -> Session | None:
        """The last one whose hour has passed and that was not called off."""
        return next(self.over(at), None)

    def set_apart(self, series: SessionSeries, at: datetime) -> list[Session]:
        """Those of a series that were moved or called off and whose hour, as it was or as it is now, is to come."""
        of_it = (each for each in self._stored if each.series is not None and each.series.pk == series.pk)
        told = ((each, series.session_on(each.day)) for each in of_it if each.day is not None)
        return [
            each
            for each, usual in told
            if max(each.starts_at, usual.starts_at) > at
            if (each.called_off, each.starts_at, each.minutes) != (False, usual.starts_at, usual.minutes)
        ]

    def of_id(self, wanted: UUID, at: datetime) -> Session | None:
        """One of them by its id, among those not far from now."""
        near = islice(self.ahead(at, also_called_off=True), SOUGHT_AMONG), islice(self.over(at), SOUGHT_AMONG)
        return next((each for some in near for each in some if each.id == wanted), None)

    def _derived_from(self, series: SessionSeries, at: datetime) -> Iterator[Session]:
        days = series.weekly.days_from(at - timedelta(minutes=series.minutes))
        told = (series.session_on(day) for day in days)
        going = takewhile(lambda each: series.goes_on_at(each.starts_at), told)
        return (each for each in going if each.ends_at > at and not self._is_set_apart(each))

    def _derived_until(self, series: SessionSeries, at: datetime) -> Iterator[Session]:
        told = (series.session_on(day) for day in series.weekly.days_until(series.ended_at or at))
        return (each for each in told if each.ends_at <= at and not self._is_set_apart(each))

    def _is_set_apart(self, session: Session) -> bool:
        return session.series is not None and (session.series.pk, session.day) in self._set_apart


def _goes_on(session: Session, at: datetime) -> bool:
    return session.series is not None and session.series.goes_on_at(at)


def _when(session: Session) -> tuple[datetime, UUID]:
    return session.starts_at, session.id


def _session_of(row: TherapySession) -> Session:
    series, day = row.series, row.day
    if series is None or day is None:
        return Session(row.pk, row.pk, row.pair_id, row.therapist_id, row.starts_at, row.minutes)
    return replace(
        series.session_on(day), id=row.pk, starts_at=row.starts_at, minutes=row.minutes, called_off=row.called_off
    )
