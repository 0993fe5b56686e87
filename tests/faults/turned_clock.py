"""The place by a clock that is wrong: `application` is for gunicorn, and `turned_clock.py morning` is manage.py.

CLOCK_IS_OFF_BY says by how many seconds. Every reading that a request or a command makes of the hour goes wrong alike.
"""

import os
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trustapp.settings")

from django.utils import timezone  # noqa: E402

from couples.lib import clock  # noqa: E402
from trustapp import cache  # noqa: E402

OFF_BY = timedelta(seconds=int(os.environ["CLOCK_IS_OFF_BY"]))
right = time.time


def wrong_now() -> datetime:
    """The present instant by that clock."""
    return datetime.now(UTC) + OFF_BY


time.time = lambda: right() + OFF_BY.total_seconds()
clock.now = timezone.now = cache._now = wrong_now  # type: ignore[assignment]

if __name__ == "__main__":
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
else:
    from trustapp.wsgi import application

    __all__ = ["application"]
