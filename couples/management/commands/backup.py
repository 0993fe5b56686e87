from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from couples.lib import age_file, clock, erased_list
from couples.lib.only_one import SomebodyElse, only_one
from couples.management import backups


class Command(BaseCommand):
    """Makes one backup, lets the old ones go, and copies the list of the erased: run it every night."""

    help = (
        "Make a backup in BACKUP_FOLDER, sealed to BACKUP_TO and read back; let those older than BACKUP_DAYS go; put "
        "what was erased on the list beside them. Run it every night, and copy the folder to another place."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """`--new-key`: make a pair of keys instead."""
        parser.add_argument("--new-key", action="store_true", help="print a new pair of keys for BACKUP_TO, and end")

    def handle(self, *args: Any, **options: Any) -> None:
        """Say how large it is, and of what is in it nothing. Raises CommandError where none could be made."""
        if options["new_key"]:
            public, secret = age_file.new_key()
            self.stdout.write(f"# BACKUP_TO={public}\n{secret}")
            return
        if not settings.BACKUP_TO:
            raise CommandError("BACKUP_TO is missing: make a pair of keys with manage.py backup --new-key, elsewhere.")
        try:
            with only_one("backup", settings.VAR):
                self._make()
        except SomebodyElse:
            raise CommandError("Another backup is being made.") from None

    def _make(self) -> None:
        """What is old goes also where no new one could be made: how long backups are kept was promised to people."""
        folder, at = settings.BACKUP_FOLDER, clock.now()
        try:
            file, size = backups.make(folder, settings.BACKUP_TO, at)
        except backups.NotDone as problem:
            raise CommandError(str(problem)) from problem
        finally:
            gone = backups.let_go(folder, at, settings.BACKUP_DAYS)
        try:
            backups.copy_list(folder)
        except (erased_list.CannotNote, OSError) as problem:
            raise CommandError(f"The backup is made, but what was erased could not be listed: {problem}") from problem
        self.stdout.write(
            f"{file.name}: {size} bytes, read back. Older than {settings.BACKUP_DAYS} days, and gone: {gone}."
        )
