"""Whatever has to happen by itself, in one process that stays up and starts each job as a command of its own."""

import logging
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import OperationalError, connection

from couples.lib import clock, metrics
from couples.lib.only_one import SomebodyElse, only_one

logger = logging.getLogger(__name__)

LOOKS_EVERY: Final = 1.0  # seconds
LETS_FINISH: Final = 30.0  # seconds for what is running, after it was told to stop


@dataclass
class Job:
    """A command, how often it runs, and the process it runs in at the moment."""

    name: str
    every: timedelta
    slot: int | None = None
    running: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def look(self) -> None:
        """Say how it ended, if it has; begin it, if its time has come and it is not running still."""
        if self.running is not None and self.running.poll() is not None:
            if self.running.returncode:
                logger.error("manage.py %s ended with %s; it is tried again.", self.name, self.running.returncode)
            metrics.job_ended(self.name, well=not self.running.returncode, at=clock.now().timestamp())
            self.running = None
        now = int(clock.now().timestamp() // self.every.total_seconds())
        if self.running is None and now != self.slot:
            self.slot, self.running = now, self._begin()

    def finish(self, within: float) -> None:
        """Wait for it; after `within` seconds end it. Each of our commands may be ended at any instant."""
        if self.running is not None:
            try:
                self.running.wait(within)
            except subprocess.TimeoutExpired:
                self.running.terminate()

    def _begin(self) -> subprocess.Popen[bytes]:
        # A command of its own, because the settings choose the database's role by the name of the command.
        command = [sys.executable, str(settings.BASE_DIR / "manage.py"), self.name]
        return subprocess.Popen(command, stdout=subprocess.DEVNULL)


def jobs() -> list[Job]:
    """What there is to do, most urgent first."""
    return [
        Job("morning", timedelta(minutes=1)),
        Job("send_due", timedelta(minutes=1)),
        Job("erase_due", timedelta(hours=1)),
        Job("clear_ended", timedelta(days=1)),
    ]


class Command(BaseCommand):
    """`manage.py work`: run one beside the server. A second one waits, and takes over when the first ends."""

    help = "Stay up and do what has to happen by itself: mornings, mail, reminders, erasing, clearing away."

    def add_arguments(self, parser: CommandParser) -> None:
        """`--once` is for those who have timers of their own, and for trying it."""
        parser.add_argument("--once", action="store_true", help="Do each job once, one after the other, and end.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Work until SIGTERM or SIGINT; then wait half a minute for what is running."""
        if options["once"]:
            for job in jobs():
                job.look()
                job.finish(3600)
                job.look()
            return
        stop = threading.Event()
        for sign in (signal.SIGTERM, signal.SIGINT):
            signal.signal(sign, lambda *_: stop.set())
        while not stop.is_set():
            try:
                with only_one("work", settings.VAR):
                    self._say("At work.", options)
                    self._work(stop)
            except SomebodyElse:
                self._say("Another one is at work here.", options)
                stop.wait(LOOKS_EVERY * 5)
            except OperationalError as problem:
                logger.error("The database cannot be reached, which is tried again: %s", problem)
                connection.close()
                stop.wait(LOOKS_EVERY * 5)

    def _say(self, sentence: str, options: dict[str, Any]) -> None:
        if options["verbosity"] > 1:
            self.stdout.write(sentence)

    def _work(self, stop: threading.Event) -> None:
        at_work = jobs()
        while not stop.wait(LOOKS_EVERY):
            if not connection.is_usable():  # the lock ended with it
                raise OperationalError("the connection was lost")
            for job in at_work:
                job.look()
        for job in at_work:
            job.finish(LETS_FINISH)
