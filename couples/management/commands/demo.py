"""Demo people with half a year of history, told through the actions the product uses."""

import os
import secrets
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from couples.lib import clock
from couples.management.demo_people import PEOPLE
from couples.management.demo_story import tell
from couples.models import User

PASSWORD_FILE = settings.VAR / "demo-password"


class Command(BaseCommand):
    """`manage.py demo`: makes the demo people once; running it again changes nothing. Only while DEBUG is on."""

    help = "Make the demo people, once, and say whom to sign in as."

    def handle(self, *args: Any, **options: Any) -> None:
        """Raises CommandError outside of development."""
        if not settings.DEBUG:
            raise CommandError("Demo people are for development only: DEBUG is off.")
        password = os.environ.get("DEMO_PASSWORD") or kept_password()
        if not User.objects.filter(email=PEOPLE["one"].email).exists():
            tell(password, until=clock.now())
        for demo in PEOPLE.values():
            person = User.objects.get(email=demo.email)
            if not person.check_password(password):
                person.set_password(password)
                person.save(update_fields=["password"])
        self.stdout.write(f"Sign in with the password {password} as:")
        for demo in PEOPLE.values():
            self.stdout.write(f"  {demo.email:22} {demo.about}")


def kept_password() -> str:
    """The password of the demo people on this machine: generated once, kept readable by its owner only."""
    if not PASSWORD_FILE.exists():
        PASSWORD_FILE.parent.mkdir(exist_ok=True)
        with os.fdopen(os.open(PASSWORD_FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write("-".join(secrets.token_hex(3) for _ in range(3)))
    return PASSWORD_FILE.read_text()
