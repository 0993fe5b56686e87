"""Work that nobody waits for, in one thread of this process."""

import logging
import threading
from collections.abc import Callable

from django.db import connections

logger = logging.getLogger(__name__)

Job = Callable[[], float | None]
AFTER_A_FAULT = 10.0  # seconds


class Background:
    """Runs a job whenever it is woken, in a thread that begins with the first time: never at import, so that a server
    may fork before.

    The job gives after how many seconds it wants to run again, or None to sleep until it is woken. What it raises is
    logged, and it runs again a little later. The thread keeps no process alive.
    """

    def __init__(self, job: Job, name: str) -> None:
        self._job, self._name = job, name
        self._woken = threading.Event()
        self._beginning = threading.Lock()
        self._thread: threading.Thread | None = None

    def wake(self) -> None:
        """Let the job run soon. Where the process can begin no thread, that is logged."""
        self._woken.set()
        with self._beginning:
            if self._thread is not None and self._thread.is_alive():
                return
            self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
            try:
                self._thread.start()
            except RuntimeError:
                self._thread = None
                logger.error("No thread could be begun for: %s.", self._name)

    def _run(self) -> None:
        again: float | None = 0.0
        while True:
            self._woken.wait(again)
            self._woken.clear()
            try:
                again = self._job()
            except Exception:
                logger.exception("This broke, and is tried again: %s.", self._name)
                again = AFTER_A_FAULT
            finally:
                connections.close_all()  # between two runs it holds none
