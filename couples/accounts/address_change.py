"""Another address: the mailbox until now hears that it was changed, and never to which."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.account.signals import email_changed
from django.dispatch import receiver
from django.http import HttpRequest


@receiver(email_changed)
def _tell_the_old_mailbox(request: HttpRequest, from_email_address: EmailAddress | None, **_: Any) -> None:
    # One that was never confirmed may be a stranger's.
    if from_email_address is not None and from_email_address.verified:
        get_adapter(request).send_mail("account/email/email_changed", from_email_address.email, {})
