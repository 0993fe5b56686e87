"""Rate limits hold across processes: they count in a cache of files that all share, and nobody is counted twice."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from trustapp.cache import FileCache

ROOT = Path(__file__).resolve().parents[2]
TRY = """
import sys
import django
from django.conf import settings
settings.configure(
    CACHES={"default": {"BACKEND": "trustapp.cache.FileCache", "LOCATION": sys.argv[1]}}, INSTALLED_APPS=["allauth"],
    ALLAUTH_TRUSTED_PROXY_COUNT=0,
)
django.setup()
from django.test import RequestFactory
from allauth.core.internal.ratelimit import consume
asked = RequestFactory().post("/")
print("ready", flush=True)
sys.stdin.readline()  # all begin at once
print(sum(consume(asked, app="x", action="y", config={"y": "100/m/key"}, key="k") is not None for _ in range(300)))
"""


def test_four_processes_together_are_let_through_as_often_as_one(tmp_path: Path) -> None:
    command = [sys.executable, "-c", TRY, str(tmp_path)]
    surroundings = {**os.environ, "PYTHONPATH": str(ROOT)}
    surroundings.pop("DJANGO_SETTINGS_MODULE", None)
    tries = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=surroundings)
        for _ in range(4)
    ]
    for each in tries:
        assert each.stdout and each.stdout.readline() == "ready\n"
    for each in tries:
        assert each.stdin
        each.stdin.write("go\n")
        each.stdin.flush()
    allowed = [int(each.communicate()[0]) for each in tries]
    assert sum(allowed) == 100  # with Django's own cache of files it was 115 to 136


@pytest.fixture
def cache(tmp_path: Path) -> FileCache:
    return FileCache(str(tmp_path), {})


def test_only_the_first_adds(cache: FileCache) -> None:
    assert cache.add("k", 1) is True
    assert cache.add("k", 2) is False
    assert cache.get("k") == 1


def test_what_has_ended_can_be_added_anew(cache: FileCache) -> None:
    assert cache.add("k", 1, timeout=-1) in (True, False)
    assert cache.add("k", 2) is True
    assert cache.get("k") == 2


def test_nothing_half_written_is_left_behind(cache: FileCache, tmp_path: Path) -> None:
    for n in range(5):
        cache.add("k", n)
    assert [path.suffix for path in tmp_path.iterdir()] == [".djcache"]


def test_the_site_uses_it() -> None:
    from trustapp import settings

    assert settings.CACHES["default"]["BACKEND"] == "trustapp.cache.FileCache"
