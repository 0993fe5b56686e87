"""Reminders that people set for themselves, and sending those that are due.

What is due is claimed first, in one statement, so that two runs at once send it once. A mail server that is down loses
nothing: the claim is given back and the next run tries again, for as long as it is still the day it was meant for. A
run that was cut off between claiming and sending repeats nothing: its claims pass without a mail.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from smtplib import SMTPRecipientsRefused
from typing import Final

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction

from couples.models import Reminder, User

SUBJECT: Final = "Reminder"
WORDS: Final = "This is the reminder that you set for yourself."
CUT_OFF: Final = timedelta(minutes=15)  # no mail takes so long: who claimed it is gone

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Sent:
    """What a run did: mails sent, and reminders that wait because the server did not take them."""

    sent: int = 0
    waiting: int = 0


@transaction.atomic
def set_reminder(days: Iterable[int], hour: int, *, by: User, at: datetime) -> None:
    """From now on a mail to oneself on these days (0 is Monday) at this hour of one's own zone; no days end it."""
    chosen = "".join(str(day) for day in sorted(set(days)))
    if not chosen:
        Reminder.objects.filter(person=by).delete()
        return
    reminder = Reminder(person=by, days=chosen, hour=hour, claimed_at=None)
    reminder.next_at = reminder.after(at)
    Reminder.objects.update_or_create(
        person=by, defaults={"days": chosen, "hour": hour, "next_at": reminder.next_at, "claimed_at": None}
    )


def follow_zone(*, by: User, at: datetime) -> None:
    """After somebody moved to another time zone: the next hour by their new clock."""
    for reminder in Reminder.objects.filter(person=by):
        reminder.person = by
        reminder.next_at = reminder.after(at)
        reminder.save(update_fields=["next_at"])


def send_due(at: datetime) -> Sent:
    """Send the reminders whose hour has come. Safe to run often, late, or twice at once."""
    done = Sent()
    due = Reminder.objects.filter(next_at__lte=at, person__is_active=True).select_related("person").order_by("next_at")
    for reminder in due:
        if not _claim(reminder, at):
            continue
        if reminder.claimed_at is None and reminder.is_of_today(at):
            try:
                _send(reminder.person)
            except SMTPRecipientsRefused:
                pass  # this address takes no mail: to try again changes nothing
            except Exception as problem:  # whatever it was, it keeps no other reminder waiting
                logger.warning("A reminder was not taken (%s); it is tried again.", type(problem).__name__)
                done.waiting += 1
                Reminder.objects.filter(pk=reminder.pk).update(claimed_at=None)
                continue
            else:
                done.sent += 1
        _pass(reminder, at)
    return done


def _claim(reminder: Reminder, at: datetime) -> bool:
    """Take a due reminder, unless somebody else has it at this moment or has dealt with it."""
    if reminder.claimed_at is not None and reminder.claimed_at > at - CUT_OFF:
        return False
    same = Reminder.objects.filter(pk=reminder.pk, next_at=reminder.next_at, claimed_at=reminder.claimed_at)
    return same.update(claimed_at=at) == 1


def _pass(reminder: Reminder, at: datetime) -> None:
    """Go on to the next one, unless its person has chosen anew meanwhile."""
    same = Reminder.objects.filter(pk=reminder.pk, next_at=reminder.next_at)
    same.update(next_at=reminder.after(at), claimed_at=None)


def _send(person: User) -> None:
    subject = f"{settings.SITE_NAME}: {SUBJECT}"
    send_mail(subject, f"{WORDS}\n\n{settings.SITE_NAME}\n", settings.DEFAULT_FROM_EMAIL, [person.email])
