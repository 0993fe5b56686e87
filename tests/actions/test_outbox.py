"""Mail waits in the database and is sent after the answer: no page shows, or waits for, what the mail server does."""

import logging
import smtplib
import threading
import time
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, connections, transaction
from django.test import Client

from couples.actions import outbox
from couples.lib import background, clock
from couples.models import Record, WaitingMail
from couples.row_security import session
from tests.support import make
from tests.support.serving_role import as_serving_role

pytestmark = pytest.mark.django_db

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
CANARY = "a-code-that-stands-nowhere-else"
ADDRESS = "mara-canary@example.test"
FORMS = {
    "sign up": ("/accounts/signup/", {"password1": "a quiet lamp on the stairs", "shown_name": "Mara"}),
    "sign up with a passkey": ("/accounts/signup/passkey/", {"shown_name": "Mara", "able": "yes"}),
    "reset": ("/accounts/password/reset/", {}),
}


class Server(BaseEmailBackend):
    """A mail server that does what a test tells it."""

    problem: Exception | None = None
    seconds = 0.0
    taken: list[EmailMessage] = []
    tried = 0

    def send_messages(self, messages) -> int:
        """Take them, refuse them, or hang."""
        Server.tried += 1
        time.sleep(self.seconds)
        if Server.problem is not None:
            raise Server.problem
        Server.taken += messages
        return len(messages)


@pytest.fixture
def server(settings) -> type[Server]:
    Server.problem, Server.seconds, Server.taken, Server.tried = None, 0.0, [], 0
    settings.EMAIL_BACKEND = f"{__name__}.Server"
    return Server


@pytest.fixture
def nobody_sends(monkeypatch) -> None:
    monkeypatch.setattr(outbox, "send_soon", lambda: None)


def hand_in(at: datetime = AT, **other: object) -> None:
    outbox.hand_in(EmailMessage("Two Threads: Your code", CANARY, "place@example.org", [ADDRESS]), at=at, **other)


PROBLEMS = {
    "down": ConnectionRefusedError(111, "refused"),
    "no such name": OSError(-2, "Name or service not known"),
    "hangs": TimeoutError("timed out"),
    "disconnects": smtplib.SMTPServerDisconnected("Connection unexpectedly closed"),
    "4xx": smtplib.SMTPRecipientsRefused({ADDRESS: (451, b"greylisted " + ADDRESS.encode())}),
    "5xx": smtplib.SMTPRecipientsRefused({ADDRESS: (550, b"no such user " + ADDRESS.encode())}),
    "sender": smtplib.SMTPSenderRefused(553, b"not yours " + ADDRESS.encode(), "place@example.org"),
    "data": smtplib.SMTPDataError(554, b"spam for " + ADDRESS.encode()),
    "password": smtplib.SMTPAuthenticationError(535, b"wrong"),
    "letters": UnicodeEncodeError("ascii", ADDRESS, 0, 1, "ordinal not in range"),
}


# --- Pages ---


@pytest.mark.parametrize("form", list(FORMS))
@pytest.mark.parametrize("problem", list(PROBLEMS))
def test_whatever_the_server_says_the_answer_is_the_same_for_known_and_unknown(server, caplog, problem, form) -> None:
    make.person("Ada")
    server.problem = PROBLEMS[problem]
    url, sent = FORMS[form]
    answers = set()
    for address in ("ada@example.test", ADDRESS):
        answer = Client().post(url, {"email": address, **sent})
        answers.add((answer.status_code, answer.url))
    assert len(answers) == 1
    assert server.tried
    assert ADDRESS not in caplog.text and "ada@" not in caplog.text


def test_a_sign_up_that_no_mail_left_is_no_half_account(server) -> None:
    """The code is on its way, and a new one can be asked for on the same page."""
    server.problem = PROBLEMS["down"]
    url, sent = FORMS["sign up"]
    client = Client()
    client.post(url, {"email": ADDRESS, **sent})
    server.problem = None
    outbox.send_waiting(clock.now() + timedelta(minutes=1))
    code = server.taken[-1].body.split()[2]
    assert client.post("/accounts/confirm-email/", {"code": code}).url == "/today/"


@pytest.mark.parametrize("form", list(FORMS))
def test_an_unknown_address_is_written_down_and_gets_nothing(server, monkeypatch, form) -> None:
    monkeypatch.setattr(outbox, "send_soon", lambda: None)
    url, sent = FORMS[form]
    Client().post(url, {"email": ADDRESS, **sent})
    assert WaitingMail.objects.count() == 1
    outbox.send_waiting(clock.now())
    assert [message.to for message in server.taken] == ([] if form == "reset" else [[ADDRESS]])
    assert not WaitingMail.objects.exists()


