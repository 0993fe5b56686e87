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
        self.stdout.write(f"Sent {counted(mails.sent, 'mail')} that had waited, and {counted(done.sent, 'reminder')}.")
        refused = [f"{counted(mails.waiting, 'mail')} (tried again in a minute)"] if mails.waiting else []
        refused += [f"{counted(done.waiting, 'reminder')} (until their day is over)"] if done.waiting else []
        if refused:
            raise CommandError(f"The mail server did not take {' and '.join(refused)}.")


def counted(number: int, what: str) -> str:
    """A number of things, as one says it."""
    return f"{number} {what}{'' if number == 1 else 's'}"
