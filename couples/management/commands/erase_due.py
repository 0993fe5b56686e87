"""Erase the accounts whose seven days are over. Run it once an hour."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from couples.actions import erasure
from couples.lib import clock


class Command(BaseCommand):
    """`manage.py erase_due`: safe to run often, late, or twice at once."""

    help = "Erase for good the accounts whose seven days are over. Run it once an hour."

    def add_arguments(self, parser: CommandParser) -> None:
        """`--without-key` is for the hour after a backup was put back (README, Backups and erasure)."""
        parser.add_argument(
            "--without-key",
            action="store_true",
            help="instead: people whose words have no key any more, because a backup brought them back",
        )
        parser.add_argument("--yes", action="store_true", help="with --without-key: erase them, not only say how many")

    def handle(self, *args: Any, **options: Any) -> None:
        """Say how many, and of whom nothing."""
        if not options["without_key"]:
            erased = erasure.erase_due(clock.now())
            self.stdout.write(f"Erased {erased} accounts whose seven days were over.")
            return
        people = erasure.people_without_key()
        if not options["yes"]:
            self.stdout.write(
                f"{len(people)} people have words here but no key. If that is right, and not because the table of keys"
                " is still to be put back, erase them with --yes."
            )
            return
        for person in people:
            erasure.erase_account(by=person, at=clock.now())
        self.stdout.write(f"Erased {len(people)} people whose words had no key.")
