"""Counts and durations for whoever operates a place, in the words of Prometheus; nothing where METRICS_PORT is not set.

Nothing here has a name, an address, a route or an id: how many answers of which class and how long they took, and when
which job of management ended well. Each process counts in a file of its own, which the server adds up
(`trustapp/metrics.py`).
"""

from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from prometheus_client import Counter, Gauge

SECONDS = (0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Answers:
    """How many answers there were, and how long they took. Made once, before there are threads: a second of the same
    name is refused.
    """

    def __init__(self) -> None:
        from prometheus_client import Counter, Histogram  # it looks for the folder of files when it is imported

        self.answers = Counter("place_answers", "Answers, without files and probes.", ["kind", "status"])
        self.durations = Histogram("place_answer_seconds", "Seconds until an answer.", ["kind"], buckets=SECONDS)

    def count(self, *, is_press: bool, status: int, seconds: float) -> None:
        """Count an answer to a look (GET) or a press (POST) by its class, such as "2xx", and how long it took."""
        kind = "press" if is_press else "look"
        self.answers.labels(kind, f"{status // 100}xx").inc()
        self.durations.labels(kind).observe(seconds)


def job_ended(name: str, *, well: bool, at: float) -> None:
    """Count a job of management that has ended at an instant (in seconds since 1970). For `manage.py work`, which has
    one thread.
    """
    if settings.METRICS_PORT:
        runs, ended_well = _jobs()
        runs.labels(name, "well" if well else "not well").inc()
        if well:
            ended_well.labels(name).set(at)


@cache
def _jobs() -> "tuple[Counter, Gauge]":
    from prometheus_client import Counter, Gauge

    runs = Counter("place_job_runs", "Jobs of manage.py work.", ["job", "ended"])
    when = "When a job last ended well, in seconds since 1970."
    return runs, Gauge("place_job_ended_well_at_seconds", when, ["job"], multiprocess_mode="max")
