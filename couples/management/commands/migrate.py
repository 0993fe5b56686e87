"""Django's own `migrate`; a second wall (SECOND_WALL) is down only while tables change, and up afterwards."""

from typing import Any

from django.conf import settings
from django.core.management.commands.migrate import Command as Migrate
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from couples.row_security import policies

FIRST_WITH_THE_WALL = ("couples", "0006_a_revision_stays_as_it_is")


class Command(Migrate):
    """Put the wall up after every migration. Only planning, checking or pruning leaves it as it is."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate as Django does. Raises what Django and the database raise."""
        only_looking = options.get("plan") or options.get("check_unapplied") or options.get("prune")
        walled = connection.vendor == "postgresql" and settings.SECOND_WALL
        if not walled or options["database"] != "default" or only_looking:
            super().handle(*args, **options)
            return
        policies.take_down()
        super().handle(*args, **options)
        if FIRST_WITH_THE_WALL in MigrationExecutor(connection).loader.applied_migrations:
            policies.put_up(settings.SERVING_ROLE)
