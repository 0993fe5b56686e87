"""Counts and durations for whoever operates a place, in the words of Prometheus; nothing where METRICS_PORT is not set.

Nothing here has a name, an address, a route or an id: how many answers of which class and how long they took, and when
which job of management ended well. Each process counts in a file of its own, which the server adds up
(`trustapp/metrics.py`).
"""

from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from prometheus_client import Counter, Gauge, Histogram

SECONDS = (0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


def answered(*, is_press: bool, status: int, seconds: float) -> None:
    """Count an answer to a look (GET) or a press (POST) by its class, such as "2xx", and how long it took."""
    if settings.METRICS_PORT:
        kind = "press" if is_press else "look"
        answers, durations = _answers()
        answers.labels(kind, f"{status // 100}xx").inc()
        durations.labels(kind).observe(seconds)


def job_ended(name: str, *, well: bool, at: float) -> None:
    """Count a job of management that has ended at an instant (in seconds since 1970)."""
    if settings.METRICS_PORT:
        runs, ended_well = _jobs()
        runs.labels(name, "well" if well else "not well").inc()
        if well:
            ended_well.labels(name).set(at)


# Made when they are first needed: prometheus_client looks for the folder of files when it is imported.


@cache
def _answers() -> "tuple[Counter, Histogram]":
    from prometheus_client import Counter, Histogram

    answers = Counter("place_answers", "Answers, without files and probes.", ["kind", "status"])
    return answers, Histogram("place_answer_seconds", "Seconds until an answer.", ["kind"], buckets=SECONDS)


@cache
def _jobs() -> "tuple[Counter, Gauge]":
    from prometheus_client import Counter, Gauge

    runs = Counter("place_job_runs", "Jobs of manage.py work.", ["job", "ended"])
    when = "When a job last ended well, in seconds since 1970."
    return runs, Gauge("place_job_ended_well_at_seconds", when, ["job"], multiprocess_mode="max")
