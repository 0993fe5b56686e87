from typing import Any

from django.core.management.base import BaseCommand, CommandError

from couples.models.keys import masters, rewrap


class Command(BaseCommand):
    """Wraps every key under the newest master key, while the site runs. Interrupted, it goes on where it stopped."""

    help = (
        "Wrap every key anew under the newest of VAULT_KEYS. Put the new master key first, keep the old ones behind "
        "it, restart the site, run this; then the old ones may go (docs/operate.md, Master keys)."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Say what was done. Raises CommandError where a key could not be opened."""
        newest = masters().newest_name.hex()
        done = rewrap()
        self.stdout.write(f"Newest master key: {newest}.")
        self.stdout.write(f"Wrapped anew: {done.rewrapped}. Already under it: {done.already}. Gone: {done.gone}.")
        for problem in done.problems[:1]:
            raise CommandError(f"{len(done.problems)} could not be opened and stay as they are. The first: {problem}")
        self.stdout.write("Every key here is under the newest master key: the older ones may leave VAULT_KEYS.")
