"""Mail servers as they can be."""

import time
from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class SlowMail(BaseEmailBackend):
    """A server that takes each letter after 50 ms."""

    def send_messages(self, messages: Sequence[EmailMessage]) -> int:
        """Take them."""
        time.sleep(0.05 * len(messages))
        return len(messages)