# --- Sending ---


def test_what_was_sent_is_erased(server, nobody_sends) -> None:
    hand_in()
    assert outbox.send_waiting(AT).sent == 1
    assert [message.body for message in server.taken] == [CANARY]
    assert not WaitingMail.objects.exists()
    assert outbox.send_waiting(AT).sent == 0


@pytest.mark.parametrize("problem", sorted(set(PROBLEMS) - {"5xx"}))
def test_what_was_not_taken_is_tried_again_until_it_is(server, nobody_sends, problem) -> None:
    hand_in()
    server.problem = PROBLEMS[problem]
    for seconds in (0, 10, 30, 70, 130):
        assert outbox.send_waiting(AT + timedelta(seconds=seconds)).waiting == 1
    assert outbox.send_waiting(AT + timedelta(seconds=131)).waiting == 0  # not at once
    server.problem = None
    assert outbox.send_waiting(AT + timedelta(seconds=190)).sent == 1
    assert [message.to for message in server.taken] == [[ADDRESS]]


def test_a_recipient_that_is_refused_for_good_is_dropped(server, nobody_sends, caplog) -> None:
    hand_in()
    server.problem = PROBLEMS["5xx"]
    outbox.send_waiting(AT)
    assert not WaitingMail.objects.exists()
    assert "for good" in caplog.text and ADDRESS not in caplog.text


def test_a_code_that_nobody_can_use_any_more_is_not_sent(server, nobody_sends, caplog) -> None:
    hand_in()
    assert outbox.send_waiting(AT + timedelta(minutes=15)).sent == 0
    assert not server.taken and not WaitingMail.objects.exists()
    assert [record.levelno for record in caplog.records] == [logging.ERROR] and ADDRESS not in caplog.text


def test_a_notice_without_a_code_is_tried_for_days(server, nobody_sends) -> None:
    hand_in(useful_for=outbox.NOTICE_FOR)
    server.problem = PROBLEMS["down"]
    tries, at = 0, AT
    while at < AT + timedelta(days=2):
        tries += outbox.send_waiting(at).waiting
        at += timedelta(minutes=5)
    assert 100 < tries < 300
    server.problem = None
    assert outbox.send_waiting(at + timedelta(minutes=15)).sent == 1


def test_a_server_that_hangs_is_waited_for_once_in_a_run(server, nobody_sends) -> None:
    for _ in range(5):
        hand_in()
    server.problem = PROBLEMS["hangs"]
    outbox.send_waiting(AT)
    assert server.tried == 1
    server.problem = None
    assert outbox.send_waiting(AT + timedelta(seconds=10)).sent == 5


def test_one_mail_that_cannot_be_sent_keeps_no_other_waiting(server, nobody_sends, monkeypatch) -> None:
    hand_in()
    hand_in()
    plain, tried = outbox._send, []

    def breaks_at_first(words: dict) -> None:
        tried.append(words)
        if len(tried) == 1:
            raise PROBLEMS["letters"]
        plain(words)

    monkeypatch.setattr(outbox, "_send", breaks_at_first)
    outbox.send_waiting(AT)
    assert len(server.taken) == 1 and WaitingMail.objects.count() == 1


def test_a_mail_that_a_process_left_in_the_middle_is_sent_by_another(server, nobody_sends) -> None:
    hand_in()
    outbox._claim(WaitingMail.objects.get(), AT)  # and then the process ends
    assert outbox.send_waiting(AT + timedelta(seconds=30)).sent == 0
    assert outbox.send_waiting(AT + outbox.CLAIMED_FOR).sent == 1


def test_a_mail_whose_seal_does_not_open_is_dropped_and_keeps_no_other_waiting(server, nobody_sends, caplog) -> None:
    hand_in()
    hand_in()
    broken = WaitingMail.objects.first()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE couples_waitingmail SET words = %s WHERE id = %s",
            [b"\x01damaged", broken.pk.hex if connection.vendor == "sqlite" else broken.pk],
        )
    assert outbox.send_waiting(AT).sent == 1
    assert not WaitingMail.objects.exists() and "could not be read" in caplog.text


