"""A place that was running on 26 November 2026: its database is opened, migrated, verified and read."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def read(address: str) -> dict:
    """What tests/support/fixture_database.py says of the fixture in the empty database at `address`."""
    done = subprocess.run(
        [sys.executable, ROOT / "tests/support/fixture_database.py"],
        env={**os.environ, "DATABASE_URL": address},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_what_an_earlier_version_wrote_is_opened_verified_and_read(empty_database: str) -> None:
    assert read(empty_database) == json.loads((ROOT / "tests/fixtures/66fbf95.json").read_text(encoding="utf-8"))
