"""Store what opened at the mornings gone by, in every pair. Run it a few minutes after every quarter of an hour:
there are zones whose clocks are a quarter of an hour off.
"""

from typing import Any

from django.core.management.base import BaseCommand

from couples.actions.transactions import settle_pair
from couples.lib import clock
from couples.models import Pair


class Command(BaseCommand):
    """`manage.py morning`: safe to run at any time, late, twice, or never. A page stores what it needs by itself."""

    help = "Store what opened at the mornings gone by, so that the first page of the day need not."

    def handle(self, *args: Any, **options: Any) -> None:
        """Settle each pair whose next morning has come, in a lock and a transaction of its own."""
        at = clock.now()
        pairs = list(Pair.objects.filter(next_morning__lte=at))
        for pair in pairs:
            settle_pair(pair, at)
        self.stdout.write(f"Went through the mornings of {len(pairs)} pairs.")
