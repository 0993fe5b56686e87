"""What the place stands on: each library is held to a hash, says its licence, and has its reason in the README."""

import re
import tomllib
from pathlib import Path

import pytest

from tests import licences

ROOT = Path(__file__).resolve().parents[2]
DEPENDENCIES = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]

pytestmark = pytest.mark.one_database


def test_every_library_says_its_licence_and_none_reaches_into_what_is_ours() -> None:
    found = licences.licences()
    assert len(found) > len(DEPENDENCIES)
    for library, licence in found.items():
        assert licence, library
        assert "AGPL" not in licence and not re.fullmatch(r"GPL.*", licence), library


def test_every_library_is_held_to_a_hash() -> None:
    for name in ("requirements.txt", "requirements-test.txt", "requirements-prove.txt"):
        lock = (ROOT / name).read_text(encoding="utf-8")
        named = [line for line in lock.splitlines() if re.match(r"[a-z0-9].*==", line)]
        assert named and lock.count("--hash=sha256:") >= len(named), name
        for line in named:
            assert re.search(rf"^{re.escape(line)}\n +--hash=sha256:", lock, re.MULTILINE) and line.endswith("\\"), line


def test_every_library_that_is_asked_for_has_its_reason_in_the_readme() -> None:
    table = (ROOT / "README.md").read_text(encoding="utf-8").partition("## What it stands on")[2].lower()
    for asked in DEPENDENCIES:
        name = re.split(r"[\[~>=<]", asked)[0].removeprefix("django-")
        assert re.search(rf"^\|[^|]*\b{name}\b[^|]*\|", table, re.MULTILINE), asked


def test_the_audit_fails_where_nobody_has_looked() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8").partition("\naudit:")[2].partition("\n\n")[0]
    assert "--strict" in makefile and "--require-hashes" in makefile and "exit 1" in makefile
