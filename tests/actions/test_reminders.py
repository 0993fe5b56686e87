"""Reminders to oneself: at the chosen hour, once, without a word of anything, whatever the mail server does."""

import threading
from datetime import UTC, datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail
from django.core.management import CommandError, call_command
from django.db import connection, connections
from hypothesis import given
from hypothesis import strategies as st

from couples.actions import erasure, profile, reminders
from couples.models import Reminder, User
from tests.support import make
from tests.support.page_reader import TELLING, Reading
from tests.support.serving_role import as_serving_role

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)  # 13:00 in Berlin
PAGE = "/me/reminder/"


def remind(who: User, *days: int, hour: int = 18, at: datetime = MONDAY) -> Reminder:
    reminders.set_reminder(days, hour, by=who, at=at)
    return Reminder.objects.get(person=who)


def run(at: datetime) -> str:
    out = StringIO()
    with time_machine.travel(at, tick=False), as_serving_role():
        call_command("send_due", stdout=out)
    return out.getvalue()


# --- When ---


def test_it_comes_on_the_chosen_days_at_the_chosen_hour_of_ones_own_clock(ada) -> None:
    remind(ada, 0, 3)
    came = []
    for hours in range(24 * 14):
        before = len(mail.outbox)
        at = MONDAY + timedelta(hours=hours)
        run(at)
        came += [at.astimezone(ZoneInfo("Europe/Berlin")).strftime("%a %H")] * (len(mail.outbox) - before)
    assert came == ["Mon 18", "Thu 18"] * 2


def test_it_stays_at_its_hour_when_the_clocks_change(ada) -> None:
    kept = remind(ada, 5, 6, hour=9, at=datetime(2026, 3, 27, 12, 0, tzinfo=UTC))
    first = kept.next_at
    second = kept.after(first)
    assert (second - first) == timedelta(hours=23)  # 29 March 2026


@given(
    days=st.sets(st.integers(0, 6), min_size=1),
    hour=st.integers(0, 23),
    zone=st.sampled_from(
        ["Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Pacific/Apia", "Australia/Lord_Howe"]
    ),
    at=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),
)
def test_the_next_one_is_the_first_chosen_hour_ahead(days, hour, zone, at) -> None:
    kept = Reminder(person=User(time_zone=zone), days="".join(map(str, days)), hour=hour)
    then = kept.after(at)
    assert at < then <= at + timedelta(days=8)
    assert then.weekday() in days
    assert then.hour == hour


def test_who_moves_is_reminded_by_the_new_clock(ada) -> None:
    remind(ada, 0)
    profile.live_in_zone("America/New_York", by=ada, at=MONDAY)
    assert Reminder.objects.get().next_at == datetime(2026, 3, 2, 23, 0, tzinfo=UTC)


# --- Once, and not lost ---


def test_running_twice_sends_once(ada) -> None:
    remind(ada, 0)
    for minutes in (0, 0, 1, 50):
        run(MONDAY + timedelta(hours=5, minutes=minutes))
    assert len(mail.outbox) == 1


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_send_once(transactional_db) -> None:
    for n in range(8):
        remind(make.person(f"P{n}"), 0)
    at, together = MONDAY + timedelta(hours=6), threading.Barrier(3)
    sent: list[int] = []

    def one() -> None:
        together.wait()
        try:
            sent.append(reminders.send_due(at).sent)
        finally:
            connections.close_all()

    runs = [threading.Thread(target=one) for _ in range(3)]
    for each in runs:
        each.start()
    for each in runs:
        each.join()
    assert sum(sent) == len(mail.outbox) == len({letter.to[0] for letter in mail.outbox}) == 8


def test_a_mail_server_that_is_down_loses_nothing_and_repeats_nothing(ada, settings) -> None:
    remind(ada, 0)
    remind(make.person("Ben"), 0)
    up = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = (
        "django.core.mail.backends.smtp.EmailBackend",
        "127.0.0.1",
        9,  # nobody listens there
    )
    for minutes in (0, 5, 10):
        with pytest.raises(CommandError, match="did not take 2"):
            run(MONDAY + timedelta(hours=5, minutes=minutes))
    settings.EMAIL_BACKEND = up
    run(MONDAY + timedelta(hours=5, minutes=15))
    run(MONDAY + timedelta(hours=5, minutes=20))
    assert sorted(letter.to[0] for letter in mail.outbox) == ["ada@example.test", "ben@example.test"]


