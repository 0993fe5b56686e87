"""`manage.py work`: each job in time, as a command of its own; one at work, the next waits and takes over."""

import os
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command, get_commands
from django.db import connection

from couples.lib.only_one import SomebodyElse, only_one
from couples.management.commands import work
from couples.models import Tally

AT = datetime(2026, 3, 2, 6, 59, 59, tzinfo=UTC)


class Begun:
    """Stands for the processes that jobs run in: what was begun, and when each of them is over."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.at, self.names, self.ends_with = AT, [], 0
        monkeypatch.setattr(work.subprocess, "Popen", self._begin)
        monkeypatch.setattr("couples.lib.clock.now", lambda: self.at)

    def _begin(self, command: list[str], **_: Any) -> "Begun":
        self.names.append(command[-1])
        return self

    returncode = property(lambda self: self.ends_with)

    def poll(self) -> int | None:
        return self.ends_with

    def wait(self, within: float) -> None:
        """It is over at once."""


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> Begun:
    return Begun(monkeypatch)


def test_every_job_is_a_command_of_this_place() -> None:
    assert {job.name for job in work.jobs()} <= {name for name, app in get_commands().items() if app == "couples"}


def test_a_morning_is_stored_within_its_minute(begun: Begun) -> None:
    job = work.Job("morning", timedelta(minutes=1))
    job.look()
    for _ in range(3):
        begun.at += timedelta(seconds=1)
        job.look()
    assert begun.names == ["morning", "morning"]  # at the start, and at seven; not again in the same minute


def test_what_still_runs_is_not_begun_again(begun: Begun) -> None:
    job = work.Job("erase_due", timedelta(hours=1))
    job.look()
    begun.ends_with = None
    begun.at += timedelta(hours=2)
    job.look()
    assert begun.names == ["erase_due"]
    begun.ends_with = 0
    job.look()
    assert begun.names == ["erase_due"] * 2


def test_what_failed_is_told_and_tried_again(begun: Begun, caplog: pytest.LogCaptureFixture) -> None:
    job = work.Job("send_due", timedelta(minutes=1))
    job.look()
    begun.ends_with = 1
    begun.at += timedelta(minutes=1)
    job.look()
    assert begun.names == ["send_due"] * 2
    assert "manage.py send_due ended with 1" in caplog.text


def test_once_does_each_job_once(begun: Begun) -> None:
    call_command("work", "--once")
    assert begun.names == ["morning", "send_due", "erase_due", "clear_ended"]


@pytest.mark.django_db
def test_what_has_ended_is_cleared_away_and_nothing_else() -> None:
    now = datetime.now(UTC)
    for name, ends_at in (("over", now - timedelta(seconds=1)), ("counts", now + timedelta(hours=1))):
        Tally.objects.create(key=name, value="1", ends_at=ends_at)
    call_command("clear_ended", stdout=StringIO())
    assert list(Tally.objects.values_list("key", flat=True)) == ["counts"]


@pytest.mark.django_db(transaction=True)
def test_one_lock_is_held_by_one(tmp_path: Path) -> None:
    def tries() -> None:
        try:
            with only_one("work", tmp_path):
                found.append("held")
        except SomebodyElse:
            found.append("somebody else")
        finally:
            connection.close()

    found: list[str] = []
    with only_one("work", tmp_path):
        for _ in range(2):
            other = threading.Thread(target=tries)
            other.start()
            other.join()
    tries()
    assert found == ["somebody else", "somebody else", "held"]


@pytest.mark.slow
@pytest.mark.one_database
def test_told_to_stop_it_stops(tmp_path: Path) -> None:
    surroundings = {**os.environ, "DEBUG": "1", "DATABASE_URL": f"sqlite:///{tmp_path / 'db.sqlite3'}"}
    command = [sys.executable, str(settings.BASE_DIR / "manage.py"), "work", "--verbosity=2"]
    process = subprocess.Popen(command, env=surroundings, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert process.stdout is not None and b"at work" in process.stdout.readline().lower()  # this one, or `make run`
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=40)
    assert process.returncode == 0
