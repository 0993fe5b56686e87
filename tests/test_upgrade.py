"""Coming from the version before sealing: everything written then is there, sealed, and verified."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def empty_database(db: None, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database of the kind that the tests run on."""
    if connection.vendor == "sqlite":
        yield f"sqlite:///{tmp_path / 'before.sqlite3'}"
        return
    server, name = os.environ["DATABASE_URL"].rpartition("/")[0], f"before_{uuid4().hex}"
    given = connection.get_connection_params()
    reach = {key: given[key] for key in ("host", "port", "user", "password") if given.get(key)}
    with psycopg.connect(**reach, dbname="postgres", autocommit=True) as outside:
        outside.execute(f'CREATE DATABASE "{name}"')
        yield f"{server}/{name}"
        outside.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def test_what_was_written_in_plain_words_is_sealed_and_stays_readable(empty_database: str) -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "tests" / "upgrading.py"],
        env={**os.environ, "DATABASE_URL": empty_database},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {
        "words": [{"limit": "Doors stay shut."}],
        "own": [{"protects": "Sleep."}],
        "check-ins": [{"safe": 0, "line": "Grey."}],
        "held": [{"limit": ["half"]}],
        "names": ["Ada", "Ben"],
        "conditions": ["Slowly."],
        "open": [{"limit": "Doors stay shut."}],
        "verified": True,
    }
    if empty_database.startswith("sqlite"):
        stored = Path(empty_database.removeprefix("sqlite:///")).read_bytes()
        for words in (b"Doors stay shut.", b"Sleep.", b"Grey.", b"Slowly."):
            assert words not in stored, "secure_delete leaves nothing of what stood there"