def test_the_command_sends_what_waits(server, nobody_sends) -> None:
    hand_in(clock.now())
    out = StringIO()
    with as_serving_role():
        call_command("send_due", stdout=out)
    assert len(server.taken) == 1 and "Sent 1 mail that" in out.getvalue()


def test_the_command_says_so_where_the_server_takes_nothing(server, nobody_sends) -> None:
    hand_in(clock.now())
    server.problem = PROBLEMS["down"]
    with pytest.raises(CommandError, match="did not take 1 mail"):
        call_command("send_due", stdout=StringIO())


def test_more_than_plain_text_is_refused() -> None:
    message = EmailMessage("x", "y", "place@example.org", [ADDRESS])
    message.attach("x.txt", "y", "text/plain")
    with pytest.raises(ValueError, match="plain text"):
        outbox.hand_in(message, at=AT)


# --- Who can read it ---


def test_a_waiting_mail_is_sealed(nobody_sends) -> None:
    hand_in()
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM couples_waitingmail")
        row = repr([bytes(cell) if isinstance(cell, memoryview) else cell for cell in cursor.fetchone()])
    assert CANARY not in row and ADDRESS not in row and "canary" not in row


@pytest.mark.postgresql
def test_a_page_adds_a_mail_and_reads_none(nobody_sends) -> None:
    ada = make.person("Ada")
    with as_serving_role():
        hand_in()
        assert not WaitingMail.objects.exists()
        with session.as_reader(ada.pk, AT):
            assert not WaitingMail.objects.exists()
        assert WaitingMail.objects.update(next_at=AT) == 0 and WaitingMail.objects.all().delete()[0] == 0
        with session.sending():
            assert WaitingMail.objects.count() == 1
        assert not WaitingMail.objects.exists()


@pytest.mark.postgresql
def test_who_sends_reads_nothing_but_mail(nobody_sends) -> None:
    story = make.Clock()
    make.boundary(make.person("Ada"), story)
    with transaction.atomic(), as_serving_role(), session.sending():
        assert not Record.objects.exists()


# --- The thread ---


@pytest.mark.django_db(transaction=True)
def test_a_thread_begun_at_first_use_sends_what_was_committed_and_nobody_waits_for_it(
    transactional_db, server, monkeypatch
) -> None:
    sender = background.Background(outbox._run, "sending mail in a test")
    monkeypatch.setattr(outbox, "send_soon", lambda: transaction.on_commit(sender.wake))
    server.seconds = 0.5
    before = threading.active_count()
    begun = time.monotonic()
    with transaction.atomic():
        hand_in(clock.now())
        assert threading.active_count() == before  # not before it is committed
    assert time.monotonic() - begun < 0.4
    _until(lambda: server.taken)
    _until(lambda: not WaitingMail.objects.exists())


@pytest.mark.django_db(transaction=True)
def test_the_thread_tries_again_by_itself(transactional_db, server, monkeypatch) -> None:
    monkeypatch.setattr(outbox, "AFTER", (timedelta(seconds=0.2),))
    sender = background.Background(outbox._run, "sending mail in a test")
    monkeypatch.setattr(outbox, "send_soon", sender.wake)
    server.problem = PROBLEMS["down"]
    hand_in(clock.now())
    _until(lambda: server.tried)
    server.problem = None
    _until(lambda: server.taken)


@pytest.mark.django_db(transaction=True)
def test_two_that_send_at_once_send_once(transactional_db, server, nobody_sends) -> None:
    for _ in range(8):
        hand_in()
    together = threading.Barrier(3)

    def one() -> None:
        together.wait()
        try:
            outbox.send_waiting(AT)
        finally:
            connections.close_all()

    runs = [threading.Thread(target=one) for _ in range(3)]
    for each in runs:
        each.start()
    for each in runs:
        each.join()
    assert len(server.taken) == 8


def test_a_fault_ends_no_thread(monkeypatch) -> None:
    monkeypatch.setattr(background, "AFTER_A_FAULT", 0.01)
    ran: list[int] = []

    def job() -> float | None:
        ran.append(1)
        if len(ran) < 3:
            raise DatabaseError("away")
        return None

    one = background.Background(job, "a test")
    one.wake()
    _until(lambda: len(ran) == 3)
    one.wake()
    _until(lambda: len(ran) == 4)


def test_a_process_that_can_begin_no_thread_says_so(monkeypatch, caplog) -> None:
    def no_more(self: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", no_more)
    background.Background(lambda: None, "a test").wake()
    assert "No thread" in caplog.text


def _until(holds) -> None:
    end = time.monotonic() + 10
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)
