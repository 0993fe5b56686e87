"""Somebody who writes, somebody who is erased, and whoever reads it all: processes of tests/management/test_backup.py.

`DATABASE_URL` names a migrated database. The first argument says which of them this is.
"""

import json
import os
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
os.environ["DJANGO_SETTINGS_MODULE"] = "trustapp.test_settings"

import django  # noqa: E402

django.setup()

from couples.actions import erasure  # noqa: E402
from couples.models import Record, Revision, User  # noqa: E402
from couples.row_security.session import as_reader  # noqa: E402
from tests.support import make  # noqa: E402


def write(name: str) -> None:
    """Write one record after the other until told to stop, and say the number of each once it is committed."""
    clock = make.Clock(datetime.now(UTC))
    who = make.person(name)
    number = 0
    while True:
        make.boundary(who, clock, f"{name} {number}")
        print(number, flush=True)
        time.sleep(0.03)
        number += 1


def erase(name: str) -> None:
    """Let somebody leave for good."""
    erasure.erase_account(by=User.objects.get(shown_name=name), at=datetime.now(UTC))


def erase_first_record(name: str) -> None:
    """Erase what somebody wrote first."""
    who, at = User.objects.get(shown_name=name), datetime.now(UTC)
    with as_reader(who.pk, at):  # as a page does
        record = Record.objects.filter(author=who).order_by("made_at").first()
        assert record is not None
        erasure.erase_record(record, by=who, at=at)


def read() -> None:
    """Everybody, with every text of theirs, as one JSON object."""
    found: dict[str, list[str]] = {who.shown_name: [] for who in User.objects.all()}
    for revision in Revision.objects.order_by("made_at").select_related("author"):
        found[revision.author.shown_name].append(revision.words["limit"])
    print(json.dumps(found))


if __name__ == "__main__":
    {"write": write, "erase": erase, "erase_first_record": erase_first_record, "read": read}[sys.argv[1]](*sys.argv[2:])
