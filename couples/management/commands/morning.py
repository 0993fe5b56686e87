"""The server's clock: store what opened at the mornings gone by, in every pair alike. Run it every minute."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from couples.actions import mornings
from couples.lib import clock, written_ahead


class Command(BaseCommand):
    """`manage.py morning`: safe to run at any time, late, twice, or never.

    Every page shows what has opened whether or not it is stored. Until it is, a page on which something has just opened
    costs more: the sooner this runs, the less that can tell of whether anybody has acted since.
    """

    help = "Store what opened at the mornings gone by. Run it every minute."

    def handle(self, *args: Any, **options: Any) -> None:
        """Go through the mornings of each pair whose next one has come (`actions/mornings.py`).

        A pair that cannot be settled keeps no other from its morning. Raises CommandError at the end where one was.
        """
        gone = mornings.go_through_all(clock.now())
        written_ahead.bring_in()
        self.stdout.write(f"Went through the mornings of {gone.through} pairs.")
        if gone.problems:
            raise CommandError(
                f"{len(gone.problems)} pairs could not be gone through and wait (the first:"
                f" {next(iter(gone.problems.values()))}). manage.py verify --all names what is not as it was written."
            )
