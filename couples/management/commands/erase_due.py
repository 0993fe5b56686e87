"""Erase the accounts whose seven days are over. Run it once an hour, and after a backup was put back."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from couples.actions import erasure
from couples.lib import clock, erased_list, written_ahead
from couples.management import backups


class Command(BaseCommand):
    """`manage.py erase_due`: safe to run often, late, or twice at once."""

    help = (
        "Erase for good the accounts whose seven days are over, and anew whatever the list of the erased "
        "(ERASED_FOLDER) names and a backup brought back. Run it once an hour, and after putting a backup back."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Say how many, and of whom nothing. Raises CommandError where something could not be erased."""
        done = erasure.erase_due(clock.now())
        self.stdout.write(f"Erased {done.due} accounts whose seven days were over.")
        if done.again:
            self.stdout.write(f"Erased {done.again} accounts and records anew: they were erased before and here again.")
        written_ahead.bring_in(least=0)  # where rows that were erased, and keys, would lie until they are written over
        for problem in done.problems[:1]:
            raise CommandError(
                f"{len(done.problems)} could not be erased and will be tried again. The first: {problem}"
            )
        if settings.BACKUP_TO:  # more often than there are backups: an erasure after the last one must not be lost
            try:
                backups.copy_list(settings.BACKUP_FOLDER)
            except (erased_list.CannotNote, OSError) as problem:
                raise CommandError(f"What was erased could not be listed beside the backups: {problem}") from problem
