"""Counts and durations for the operator: at a port of their own, of all processes, and of nobody in particular."""

import http.client
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
from django.conf import settings
from prometheus_client.parser import text_string_to_metric_families

from tests.trustapp.test_gunicorn import ROOT, Server, free_port
from trustapp import metrics_port

pytestmark = [pytest.mark.one_database, pytest.mark.usefixtures("django_db_setup")]

LABELS = {"kind", "status", "le", "job", "ended"}


class Counting:
    """A place that counts, and what it tells."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        (folder / "backups").mkdir()
        told = {"METRICS_PORT": str(self.port), "BACKUP_FOLDER": str(folder / "backups")}
        self.server = Server(folder, **told)

    def told(self) -> dict[tuple[str, ...], float]:
        """(name, value of each label in the order of their names) and the number, of everything."""
        with urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=10) as answer:
            families = list(text_string_to_metric_families(answer.read().decode()))
        return {
            (line.name, *(value for _, value in sorted(line.labels.items()))): line.value
            for family in families
            for line in family.samples
        }


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Counting]:
    made = Counting(tmp_path_factory.mktemp("place"))
    yield made
    made.server.process.kill()
    made.server.process.wait()


@pytest.mark.slow
def test_answers_of_all_workers_are_counted_by_class_without_files_and_probes(place: Counting) -> None:
    before = place.told()
    look, gone = ("place_answers_total", "look", "2xx"), ("place_answers_total", "look", "4xx")
    for _ in range(12):
        assert place.server.status("/safety/") == 200
    for address, status in (("/no-such-page/", 404), ("/healthz", 200), ("/static/css/look.css", 200)):
        assert place.server.status(address) == status
    found = place.told()
    assert found[look] - before.get(look, 0) == 12
    assert found[gone] - before.get(gone, 0) == 1
    assert found["place_answer_seconds_count", "look"] - before.get(("place_answer_seconds_count", "look"), 0) == 13


@pytest.mark.slow
def test_jobs_are_told_and_when_they_last_ended_well(place: Counting) -> None:
    surroundings = {**place.server.surroundings}
    command = [sys.executable, "manage.py", "work", "--once"]
    subprocess.run(command, cwd=ROOT, env=surroundings, check=True)
    found = place.told()
    assert found["place_job_runs_total", "well", "morning"] == 1
    assert abs(found["place_job_ended_well_at_seconds", "erase_due"] - time.time()) < 600


@pytest.mark.slow
def test_the_newest_backup_is_told(place: Counting) -> None:
    assert ("place_backup_made_at_seconds",) not in place.told()
    (place.folder / "backups" / "place-20260101T000000Z.sqlite3.age").touch()
    assert abs(place.told()["place_backup_made_at_seconds",] - time.time()) < 600


@pytest.mark.slow
def test_nothing_that_is_told_names_a_person_a_page_or_the_place(place: Counting) -> None:
    place.server.status("/accounts/login/?next=/mine/")
    with urlopen(f"http://127.0.0.1:{place.port}/metrics", timeout=10) as answer:
        text = answer.read().decode()
    families = list(text_string_to_metric_families(text))
    assert {label for family in families for line in family.samples for label in line.labels} <= LABELS
    assert "login" not in text and "example" not in text and "mine" not in text


@pytest.mark.slow
def test_the_pages_do_not_tell_it(place: Counting) -> None:
    assert place.server.status("/metrics") == 404
    asked = http.client.HTTPConnection("127.0.0.1", place.port, timeout=10)
    asked.request("GET", "/today/")
    assert b"place_answers" in asked.getresponse().read(), "at that port there are counts, and no pages"


def test_nothing_is_counted_where_nobody_asks_for_it() -> None:
    assert settings.METRICS_PORT == 0
    assert not [name for name in settings.MIDDLEWARE if "metrics" in name]


def test_what_processes_counted_that_are_gone_is_forgotten(tmp_path: Path) -> None:
    folder = tmp_path / "metrics"
    folder.mkdir()
    gone, alive = folder / "counter_4194399.db", folder / "counter_1.db"
    for file in (gone, alive):
        file.write_bytes(b"")
    metrics_port.forget_who_is_gone(folder)
    assert not gone.exists() and alive.exists()
