"""The folder of this place may not be written for a while: `read_only.py ROUNDS [sqlite|postgresql]`.

On SQLite that is the database too. A thread that has it open goes on; by any other, pages are read or say calmly that
they cannot be, what was being written comes back, and nothing says that it was done. On PostgreSQL it is only what lies
beside it, and people notice nothing.
"""

import os
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.faults.place import FOLDER, ON_POSTGRESQL, ROUNDS, Server, manage  # noqa: E402

# isort: split
from uuid import uuid4  # noqa: E402

from django.urls import reverse  # noqa: E402

from couples.models import Record  # noqa: E402
from tests.faults.browser import Browser, asked  # noqa: E402
from tests.faults.crowd import HELD_BACK, PAGES, Crowd  # noqa: E402
from tests.faults.place import look_afresh  # noqa: E402
from tests.support import make  # noqa: E402

WRITES = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH
CLOSES = {"stand_up": {}, "steps_off": {}, "stop": {"act": "everything", "sure": "yes"}}


@contextmanager
def read_only() -> Iterator[None]:
    """Within it nothing in the folder of this place may be written; PostgreSQL's own is left alone."""
    found = [path for path in (FOLDER, *FOLDER.rglob("*")) if "pg" not in path.relative_to(FOLDER).parts[:1]]
    modes = {path: path.stat().st_mode for path in found}
    for path, mode in modes.items():
        path.chmod(mode & ~WRITES)
    try:
        yield
    finally:
        for path, mode in modes.items():
            if path.exists():
                path.chmod(mode)


def meanwhile(tab: Browser, server: Server, record: str) -> bool:
    """What somebody finds, and what they press; whether anything of it was taken back."""
    for path in PAGES:
        assert tab.get(path).status in (200, 503), path
    once = uuid4()
    words, beside = f"Words {once}.", HELD_BACK.format(once)  # as the others write, who look at it where it was done
    answer = tab.post(reverse("write", args=["boundary"]), limit=words, protects=beside, once=once, act="keep")
    done = answer.status == 302
    assert done or not ON_POSTGRESQL and answer.status == 503, (answer.status, answer.body[-800:])
    assert done or words.encode() in answer.body and b"NOT saved" in answer.body, "what was written is not in the page"
    answer = tab.post(reverse("take_back", args=[record]))
    closed = answer.status == 302
    assert closed or not ON_POSTGRESQL and b"NOT taken back" in answer.body, (answer.status, answer.body[-800:])
    for name, fields in CLOSES.items():
        answer = tab.post(reverse(name), **fields)
        closed = closed or answer.status in (200, 302)
        assert answer.status in (200, 302) or not ON_POSTGRESQL and answer.status == 503, (name, answer.status)
    signing_in = {"login": tab.who.email, "password": make.PASSWORD}
    assert tab.post(reverse("account_login"), **signing_in).status != 500
    for path in ("/", "/safety/", "/healthz", "/accounts/login/", "/notes/"):
        assert asked(server.port, "GET", path, {}, b"").status == 200, path
    assert (
        asked(server.port, "POST", "/leave/", {"Cookie": "", "Referer": "https://place.example.org/"}, b"x=1").status
        < 500
    )
    return closed


def main() -> None:
    """Some of it while it may be written, some while it may not, and all of it again."""
    server = Server()
    crowd = Crowd(server)
    for _ in range(ROUNDS):
        noted = crowd.round(lambda: None)
        standing = next(once for once, act in noted.acts.items() if act == "offer" and once not in noted.taken_back)
        look_afresh()
        record = str(Record.objects.get(once=standing).pk)
        tab = Browser(server.port, Record.objects.get(once=standing).author)
        look_afresh()
        with read_only():
            closed = meanwhile(tab, server, record)
        if not closed:
            crowd.hold(noted)
        answer = tab.post(reverse("take_back", args=[record]))
        assert answer.status == 302, (closed, answer.status, answer.body[-800:], server.said())
        noted.taken_back.add(standing)
        crowd.whole()
    assert "Traceback" not in server.said() or not ON_POSTGRESQL
    manage("verify")
    print(f"{ROUNDS} rounds in which the folder could not be written.")


if __name__ == "__main__":
    os.umask(0o022)
    main()
