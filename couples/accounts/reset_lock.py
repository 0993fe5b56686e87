"""A mailbox is not enough: after a reset by mail alone private pages stay closed for a day.

Who shares a mailbox can have a password reset. Until the day is over only a recovery code opens the pages, and every
browser that was signed in is told.
"""

from datetime import datetime
from typing import Any

from allauth.account.signals import password_reset
from django.contrib import messages
from django.contrib.auth import SESSION_KEY
from django.dispatch import receiver

from couples.actions import reset_lock
from couples.models import User

TOLD = (
    "Somebody set a new password with a code from this mailbox, so every browser was signed out. Your private pages "
    "stay closed for a day, unless you enter a recovery code. If it was not you, somebody else reads this mailbox. "
    "Reset the password once more, and their password no longer works."
)


def tell(request: Any) -> None:
    """Say so to a browser that was signed in when a reset by mail ended its session."""
    was = request.session.get(SESSION_KEY)
    by_script = request.headers.get("Sec-Fetch-Dest") == "empty"  # shows no page to say it on
    if was is None or request.user.is_authenticated or by_script:
        return
    person = User.objects.filter(pk=was, closed_until__gt=request.now).first()
    if person is not None:
        messages.warning(request, TOLD)


def is_closed(user: User, at: datetime) -> bool:
    """Whether this person's private pages are closed now."""
    return user.closed_until is not None and user.closed_until > at


@receiver(password_reset)
def _close(request: Any, user: User, **_: Any) -> None:
    reset_lock.close_for_a_day(user, at=request.now)
