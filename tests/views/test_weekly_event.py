"""An hour in one's own calendar: a file that calendars understand, that names nobody and leaves nothing here."""

from datetime import UTC, datetime, time
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar, Event

from couples.lib import icalendar_file
from couples.models import User
from tests.support import make
from tests.support.couple_and_therapist import Looking
from tests.support.page_reader import Reading, telling_words

pytestmark = pytest.mark.django_db

PAGE = "/me/hour/"
CHOSEN = {"day": "3", "begins": "20:00", "title": "Time kept"}
MONDAY = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)  # 13:00 in Berlin


def event_of(made: bytes) -> Event:
    (event,) = Calendar.from_ical(made).walk("VEVENT")
    return event


def weekly(weekday: int, begins: time, zone: str = "Europe/Berlin", now: datetime = MONDAY) -> Event:
    return event_of(icalendar_file.weekly("Time kept", weekday, begins, zone, now, uid=uuid4()))


def test_the_file_holds_one_hour_every_week(it: Looking) -> None:
    answer = it.post(it.ada, PAGE, **CHOSEN)
    event = event_of(answer.content)
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert (event["summary"], event["rrule"].to_ical()) == ("Time kept", b"FREQ=WEEKLY")
    assert event["dtstart"].dt.weekday() == 3 and event["dtstart"].dt.hour == 20
    assert event["duration"].dt.total_seconds() == 3600


@given(
    weekday=st.integers(0, 6),
    begins=st.times().map(lambda found: found.replace(minute=found.minute // 15 * 15, second=0, microsecond=0)),
    zone=st.sampled_from(["Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Pacific/Apia", "Pacific/Honolulu"]),
    now=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),
)
def test_it_begins_with_the_first_one_ahead(weekday, begins, zone, now) -> None:
    start = weekly(weekday, begins, zone, now)["dtstart"].dt
    assert (start.weekday(), start.time()) == (weekday, begins)
    assert now < start and (start.date() - now.astimezone(ZoneInfo(zone)).date()).days <= 7


def test_it_stays_at_its_hour_when_the_clocks_change(it: Looking) -> None:
    made = icalendar_file.weekly("Time kept", 3, time(20), "Europe/Berlin", MONDAY, uid=uuid4())
    zone = next(iter(Calendar.from_ical(made).walk("VTIMEZONE"))).to_tz()
    in_winter, in_summer = (datetime(2026, month, 5, 20, tzinfo=zone).utcoffset() for month in (3, 8))
    assert in_winter is not None and in_summer is not None
    assert (in_summer - in_winter).total_seconds() == 3600


def test_the_file_names_nobody_and_tells_no_time_finer_than_a_day(it: Looking) -> None:
    answer = it.post(it.ada, PAGE, **CHOSEN)
    made = answer.content.decode()
    for word in ("Ada", "Grace", "trust", "Trust", "http", "@"):
        assert word not in made
    assert event_of(answer.content)["dtstamp"].dt.time() == time()
    assert not telling_words(made)
    assert 'filename="calendar.ics"' in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_same_hour_is_the_same_event_and_another_hour_another(it: Looking) -> None:
    def uid(who: User, **chosen: str) -> str:
        return str(event_of(it.post(who, PAGE, **CHOSEN | chosen).content)["uid"])

    first = uid(it.ada)
    it.clock.tick(days=40)
    assert uid(it.ada, title="Tea") == first
    assert len({first, uid(it.ada, day="4"), uid(it.ada, begins="20:15"), uid(it.ben)}) == 4


def test_control_characters_stay_out_of_a_calendar(it: Looking) -> None:
    made = it.post(it.ada, PAGE, **CHOSEN | {"title": "Te\x08a\x1b 🫩"}).content
    assert event_of(made)["summary"] == "Tea 🫩"


def test_signs_of_the_format_in_a_title_stay_words(it: Looking) -> None:
    title = "A; B, C\\nEND:VEVENT é 月"
    assert event_of(it.post(it.ada, PAGE, **CHOSEN | {"title": title}).content)["summary"] == title


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"day": "9"}, "Please choose a day of the week."),
        ({"begins": "25:00"}, "Please choose a time from the list."),
        ({"title": ""}, "Please write a few words."),
        ({"title": "x" * 61}, "at most 60 characters"),
        ({"begins": ""}, "Choose a time."),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_lost(it: Looking, sent: dict[str, str], said: str) -> None:
    answer = it.post(it.ada, PAGE, **CHOSEN | sent)
    page = answer.content.decode()
    assert answer.status_code == 200 and said in Reading(page).main
    if "title" not in sent:
        assert 'value="Time kept"' in page


def test_nothing_of_it_is_kept(it: Looking) -> None:
    with CaptureQueriesContext(connection) as asked:
        it.post(it.ada, PAGE, **CHOSEN)
    kept = [one["sql"] for one in asked if one["sql"].startswith(("INSERT", "UPDATE"))]
    assert kept and all("session" in sql.split("(")[0].split(" SET")[0] for sql in kept), kept


def test_somebody_without_a_pair_has_it_too(it: Looking) -> None:
    alone = make.person("Mary")
    assert it.post(alone, PAGE, **CHOSEN).headers["Content-Type"].startswith("text/calendar")