def test_a_late_run_sends_one_on_the_same_day_and_none_on_another(ada) -> None:
    remind(ada, *range(7))
    run(MONDAY + timedelta(hours=10))
    assert len(mail.outbox) == 1
    run(MONDAY + timedelta(days=9))  # it was not run for days: what they missed does not pour in at noon
    assert len(mail.outbox) == 1
    run(MONDAY + timedelta(days=9, hours=5))
    assert len(mail.outbox) == 2


def test_a_run_that_was_cut_off_repeats_nothing(ada) -> None:
    kept = remind(ada, *range(7))
    Reminder.objects.filter(pk=kept.pk).update(claimed_at=kept.next_at)
    run(kept.next_at + timedelta(minutes=5))
    run(kept.next_at + timedelta(minutes=30))
    assert not mail.outbox
    run(kept.next_at + timedelta(days=1))
    assert len(mail.outbox) == 1


# --- What it says, and to whom ---


def test_the_mail_says_nothing_and_names_nobody(ada, settings) -> None:
    clock = make.Clock()
    make.pair(ada, make.person("Ben"), clock)
    make.boundary(ada, clock, "Quillwort by the harbour wall.")
    remind(ada, 0)
    run(MONDAY + timedelta(hours=5))
    (letter,) = mail.outbox
    assert letter.to == [ada.email] and not letter.cc and not letter.bcc
    assert letter.subject == f"{settings.SITE_NAME}: Reminder"
    assert letter.body == f"{reminders.WORDS}\n\n{settings.SITE_NAME}\n"
    text = (letter.subject + letter.body).lower()
    assert not [word for word in (*TELLING, "ada", "ben", "quillwort", "http", "partner") if word in text]
    assert letter.from_email == settings.DEFAULT_FROM_EMAIL


def test_whoever_closed_their_account_gets_none(ada) -> None:
    remind(ada, 0)
    erasure.schedule_erasure("K7QM-4XPD", by=ada, at=MONDAY)
    run(MONDAY + timedelta(hours=5))
    assert not mail.outbox
    erasure.erase_account(by=ada, at=MONDAY + timedelta(days=8))
    assert not Reminder.objects.exists()


# --- The page ---


def test_days_and_hour_are_kept_and_shown_and_none_ends_it(client, ada) -> None:
    client.force_login(ada)
    assert client.post(PAGE, {"days": ["2", "4"], "hour": "7"}).url == PAGE
    kept = Reminder.objects.get()
    assert (kept.days, kept.hour) == ("24", 7)
    text = client.get(PAGE).content.decode()
    assert text.count(" checked") == 2 and '<option value="7" selected>07:00' in text
    client.post(PAGE, {"hour": "7"})
    assert not Reminder.objects.exists()


def test_the_page_shows_the_whole_mail_before(client, ada, settings) -> None:
    client.force_login(ada)
    main = Reading(client.get(PAGE).content.decode()).main
    assert reminders.WORDS in main and f"{settings.SITE_NAME}: Reminder" in main and ada.email in main


@pytest.mark.parametrize(
    "sent",
    [{"days": ["7"], "hour": "7"}, {"days": ["x"], "hour": "7"}, {"days": ["1"], "hour": "24"}, {"days": ["1"]}]
    + [{"days": ["\x00"], "hour": "7"}, {"days": ["1"], "hour": "-1"}, {"days": ["1"], "hour": "١"}],
)
def test_what_cannot_be_is_refused_kindly_and_nothing_changes(client, ada, sent) -> None:
    remind(ada, 0)
    client.force_login(ada)
    assert client.post(PAGE, sent).status_code == 200
    assert (Reminder.objects.get().days, Reminder.objects.get().hour) == ("0", 18)


def test_sending_reads_no_words(ada) -> None:
    remind(ada, 0)
    with connection.execute_wrapper(_only_reminders):
        reminders.send_due(MONDAY + timedelta(hours=5))


def _only_reminders(execute, sql, params, many, context):
    assert not any(table in sql for table in ("couples_record", "couples_revision", "couples_yes", "couples_seat"))
    return execute(sql, params, many, context)
