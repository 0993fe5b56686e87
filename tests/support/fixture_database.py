"""Brings a database that 66fbf95 wrote up to now, and says what its people can read. Run by a test.

`DATABASE_URL` names an empty database of either kind. It prints one JSON object.
"""

import json
import lzma
import os
import sys
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
os.environ["DJANGO_SETTINGS_MODULE"] = "trustapp.test_settings"

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from couples import visibility  # noqa: E402
from couples.lib import clock  # noqa: E402
from couples.models import HeldText, User  # noqa: E402

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
AT = datetime(2026, 11, 26, 18, 0, tzinfo=UTC)


def load() -> None:
    """Put the fixture of this database's kind into it."""
    if connection.vendor == "sqlite":
        connection.close()
        Path(connection.settings_dict["NAME"]).write_bytes(
            lzma.decompress((FIXTURES / "66fbf95.sqlite3.xz").read_bytes())
        )
        return
    with connection.cursor() as cursor:
        cursor.execute(lzma.decompress((FIXTURES / "66fbf95.sql.xz").read_bytes()).decode())
    connection.close()  # the dump empties the search path of its own connection


def main() -> None:
    """Open, migrate, verify, read."""
    load()
    told = StringIO()
    clock.now = lambda: AT  # what stands is asked on that day
    call_command("migrate", verbosity=0, interactive=False)
    call_command("verify", stdout=told)
    found: dict[str, object] = {"verified": "Everything is as it was written here." in told.getvalue()}
    for email in ("one@demo.test", "two@demo.test"):
        person = User.objects.get(email=email)
        seat = visibility.seat_of(person)
        assert seat is not None
        opened = visibility.open_to(person, AT)
        found[person.shown_name] = {
            "wrote": sorted(row.words["limit"] for row in visibility.newest_of_mine(person) if "limit" in row.words),
            "check-ins": sum(bool(row.words.get("line")) for row in visibility.check_ins_of(person)),
            "open": sorted(f"{row.kind} {row.scope}" for row in opened),
            "says": sorted(row.revision.words["limit"] for row in opened if row.scope == "boundary"),
            "own lines": visibility.own_lines_of(person).filter(opening__isnull=True).count(),
            "remembers": sorted(f"{row.kind} {row.scope}" for row in visibility.memory_lines_of(person)),
            "accepted by offering": [row.revision.words["does"] for row in visibility.accepted_by_offering(person, AT)],
            "is told of that": seat.accepting_changed,
            "standing": visibility.yeses_of(person, AT).count(),
            "calls the other": seat.partner_name,
            "half written": {row.path: list(row.fields.values()) for row in HeldText.objects.filter(author=person)},
        }
    therapist = User.objects.get(email="therapist@demo.test")
    (pair,) = visibility.pairs_of(therapist, AT)
    kinds = visibility.admitted_kinds(therapist, pair, AT)
    found["therapist"] = sorted(
        f"{row.kind} {row.scope}" for row in visibility.open_to_therapist(therapist, pair, AT, kinds)
    )
    print(json.dumps(found))


if __name__ == "__main__":
    main()
