"""A round of the faults that show most, each in a place of its own; tests/faults/run.py goes through all of a night."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults import run
from tests.support import migrated
from tests.support.collected import collected

HERE = Path(__file__).resolve().parent
pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("django_db_setup")]


def happens(script: str, rounds: int, database: str = run.SQLITE, *more: str) -> None:
    """The script goes through these rounds and finds nothing wrong."""
    command = [sys.executable, str(HERE / f"{script}.py"), str(rounds), database, *more]
    tables = migrated.kept()
    made = {"MADE_TABLES": str(tables) if tables.exists() else "", "MADE_LOOK": str(collected())}
    where = {"cwd": HERE.parents[1], "env": {**os.environ, **made}}
    done = subprocess.run(command, **where, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]


@pytest.mark.one_database
def test_workers_that_are_killed_lose_nothing_that_they_acknowledged() -> None:
    happens("kill_workers", 1)


@pytest.mark.postgresql
def test_a_postmaster_that_is_killed_loses_nothing_that_was_acknowledged() -> None:
    happens("kill_postmaster", 1, run.POSTGRESQL)


@pytest.mark.one_database
def test_a_form_sent_three_times_at_once_is_sent_once() -> None:
    happens("double_press", 1)


def test_every_script_of_a_fault_is_part_of_a_night() -> None:
    """Those that nobody would run otherwise take too long for each day."""
    beside = {"__init__", "browser", "crowd", "letter_box", "place", "run", "turned_clock", "test_faults"}
    beside |= {"acts_of_two", "demo_couples", "version_before"}
    assert {file.stem for file in HERE.glob("*.py")} - beside == set(run.ROUNDS)
