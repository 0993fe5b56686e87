"""Send the reminders whose hour has come, and mail that waits. Run it every five minutes."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from couples.actions import outbox, reminders
from couples.lib import clock


class Command(BaseCommand):
    """`manage.py send_due`: safe to run often, late, or twice at once."""

    help = "Send mail that still waits, and the reminders whose hour has come. Run it every five minutes."

    def handle(self, *args: Any, **options: Any) -> None:
        """Say how many, and to whom nothing. Raises CommandError where the mail server did not take some."""
        mails = outbox.send_waiting(clock.now())  # first: somebody may be waiting for a code
        done = reminders.send_due(clock.now())
        self.stdout.write(f"Sent {mails.sent} mails that had waited, and {done.sent} reminders.")
        refused = [f"{mails.waiting} mails, to be tried again in a minute"] if mails.waiting else []
        refused += [f"{done.waiting} reminders, which wait until their day is over"] if done.waiting else []
        if refused:
            raise CommandError(f"The mail server did not take {' and '.join(refused)}.")
