from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection

from couples.row_security import policies


class Command(BaseCommand):
    """Puts up the second wall, or with `--check` compares what stands with what would be put up."""

    help = "PostgreSQL: put up the policies that decide, row by row, what the serving role may read (as migrate does)."

    def add_arguments(self, parser: CommandParser) -> None:
        """`--check`: change nothing."""
        parser.add_argument("--check", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Say whether it stands. Raises CommandError where it does not, or where the database has none."""
        if connection.vendor != "postgresql":
            raise CommandError("Only PostgreSQL has a second wall. On SQLite the queries are the one wall.")
        if not options["check"]:
            policies.put_up(settings.SERVING_ROLE)
        differ = policies.differences(settings.SERVING_ROLE)
        if differ:
            raise CommandError(f"The wall does not stand as it should. Run manage.py wall. First: {differ[0]}.")
        self.stdout.write(f"The wall stands, for the role {settings.SERVING_ROLE}.")
