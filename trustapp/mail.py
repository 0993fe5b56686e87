"""Mail while developing: shown in the console and kept as files, for people and tests to read codes from."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.console import EmailBackend as ConsoleBackend


class ConsoleAndFiles(ConsoleBackend):
    """Prints every message and writes it to `EMAIL_FILE_PATH`, one `.eml` file each, newest name last."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Print and write the messages; gives how many there were. Raises OSError if the folder refuses."""
        folder = Path(settings.EMAIL_FILE_PATH)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for message in email_messages:
            moment = datetime.now(UTC).strftime("%Y%m%d-%H%M%S-%f")
            (folder / f"{moment}-{uuid4().hex[:8]}.eml").write_bytes(message.message().as_bytes())
        return super().send_messages(email_messages) or 0
