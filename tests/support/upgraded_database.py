"""Brings a database from before sealing up to now, and says what can be read then. Run by management/test_upgrade.py.

`DATABASE_URL` names an empty database. It prints one JSON object.
"""

import json
import os
import sys
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from pathlib import Path
from uuid import uuid4

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
os.environ["DJANGO_SETTINGS_MODULE"] = "trustapp.test_settings"

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.migrations.executor import MigrationExecutor  # noqa: E402

from couples import visibility  # noqa: E402
from couples.models import CheckIn, HeldText, OwnWords, Revision, Seat, User, Yes  # noqa: E402

BEFORE = ("couples", "0001_the_first_tables")
AT = datetime(2026, 3, 2, 18, 0, tzinfo=UTC)


def write_in_plain_words() -> None:
    """Two people of the first version, in a pair, with something of everything that holds words; a boundary is open."""
    executor = MigrationExecutor(connection)
    executor.migrate([BEFORE])
    old = executor.loader.project_state(BEFORE).apps.get_model

    def make(name: str, **fields: object):
        return old("couples", name).objects.create(**fields)

    ada, ben = (make("User", email=f"{name}@example.test", shown_name=name, password="!") for name in ("Ada", "Ben"))
    pair = make("Pair", time_zone="UTC", settled_until=AT, next_morning=AT + timedelta(days=1))
    hers, his = (
        make("Seat", pair=pair, person=who, partner_name=other.shown_name, since=AT)
        for who, other in ((ada, ben), (ben, ada))
    )
    make("Seat", pair=make("Pair", time_zone="UTC", settled_until=AT, next_morning=AT), partner_name="Gone", since=AT)
    record = make("Record", author=ada, kind="boundary", made_at=AT, once=uuid4(), own_words={"protects": "Sleep."})
    revision = make("Revision", record=record, author=ada, number=1, words={"limit": "Doors stay shut."}, made_at=AT)
    make("Record", author=ben, kind="boundary", made_at=AT, once=uuid4())
    make("CheckIn", author=ada, made_at=AT, day=AT.date(), safe=0, line="Grey.", once=uuid4())
    make("HeldText", author=ben, path="/mine/write/boundary/", fields={"limit": ["half"]}, held_at=AT)
    ends, words = AT + timedelta(days=90), {"number": 1, "revision": revision, "under": record.pk, "scope": "boundary"}
    given = {"pair": pair, "given_at": AT, "ends_at": ends}
    yeses = [
        make("Yes", seat=hers, kind="offer", thing=revision.pk, **given, **words),
        make("Yes", seat=his, kind="reading", thing=revision.pk, **given, **words),
        make("Yes", seat=his, kind="welcome", thing=uuid4(), scope="everyday", choice="mornings", **given),
    ]
    make("Yes", seat=his, kind="answer", thing=uuid4(), choice="conditions", words={"conditions": "Slowly."}, **given)
    opening = make(
        "Opening",
        **{"id": uuid4(), "pair": pair, "kind": "revision", "thing": revision.pk, "author": hers, "opened_at": AT},
        **{"day": date(2026, 3, 2), "door": "morning", "tie": uuid4().hex, **words},
    )
    for yes in yeses:
        make("Rest", opening=opening, yes=yes)


def main() -> None:
    """Write as before, migrate to now, read as now."""
    write_in_plain_words()
    told = StringIO()
    call_command("migrate", verbosity=0, interactive=False)
    call_command("verify", stdout=told)
    ben = User.objects.get(shown_name="Ben")
    found = {
        "words": [row.words for row in Revision.objects.all()],
        "own": [row.words for row in OwnWords.objects.all()],
        "check-ins": [row.words for row in CheckIn.objects.all()],
        "held": [[row.path, row.fields] for row in HeldText.objects.all()],
        "names": sorted(row.partner_name for row in Seat.objects.filter(person__isnull=False)),
        "conditions": [row.conditions for row in Yes.objects.filter(words__isnull=False)],
        "open": [opening.revision.words for opening in visibility.open_to(ben, AT + timedelta(hours=1))],
        "verified": "Everything is as it was written here." in told.getvalue(),
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
