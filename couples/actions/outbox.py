"""Mail of the account is written down first and sent after the answer, so that no page waits for a mail server.

Whoever asks for a code adds a row, also for an address that nobody has here: what the page says, and how long it takes,
is the same in every case. A thread of the process sends, and `manage.py send_due` does what a thread left behind. A row
is claimed first, sent, and then erased: at least once, perhaps twice where a process ended between the two. What a mail
server refuses is tried again for as long as the mail is of use. No line of the log names an address.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from smtplib import SMTPRecipientsRefused
from typing import Any, Final

from django.core.mail import EmailMessage, get_connection
from django.db import transaction

from couples.lib import clock
from couples.lib.background import Background
from couples.lib.vault import Unreadable
from couples.models import WaitingMail
from couples.models.keys import open_keys
from couples.row_security.session import sending

CODE_FOR: Final = timedelta(minutes=15)  # as long as the code in it can be used
NOTICE_FOR: Final = timedelta(days=3)  # "the address of your account was changed": late is better than never
# After which pause it is tried again; the last one repeats.
AFTER: Final = tuple(timedelta(seconds=seconds) for seconds in (10, 20, 40, *[60] * 15, 300, 900))
CLAIMED_FOR: Final = timedelta(minutes=2)  # no mail takes so long: who claimed it is gone
AT_A_TIME: Final = 50

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Sent:
    """What a run did: mails sent, and mails that wait because the server did not take them."""

    sent: int = 0
    waiting: int = 0


def hand_in(message: EmailMessage, *, at: datetime, useful_for: timedelta = CODE_FOR, drop: bool = False) -> None:
    """Keep a mail to be sent as soon as this is committed; with `drop` it only looks like one and is never sent.

    Raises ValueError for one that is more than plain text.
    """
    if message.attachments or getattr(message, "alternatives", None):
        raise ValueError("only plain text is kept and sent")
    words = {
        "to": list(message.to),
        "from": message.from_email,
        "subject": message.subject,
        "body": message.body,
        "drop": drop,
    }
    mail = WaitingMail(words=words, next_at=at, useful_until=at + useful_for)
    mail.save(force_insert=True)
    send_soon()


def send_soon() -> None:
    """Let the thread of this process look, once what is being done is committed."""
    transaction.on_commit(_background.wake)


def send_waiting(at: datetime) -> Sent:
    """Send what waits and may be tried now. Safe to run often, late, or twice at once.

    Where the server itself does not answer, the rest waits for the next run: each would wait as long for nothing.
    """
    done = Sent()
    with open_keys():
        while True:
            with sending():
                due = list(WaitingMail.objects.filter(next_at__lte=at).order_by("next_at")[:AT_A_TIME])
            for mail in due:
                if _claim(mail, at) and not _deal_with(mail, at, done):
                    return done
            if len(due) < AT_A_TIME:
                return done


def _deal_with(mail: WaitingMail, at: datetime, done: Sent) -> bool:
    """Send a claimed mail, or drop it, or put it back; gives whether to go on with others."""
    try:
        if mail.useful_until <= at and not mail.words["drop"]:
            logger.error("A mail could not be sent while it was of use, and was dropped.")
        elif not mail.words["drop"]:
            _send(mail.words)
            done.sent += 1
    except Unreadable as problem:
        logger.error("A waiting mail could not be read, and was dropped: %s", problem)
    except SMTPRecipientsRefused as problem:
        if any(code < 500 for code, _ in problem.recipients.values()):
            return _put_back(mail, at, problem, done)
        logger.warning("The mail server refused a recipient for good, and the mail was dropped.")
    except Exception as problem:  # whatever it was, it is no reason to lose this mail, or to keep others waiting
        _put_back(mail, at, problem, done)
        return not isinstance(problem, OSError)  # smtplib's errors are of that kind too
    _erase(mail)
    return True


def _send(words: dict[str, Any]) -> None:
    connection = get_connection()
    EmailMessage(words["subject"], words["body"], words["from"], words["to"], connection=connection).send()


def _claim(mail: WaitingMail, at: datetime) -> bool:
    """Take a mail, unless somebody else has it at this moment or has dealt with it."""
    with sending():
        same = WaitingMail.objects.filter(pk=mail.pk, next_at=mail.next_at)
        return same.update(next_at=at + CLAIMED_FOR) == 1


def _put_back(mail: WaitingMail, at: datetime, problem: Exception, done: Sent) -> bool:
    """Try it again later. The server's own words may hold an address, so only the kind of its refusal is logged."""
    said = f"{type(problem).__name__} {getattr(problem, 'smtp_code', '')}".strip()
    logger.warning("A mail was not taken (%s); it is tried again.", said)
    done.waiting += 1
    pause = AFTER[min(mail.tries, len(AFTER) - 1)]
    with sending():
        WaitingMail.objects.filter(pk=mail.pk).update(next_at=at + pause, tries=mail.tries + 1)
    return True


def _erase(mail: WaitingMail) -> None:
    with sending():
        WaitingMail.objects.filter(pk=mail.pk).delete()


def _run() -> float | None:
    """What the thread does; gives after how many seconds to run again, or None where nothing waits."""
    done = send_waiting(clock.now())
    with sending():
        next_at = WaitingMail.objects.order_by("next_at").values_list("next_at", flat=True).first()
    if next_at is None:
        return None
    soonest = AFTER[0].total_seconds() if done.waiting else 0.5
    return max(soonest, (next_at - clock.now()).total_seconds())


_background: Final = Background(_run, "sending mail")
