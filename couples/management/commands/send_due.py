"""Send the reminders whose hour has come. Run it every five minutes."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from couples.actions import reminders
from couples.lib import clock


class Command(BaseCommand):
    """`manage.py send_due`: safe to run often, late, or twice at once."""

    help = "Send the reminders that people set for themselves and whose hour has come. Run it every five minutes."

    def handle(self, *args: Any, **options: Any) -> None:
        """Say how many, and to whom nothing. Raises CommandError where the mail server did not take some."""
        done = reminders.send_due(clock.now())
        self.stdout.write(f"Sent {done.sent} reminders.")
        if done.waiting:
            raise CommandError(f"The mail server did not take {done.waiting}: they wait, until their day is over.")
