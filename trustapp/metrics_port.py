"""The port at which the counts of all processes are told (METRICS_PORT). gunicorn's master tells them, which serves no
page and knows no settings: whatever is imported here stays in it until it ends.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

BACKUPS = "place-*.age"


class Backups(Collector):
    """When the newest backup was made; nothing where there is none."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def collect(self) -> Iterator[Any]:
        """One line, asked anew each time."""
        made = []
        for file in self.folder.glob(BACKUPS):
            with suppress(FileNotFoundError):  # one that is old goes meanwhile
                made.append(file.stat().st_mtime)
        if made:
            said = "When the newest backup was made, in seconds since 1970."
            yield GaugeMetricFamily("place_backup_made_at_seconds", said, value=max(made))


def tell(state: Path, backups: Path, host: str, port: int) -> None:
    """Tell them from now on. `state` is STATE_FOLDER, `backups` BACKUP_FOLDER.

    What processes counted that are gone is forgotten first, or there would be more files with every restart.
    """
    folder = state / "metrics"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    forget_who_is_gone(folder)
    registry = CollectorRegistry()
    MultiProcessCollector(registry, str(folder))
    registry.register(Backups(backups))
    start_http_server(port, host, registry)


def forget_who_is_gone(folder: Path) -> None:
    """Remove the files of processes that are gone; prometheus_client names each by its number."""
    for file in folder.glob("*.db"):
        _, _, process = file.stem.rpartition("_")
        if process.isdigit() and not _is_alive(int(process)):
            file.unlink(missing_ok=True)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
