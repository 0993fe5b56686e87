"""Sessions that come again: what follows from a series, and from what was moved and called off of it."""

from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from ical.calendar_stream import IcsCalendarStream
from icalendar import Calendar

from couples import visibility
from couples.actions import sessions, therapy
from couples.content.refusals import Refused
from couples.models import SessionSeries, TherapySession, User
from couples.visibility import sessions as room
from tests.support import make
from tests.support.couple_and_therapist import Looking, further

pytestmark = pytest.mark.django_db

BERLIN = ZoneInfo("Europe/Berlin")
THURSDAY = datetime(2026, 3, 5, 10, tzinfo=BERLIN)  # three weeks before the clocks change


@further
def it(it: Looking) -> None:
    it.let_in()


def week(n: int, hour: int = 10) -> datetime:
    """The same wall time n weeks after the first."""
    return datetime.combine((THURSDAY + timedelta(weeks=n)).date(), THURSDAY.time().replace(hour=hour), BERLIN)


def weekly(it: Looking, starts_at: datetime = THURSDAY, weeks: int = 1, minutes: int = 60) -> None:
    sessions.set_session(it.pair, starts_at, minutes, weeks=weeks, by=it.faye, at=it.clock.tick())


def ahead(it: Looking, n: int = 4, **also: bool) -> list[datetime]:
    found = visibility.sessions_of(it.faye, it.pair).ahead(it.clock.at, **also)
    return [each.starts_at for each in islice(found, n)]


def over(it: Looking) -> list[datetime]:
    return [each.starts_at for each in visibility.sessions_of(it.faye, it.pair).over(it.clock.at)]


def nth(it: Looking, n: int) -> Any:
    """The n-th session ahead, those that were called off among them."""
    found = visibility.sessions_of(it.faye, it.pair).ahead(it.clock.at, also_called_off=True)
    return next(islice(found, n, None)).id


def until(it: Looking, at: datetime) -> None:
    """Let time pass up to an instant."""
    it.clock.at = at.astimezone(UTC)


@pytest.mark.parametrize("weeks", [1, 2])
def test_a_series_goes_on_until_it_is_changed_and_keeps_its_hour(it: Looking, weeks: int) -> None:
    weekly(it, weeks=weeks)
    assert ahead(it, 6) == [week(n * weeks) for n in range(6)]
    until(it, week(8, hour=11))
    assert over(it) == [week(n) for n in range(8, -1, -weeks)]
    assert TherapySession.objects.count() == 1, "nothing has to be written as it goes on"


def test_one_is_moved_and_one_called_off_and_all_others_stay(it: Looking) -> None:
    weekly(it)
    sessions.move_session(nth(it, 1), it.pair, week(1, hour=16), 90, by=it.faye, at=it.clock.tick())
    sessions.call_off_one(nth(it, 2), it.pair, by=it.faye, at=it.clock.tick())
    assert ahead(it) == [week(0), week(1, hour=16), week(3), week(4)]
    assert ahead(it, also_called_off=True) == [week(0), week(1, hour=16), week(2), week(3)]
    sessions.move_session(nth(it, 2), it.pair, week(2), 60, by=it.faye, at=it.clock.tick())
    assert ahead(it) == [week(0), week(1, hour=16), week(2), week(3)], "it is on again"


def test_moved_to_another_week_it_is_there_once(it: Looking) -> None:
    weekly(it)
    sessions.move_session(nth(it, 0), it.pair, week(1, hour=16), 60, by=it.faye, at=it.clock.tick())
    assert ahead(it, 3) == [week(1), week(1, hour=16), week(2)]
    sessions.move_session(nth(it, 1), it.pair, week(0, hour=9), 60, by=it.faye, at=it.clock.tick())
    assert ahead(it, 3) == [week(0, hour=9), week(1), week(2)]
    until(it, week(1, hour=12))
    assert over(it) == [week(1), week(0, hour=9)]


def test_the_last_session_is_the_last_whose_hour_has_passed_and_that_was_not_called_off(it: Looking) -> None:
    weekly(it)
    until(it, week(2, hour=12))
    sessions.call_off_one(nth(it, 0), it.pair, by=it.faye, at=it.clock.tick())
    until(it, week(3) + timedelta(minutes=30))
    assert over(it)[0] == week(2), "the one of this week was called off"
    until(it, week(4) + timedelta(minutes=30))
    assert over(it)[0] == week(2), "this one is on still"
    until(it, week(4) + timedelta(minutes=60))
    assert over(it)[0] == week(4)


def test_a_change_of_the_series_changes_nothing_that_has_been(it: Looking) -> None:
    weekly(it)
    until(it, week(2) + timedelta(minutes=10))
    monday = week(3) - timedelta(days=3)
    weekly(it, monday.replace(hour=17), weeks=2)
    assert ahead(it, 3) == [week(2), monday.replace(hour=17), (monday + timedelta(weeks=2)).replace(hour=17)]
    until(it, week(4))
    assert over(it) == [monday.replace(hour=17), week(2), week(1), week(0)]


def test_one_that_was_moved_beyond_the_change_leaves_no_session_on_its_old_day(it: Looking) -> None:
    weekly(it)
    sessions.move_session(nth(it, 0), it.pair, week(0) + timedelta(days=5), 60, by=it.faye, at=it.clock.tick())
    until(it, week(0) + timedelta(days=1))
    weekly(it, week(2, hour=17))
    assert over(it) == [] and ahead(it, 2) == [week(2, hour=17), week(3, hour=17)]


