"""`gunicorn trustapp.wsgi`, and nothing more said, serves this place: it starts, reloads, stops, loses nothing."""

import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import migrated
from tests.support.collected import collected
from tests.trustapp.test_settings import SOUND

ROOT = Path(__file__).resolve().parents[2]

pytestmark = [pytest.mark.slow, pytest.mark.one_database, pytest.mark.usefixtures("django_db_setup")]


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


class Server:
    """A place of its own in a folder of its own, as in production; `ask` is what a browser behind a proxy would ask."""

    def __init__(self, folder: Path, code: Path = ROOT, workers: int = 2, **more: str) -> None:
        self.port = free_port()
        self.log = (folder / "log").open("w+")
        self.surroundings = {
            "PATH": os.environ["PATH"],
            **SOUND,
            "STATE_FOLDER": str(folder / "state"),
            "STATIC_FOLDER": str(collected()),
            "TRUSTED_PROXIES": "1",
            "PORT": str(self.port),
            "WEB_CONCURRENCY": str(workers),
            **more,
        }
        if (made := migrated.kept()).exists():
            (folder / "state").mkdir()
            shutil.copyfile(made, folder / "state" / "db.sqlite3")
        else:
            subprocess.run([sys.executable, "manage.py", "migrate"], cwd=code, env=self.surroundings, check=True)
        command = [sys.executable, "-m", "gunicorn", "trustapp.wsgi"]
        self.process = subprocess.Popen(command, cwd=code, env=self.surroundings, stderr=self.log, stdout=self.log)
        until = time.monotonic() + 60
        while self.status("/healthz") != 200:
            assert self.process.poll() is None and time.monotonic() < until, self.said()
            time.sleep(0.1)

    def status(self, address: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", address, headers={"Host": "place.example.org", "X-Forwarded-Proto": "https"})
            answer = connection.getresponse()
            answer.read()
            return answer.status
        except ConnectionRefusedError:
            return 0
        finally:
            connection.close()

    def workers(self) -> set[str]:
        return set(Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split())

    def said(self) -> str:
        self.log.flush()
        return Path(self.log.name).read_text()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    started = Server(tmp_path_factory.mktemp("place"))
    yield started
    if started.process.poll() is None:
        started.process.kill()
        started.process.wait()


def test_it_serves_pages_files_and_probes(server: Server) -> None:
    found = {
        address: server.status(address) for address in ("/healthz", "/readyz", "/", "/safety/", "/accounts/login/")
    }
    assert set(found.values()) == {200}, found
    assert len(server.workers()) == 2
    assert server.status("/today/") == 302


def reload(server: Server, before: set[str]) -> None:
    server.process.send_signal(signal.SIGHUP)
    until = time.monotonic() + 60
    while server.workers() & before or not server.workers():
        assert server.process.poll() is None and time.monotonic() < until, server.said()
        time.sleep(0.1)


@pytest.fixture
def code(tmp_path: Path) -> Path:
    """The code of this place in a folder where the next version can be put over it."""
    found = tmp_path / "code"
    found.mkdir()
    for each in ("couples", "static", "docs", "manage.py", "gunicorn.conf.py"):
        (found / each).symlink_to(ROOT / each)
    for each in ("trustapp", "templates"):
        shutil.copytree(ROOT / each, found / each)
    return found


def test_code_that_is_fetched_is_seen_by_a_reload_and_not_before(tmp_path: Path, code: Path) -> None:
    """The server has read `trustapp.logs` for its own lines; its new workers need the one that lies there now."""
    server = Server(tmp_path, code, workers=1)  # a second one might not have read its templates yet
    try:
        for template in (code / "templates").rglob("*.html"):
            template.write_text("{% of_the_next_version %}")
        assert {server.status(address) for address in ("/", "/safety/", "/learn/", "/accounts/login/")} == {200}
        shutil.copytree(ROOT / "templates", code / "templates", dirs_exist_ok=True)
        with (code / "trustapp" / "logs.py").open("a") as logs:
            logs.write("\nOF_THE_NEXT_VERSION = True\n")
        door = code / "trustapp" / "wsgi.py"
        door.write_text(door.read_text() + "\nfrom trustapp.logs import OF_THE_NEXT_VERSION  # noqa\n")
        reload(server, server.workers())
        assert server.status("/safety/") == 200
    finally:
        server.process.kill()
        server.process.wait()


def test_a_reload_loses_no_request(server: Server) -> None:
    before, found, stop = server.workers(), [], threading.Event()

    def asks() -> None:
        while not stop.is_set():
            found.append(server.status("/safety/"))

    asking = [threading.Thread(target=asks) for _ in range(3)]
    for thread in asking:
        thread.start()
    reload(server, before)
    time.sleep(0.5)
    stop.set()
    for thread in asking:
        thread.join()
    assert set(found) == {200} and len(found) > 3
    assert server.process.poll() is None


def test_it_writes_lines_of_json_and_none_for_a_request(server: Server) -> None:
    server.status("/safety/night/")
    lines = [json.loads(line) for line in server.said().splitlines()]
    assert "Listening at" in " ".join(line["what"] for line in lines)
    assert "/safety/" not in server.said() and "/accounts/" not in server.said()


def test_told_to_stop_it_stops(tmp_path: Path) -> None:
    server = Server(tmp_path)  # one of its own: the others are asked in any order
    server.process.send_signal(signal.SIGTERM)
    assert server.process.wait(40) == 0
