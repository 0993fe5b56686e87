"""Requests that gunicorn answers, beside those of the reference page, and how much memory it takes for that."""

import http.client
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from django.db import connection

from couples.management.demo_people import PEOPLE
from tests.benchmarks import reference_page
from tests.benchmarks.judged import judge, judge_ratio
from tests.trustapp.test_gunicorn import free_port
from tests.trustapp.test_settings import SOUND

ROOT = Path(__file__).resolve().parents[2]
CLIENTS, SECONDS = 8, 6.0
PASSWORD = "a password for a benchmark"
SLOWEST: Final = 2.0  # the reference page may be answered so many times as often as Mine
MOST_MEMORY = 155  # MiB, of the master and two workers together, each shared page counted once
HEADERS = {"Host": "place.example.org", "X-Forwarded-Proto": "https"}


def served() -> None:
    """Mine against the reference page, by 8 clients at once; and the memory after that. On SQLite."""
    if connection.vendor != "sqlite":
        print("  measured on SQLite")
        return
    with tempfile.TemporaryDirectory() as folder:
        surroundings = {"PATH": os.environ["PATH"], **SOUND, "STATE_FOLDER": folder, "TRUSTED_PROXIES": "1"}
        demo = {**surroundings, "DEBUG": "1", "DEMO_PASSWORD": PASSWORD}
        for command, around in ((["migrate", "--verbosity=0"], surroundings), (["demo"], demo)):
            done = [sys.executable, "manage.py", *command]
            subprocess.run(done, cwd=ROOT, env=around, check=True, stdout=subprocess.DEVNULL)
        subprocess.run(
            [sys.executable, "manage.py", "collectstatic", "--no-input", "--verbosity=0"],
            cwd=ROOT,
            env=surroundings,
            check=True,
        )
        with (
            _gunicorn("trustapp.wsgi", surroundings) as (ours, master),
            _gunicorn("tests.benchmarks.reference_wsgi", surroundings) as (bare, _),
        ):
            mine, entered = _signed_in(ours), _entered(bare)
            told = judge_ratio(
                "Mine, served",
                lambda: _answers(bare, reference_page.ADDRESS, entered) / _answers(ours, "/mine/", mine),
                SLOWEST,
            )
            print(f"  the reference page is answered {told} as often as Mine, by {CLIENTS} clients")
            print(f"  the master and two workers take {judge('memory', _memory(master), MOST_MEMORY)} MiB")


@contextmanager
def _gunicorn(app: str, surroundings: dict[str, str]) -> Iterator[tuple[int, int]]:
    """(port, process id of the master) of a server, once it answers."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", app],
        cwd=ROOT,
        env={**surroundings, "PORT": str(port), "WEB_CONCURRENCY": "2"},
        stderr=subprocess.DEVNULL,
    )
    try:
        until = time.monotonic() + 60
        while not _is_up(port):
            assert process.poll() is None and time.monotonic() < until, app
            time.sleep(0.1)
        yield port, process.pid
    finally:
        process.terminate()
        process.wait()


def _is_up(port: int) -> bool:
    try:
        _ask(http.client.HTTPConnection("127.0.0.1", port, timeout=10), "/healthz", "")
    except OSError:
        return False
    return True


def _ask(to: http.client.HTTPConnection, path: str, cookie: str, sent: dict[str, str] | None = None) -> tuple[int, str]:
    """(status, cookies it set) of one answer."""
    headers = {**HEADERS, "Cookie": cookie, "Referer": f"https://{HEADERS['Host']}/"}
    if sent is None:
        to.request("GET", path, headers=headers)
    else:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
        to.request("POST", path, urlencode(sent), headers)
    answer = to.getresponse()
    body = answer.read().decode(errors="replace")
    cookies = "; ".join(each.partition(";")[0] for each in answer.headers.get_all("Set-Cookie", []))
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', body)
    return answer.status, "\n".join((cookies, token[1] if token else ""))


def _signed_in(port: int) -> str:
    to = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    _, said = _ask(to, "/accounts/login/", "")
    cookies, token = said.split("\n")
    sent = {"login": PEOPLE["one"].email, "password": PASSWORD, "csrfmiddlewaretoken": token}
    status, said = _ask(to, "/accounts/login/", cookies, sent)
    assert status == 302, status
    return said.split("\n")[0]


def _entered(port: int) -> str:
    status, said = _ask(http.client.HTTPConnection("127.0.0.1", port, timeout=30), "/enter/", "")
    assert status == 200, status
    return said.split("\n")[0]


def _answers(port: int, path: str, cookie: str) -> float:
    """Answers a second, all clients together."""
    counts = [0] * CLIENTS
    ends = time.monotonic() + SECONDS

    def client(n: int) -> None:
        to = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        while time.monotonic() < ends:
            status, _ = _ask(to, path, cookie)
            assert status == 200, (path, status)
            counts[n] += 1

    threads = [threading.Thread(target=client, args=[n]) for n in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(counts), counts
    return sum(counts) / SECONDS


def _memory(master: int) -> int:
    """MiB of a process and its children."""
    children = Path(f"/proc/{master}/task/{master}/children").read_text().split()
    rolled = [Path(f"/proc/{pid}/smaps_rollup").read_text() for pid in (str(master), *children)]
    return round(sum(int(re.search(r"^Pss: +(\d+)", each, re.M)[1]) for each in rolled) / 1024)
