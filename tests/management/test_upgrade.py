"""Coming from the version before sealing: everything written then is there, sealed, and verified."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

ROOT = Path(__file__).resolve().parents[2]


# In `make test` PostgreSQL comes from there; what seals is the same code on both.
@pytest.mark.deep if connection.vendor == "sqlite" else pytest.mark.slow
def test_what_was_written_in_plain_words_is_sealed_and_stays_readable(empty_database: str) -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "tests/support/upgraded_database.py"],
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
        "held": [["/mine/write/c6r/", {"limit": ["half"]}]],
        "names": ["Ada", "Ben"],
        "conditions": ["Slowly."],
        "open": [{"limit": "Doors stay shut."}],
        "verified": True,
    }
    if empty_database.startswith("sqlite"):
        stored = Path(empty_database.removeprefix("sqlite:///")).read_bytes()
        for words in (b"Doors stay shut.", b"Sleep.", b"Grey.", b"Slowly."):
            assert words not in stored, "secure_delete leaves nothing of what stood there"
