"""The server's clock: store what opened at the mornings gone by, in every pair alike. Run it every minute."""

import logging
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from couples.actions.transactions import settle_pair
from couples.lib import clock, written_ahead
from couples.models import Pair

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    """`manage.py morning`: safe to run at any time, late, twice, or never.

    Every page shows what has opened whether or not it is stored. Until it is, a page on which something has just opened
    costs more: the sooner this runs, the less that can tell of whether anybody has acted since.
    """

    help = "Store what opened at the mornings gone by. Run it every minute."

    def handle(self, *args: Any, **options: Any) -> None:
        """Settle each pair whose next morning has come, in a lock and a transaction of its own.

        A pair that cannot be settled keeps no other from its morning. Raises CommandError at the end where one was.
        """
        at = clock.now()
        pairs, problems = list(Pair.objects.filter(next_morning__lte=at)), []
        for pair in pairs:
            try:
                settle_pair(pair, at)
            except Exception as problem:
                logger.exception("The mornings of a pair could not be gone through")
                problems.append(type(problem).__name__)
        written_ahead.bring_in()
        self.stdout.write(f"Went through the mornings of {len(pairs) - len(problems)} pairs.")
        if problems:
            raise CommandError(
                f"{len(problems)} pairs could not be gone through and wait (the first: {problems[0]})."
                " manage.py verify --all names what is not as it was written."
            )