def test_a_single_session_takes_the_place_of_a_series_and_the_other_way_round(it: Looking) -> None:
    weekly(it)
    weekly(it, week(1, hour=9), weeks=0)
    assert ahead(it) == [week(1, hour=9)]
    weekly(it, week(1, hour=8), weeks=2)
    assert ahead(it, 2) == [week(1, hour=8), week(3, hour=8)]
    sessions.call_off_sessions(it.pair, by=it.faye, at=it.clock.tick())
    assert ahead(it) == []


def test_the_same_series_sent_twice_is_one(it: Looking) -> None:
    weekly(it)
    sessions.call_off_one(nth(it, 1), it.pair, by=it.faye, at=it.clock.tick())
    weekly(it)
    assert SessionSeries.objects.count() == 1 and ahead(it, 2) == [week(0), week(2)]


def test_what_is_over_is_neither_moved_nor_called_off(it: Looking) -> None:
    weekly(it)
    first = nth(it, 0)
    until(it, week(0, hour=12))
    with pytest.raises(Refused, match="stale"):
        sessions.move_session(first, it.pair, week(5), 60, by=it.faye, at=it.clock.tick())
    for _twice in range(2):
        sessions.call_off_one(first, it.pair, by=it.faye, at=it.clock.tick())
    assert over(it) == [week(0)]


def test_the_database_holds_one_series_of_a_therapist_with_a_pair(it: Looking) -> None:
    weekly(it)
    row = SessionSeries.objects.get()
    row.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save(force_insert=True)


def test_a_card_that_is_taken_back_ends_the_series(it: Looking) -> None:
    weekly(it)
    until(it, week(1, hour=12))
    therapy.take_card_back(by=it.faye, at=it.clock.tick())
    assert ahead(it) == [] and over(it) == [week(1), week(0)]


# --- In a calendar ---


def events(it: Looking, who: User) -> list[Any]:
    url = f"{it.room}calendar/" if who == it.faye else f"/agenda/{nth(it, 0)}/calendar/"
    return list(Calendar.from_ical(it.get(who, url).content).walk("VEVENT"))


def test_the_file_has_the_series_with_what_was_moved_and_called_off(it: Looking) -> None:
    User.objects.filter(pk=it.ben.pk).update(time_zone="America/New_York")
    weekly(it, weeks=2)
    sessions.move_session(nth(it, 1), it.pair, week(2, hour=16), 90, by=it.faye, at=it.clock.tick())
    sessions.call_off_one(nth(it, 2), it.pair, by=it.faye, at=it.clock.tick())
    for who in (it.faye, it.ada, it.ben):
        series, moved = events(it, who)
        assert series["dtstart"].dt == week(0) and series["rrule"].to_ical() == b"FREQ=WEEKLY;INTERVAL=2"
        assert series["dtstart"].params["TZID"] == "Europe/Berlin", "by the clocks of the series, whose hour it keeps"
        assert [each.dt for each in series["exdate"].dts] == [week(4)]
        assert (moved["recurrence-id"].dt, moved["dtstart"].dt) == (week(2), week(2, hour=16))
        assert series["uid"] == moved["uid"] and str(series["summary"]) == "Time kept"
        assert not any(name in str(events(it, who)) for name in ("Ada", "Ben", "Faye", "herap"))


def test_a_program_of_another_make_reads_the_same_hours_for_ten_years(it: Looking) -> None:
    weekly(it)
    sessions.call_off_one(nth(it, 1), it.pair, by=it.faye, at=it.clock.tick())
    sessions.move_session(nth(it, 2), it.pair, week(2, hour=16), 60, by=it.faye, at=it.clock.tick())
    file = it.get(it.faye, f"{it.room}calendar/").content.decode()
    read = [each.dtstart for each in islice(IcsCalendarStream.calendar_from_ics(file).timeline, 522)]
    assert read == ahead(it, 522) and read[-1].year == 2036


def test_after_every_change_a_calendar_knows_it_as_the_same_event(it: Looking) -> None:
    weekly(it, week(0), weeks=0)
    known = {who: events(it, who)[0]["uid"] for who in (it.faye, it.ada, it.ben)}
    assert len(set(known.values())) == 3
    for weeks, n in ((1, 1), (2, 2), (0, 2), (1, 3)):
        weekly(it, week(n, hour=9), weeks=weeks)
        assert {who: events(it, who)[0]["uid"] for who in known} == known
    until(it, week(4, hour=12))
    weekly(it, week(6), weeks=2)
    assert {who: events(it, who)[0]["uid"] for who in known} == known


# --- Many couples ---


def test_what_a_list_of_all_couples_knows_is_what_each_page_knows(it: Looking) -> None:
    others = [make.pair(make.person(f"P{n}"), make.person(f"Q{n}"), it.clock) for n in range(3)]
    weekly(it)
    sessions.set_session(others[0], week(0, hour=15), 60, by=it.faye, at=it.clock.tick())
    sessions.set_session(others[1], week(0, hour=15), 60, weeks=2, by=it.faye, at=it.clock.tick())
    for at in (week(0), week(0, hour=12), week(0, hour=17), week(1), week(9)):
        until(it, at)
        every = visibility.sessions_with_all(it.faye, it.clock.at)
        over = room._met(it.faye.pk, it.clock.at - room.LONGEST_SESSION)
        met = {pair.pk for pair in type(it.pair).objects.annotate(met=over) if pair.met}
        for pair in (it.pair, *others):
            alone, listed = visibility.sessions_of(it.faye, pair), every.get(pair.pk)
            assert (listed.next_one(it.clock.at) if listed else None) == alone.next_one(it.clock.at)
            was = pair.pk in met or bool(listed and listed.last_one(it.clock.at))
            assert was == (alone.last_one(it.clock.at) is not None), at
