"""Clear away what has ended by itself: sessions, and counts of tries. Run it once a day."""

from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from couples.lib import clock
from couples.models import Tally


class Command(BaseCommand):
    """`manage.py clear_ended`: safe to run often, late, or twice at once. Nobody's words end by themselves."""

    help = "Clear away sessions that are over and counts of tries that have ended. Run it once a day."

    def handle(self, *args: Any, **options: Any) -> None:
        """Say that it is done; of whom there was how much tells nothing that is worth a line."""
        import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
        Tally.objects.filter(ends_at__lte=clock.now()).delete()
        self.stdout.write("Cleared away what had ended.")
