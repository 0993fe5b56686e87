"""Closing somebody's private pages after a reset by mail, and opening them with a recovery code."""

from datetime import datetime, timedelta
from typing import Final

from allauth.mfa.models import Authenticator
from django.db import transaction

from couples.content.refusals import Refused
from couples.models import User

CLOSED_FOR: Final = timedelta(hours=24)


def close_for_a_day(person: User, *, at: datetime) -> None:
    """Close this person's private pages until tomorrow at this time; a further reset begins the day anew."""
    person.closed_until = at + CLOSED_FOR
    person.save(update_fields=["closed_until"])


@transaction.atomic
def open_with_code(code: str, *, by: User) -> None:
    """Open one's private pages with one of one's recovery codes, which is used up. Raises Refused("recovery_code")."""
    kept = Authenticator.objects.filter(user=by, type=Authenticator.Type.RECOVERY_CODES).first()
    if kept is None or not kept.wrap().validate_code("".join(code.split())):
        raise Refused("recovery_code")
    by.closed_until = None
    by.save(update_fields=["closed_until"])
