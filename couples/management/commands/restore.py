from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, connection

from couples.lib import age_file, erased_list
from couples.lib.only_one import SomebodyElse, only_one
from couples.management import backups, restoring
from couples.models.checks import unreadable_key


class Command(BaseCommand):
    """Puts a backup back while the site is stopped, and ends with what `verify` says of it."""

    help = (
        "Put a backup back, while nothing else runs. Then: migrate, sign everybody out, erase anew whoever was erased "
        "since, and verify. With --look, only read it to its end and change nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, the secret key, and what may be done without."""
        parser.add_argument("file", type=Path, help="a backup of this place")
        parser.add_argument("--key", type=Path, required=True, help="the file with the secret key of BACKUP_TO")
        parser.add_argument("--look", action="store_true", help="only read it to its end; change nothing")
        parser.add_argument("--replace", action="store_true", help="destroy what is in the database now")
        parser.add_argument("--no-list", action="store_true", help="there is no list of the erased, and there was none")

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError where it cannot be put back, and where what was put back is not as it was written."""
        file: Path = options["file"]
        try:
            keys = age_file.secret_keys(options["key"])
        except (OSError, ValueError) as problem:
            raise CommandError(f"--key cannot be used: {getattr(problem, 'strerror', None) or problem}.") from None
        self._reach()
        try:
            with only_one("backup", settings.VAR):
                closed = restoring.look_through(file, keys)
                if options["look"]:
                    self._say_of(file, closed)
                    return
                if closed:
                    raise CommandError(f"Nothing was changed: {closed} Add the master key of its time, and try again.")
                self._may_begin(file, options)
                restoring.put_in_place(file, keys)
        except SomebodyElse:
            raise CommandError("A backup is being made.") from None
        except backups.NotDone as problem:
            raise CommandError(str(problem)) from problem
        self._bring_up_to_now()

    def _say_of(self, file: Path, closed: str | None) -> None:
        if closed:
            self.stdout.write(f"{file.name} can be read to its end. It cannot be put back here: {closed}")
        else:
            self.stdout.write(f"{file.name} can be read to its end, and put back here.")

    def _may_begin(self, file: Path, options: dict[str, Any]) -> None:
        """See that nothing is destroyed unasked, and put the list of the erased that lies beside the backup on ours.

        Without any list whoever was erased since would be here again, and nobody would know.
        """
        if not options["replace"] and not restoring.is_empty():
            raise CommandError("Nothing was changed: the database is not empty. --replace destroys what is in it.")
        beside = file.parent / erased_list.FILE_NAME
        if not options["no_list"] and not beside.exists() and not erased_list.path().exists():
            raise CommandError(
                f"Nothing was changed: no list of the erased is beside the backup or at {erased_list.path()}. "
                "Put the newest copy there, or say --no-list where nobody was ever erased."
            )
        try:
            erased_list.add(beside, erased_list.path())
        except (erased_list.CannotNote, OSError) as problem:
            raise CommandError(f"Nothing was changed: {problem}") from problem

    def _bring_up_to_now(self) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        restoring.end_what_was_under_way()
        if problem := unreadable_key():
            raise CommandError(f"It is put back, but {problem} Set the right VAULT_KEYS, then: erase_due, verify.")
        for command in ("erase_due", "verify"):
            call_command(command, stdout=self.stdout, stderr=self.stderr)
        self.stdout.write("The backup is put back, and everybody is signed out. The site can be started.")

    def _reach(self) -> None:
        """See that there is a database to put it into. On SQLite it is made from the backup."""
        try:
            if connection.vendor == "postgresql":
                connection.ensure_connection()
        except OperationalError as problem:
            raise CommandError(
                f"Nothing was changed: the database cannot be reached. {str(problem).strip()}\n"
                "If it is gone, make an empty one: docs/operate.md, PostgreSQL."
            ) from None
