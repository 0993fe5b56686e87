"""Django's own `migrate`, one at a time; a second wall (SECOND_WALL) is down only while tables change."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.commands.migrate import Command as Migrate
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from couples.lib.only_one import only_one
from couples.row_security import policies

FIRST_WITH_THE_WALL = ("couples", "0006_a_revision_stays_as_it_is")


class Command(Migrate):
    """Puts the wall up after every migration, and where it is not as it should be. Planning and pruning leave it alone.

    Two at once: the second waits for the first, and finds nothing left to do. While tables change the serving role may
    read nothing, and pages say that the place is being updated; where nothing changes, nobody notices.
    """

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate as Django does. Raises what Django and the database raise."""
        only_looking = options.get("plan") or options.get("check_unapplied") or options.get("prune")
        if options["database"] != "default" or only_looking:
            super().handle(*args, **options)
            return
        database = Path(connection.settings_dict["NAME"])  # on SQLite its file, and the lock beside it
        with only_one(f"{database.name}-migrate", database.parent, wait=True):
            self._migrate(*args, **options)
            if not connection.in_atomic_block:  # SQLite tidies up as the last one leaves, and lets nobody in meanwhile
                connection.close()

    def _migrate(self, *args: Any, **options: Any) -> None:
        walled = connection.vendor == "postgresql" and settings.SECOND_WALL
        changes = walled and bool(options.get("app_label") or self._is_there_more())
        if changes:
            policies.take_down(settings.SERVING_ROLE)
        super().handle(*args, **options)
        can_stand = walled and FIRST_WITH_THE_WALL in MigrationExecutor(connection).loader.applied_migrations
        if can_stand and (changes or policies.differences(settings.SERVING_ROLE)):
            policies.put_up(settings.SERVING_ROLE)

    @staticmethod
    def _is_there_more() -> bool:
        executor = MigrationExecutor(connection)
        return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
