from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from couples.management import integrity


class Command(BaseCommand):
    """Checks every sealed word, every yes and every opening, and names the first that is not as it was written."""

    help = "Check that everything stored is as it was written here. Names the first broken row; exit code 1 then."

    def add_arguments(self, parser: CommandParser) -> None:
        """`--all` goes on after the first."""
        parser.add_argument("--all", action="store_true", help="name every broken row, not only the first")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write a line a table. Raises CommandError where anything is broken."""
        broken = 0
        for what, count, problem in integrity.checked():
            if problem is None:
                self.stdout.write(f"{what}: {count} looked at")
            elif options["all"]:
                broken += 1
                self.stderr.write(str(problem))
            else:
                raise CommandError(f"{problem} (this is the first; --all names every one)")
        if broken:
            raise CommandError(f"{broken} rows are not as they were written here.")
        self.stdout.write("Everything is as it was written here.")
