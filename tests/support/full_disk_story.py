"""A place on a disk of its own that becomes full, run by tests/trustapp/test_full_disk.py in a process of its own.

`DATABASE_URL` names a migrated file of SQLite on that disk. It prints one JSON object: what each request was answered.
"""

import json
import logging
import os
import re
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))
os.environ["DJANGO_SETTINGS_MODULE"] = "trustapp.test_settings"

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.urls import reverse  # noqa: E402

from couples.actions import steps  # noqa: E402
from couples.models import Seat, User  # noqa: E402
from tests.support import make  # noqa: E402

DISK = Path(settings.DATABASES["default"]["NAME"]).parent
HEADING = re.compile(r"<h1[^>]*>(.*?)</h1>", re.DOTALL)
Answer = tuple[int, str, str, bool]


def fill() -> None:
    """Write until the disk takes nothing more. The log of the database is emptied before, so that it has to grow."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    connection.close()
    try:
        with (DISK / "filler").open("ab", buffering=0) as filler:
            while True:
                filler.write(b"x" * 4096)
    except OSError:
        pass


def ask(client: Client, method: str, url: str, **fields: Any) -> Answer:
    """The status, where it leads, what stands at its head, and whether the words that were sent are in it."""
    answer = getattr(client, method)(url, fields)
    page = answer.content.decode()
    found = HEADING.search(page)
    connection.close()  # as after every request of a server
    return answer.status_code, answer.headers.get("Location", ""), found[1].strip() if found else "", "canary" in page


def people() -> tuple[Client, User, list[Any]]:
    """Ada, in a pair with Ben, with a few things offered and steps turned on; her browser."""
    clock = make.Clock(datetime.now(UTC))
    ada, ben = make.person("Ada"), make.person("Ben")
    make.pair(ada, ben, clock)
    records = [make.boundary(ada, clock, f"Limit {n}.") for n in range(4)]
    for record in records:
        make.offer(record, ada, clock)
    steps.turn_on(by=ada, at=clock.tick())
    client = Client(raise_request_exception=False)
    client.force_login(ada)
    client.get("/mine/")
    return client, ada, records


def main() -> None:
    """First with room kept aside, then without."""
    logging.disable(logging.CRITICAL)
    settings.DEBUG, settings.ALLOWED_HOSTS = False, ["testserver"]
    client, ada, records = people()
    settings.DISK_RESERVE = 4 * 1024 * 1024
    Client().get("/")  # the first request keeps it aside
    client = Client(raise_request_exception=False)
    client.force_login(ada)
    client.get("/mine/")
    fill()
    told: dict[str, Any] = {"kept aside": settings.RESERVE_FILE.stat().st_size}
    told["read"] = ask(client, "get", "/mine/")
    told["write"] = ask(client, "post", reverse("write", args=["boundary"]), limit="canary " * 400)
    told["take back"] = ask(client, "post", f"/mine/{records[0].pk}/take-back/")
    told["pause"] = ask(client, "post", "/steps/pause/")
    told["left of it"] = settings.RESERVE_FILE.stat().st_size
    fill()
    afresh = Client(raise_request_exception=False)
    told["sign in"] = ask(afresh, "post", "/accounts/login/", login=ada.email, password=make.PASSWORD)
    told["left after signing in"] = settings.RESERVE_FILE.stat().st_size
    fill()
    told["take back after that"] = ask(afresh, "post", f"/mine/{records[2].pk}/take-back/")
    os.truncate(settings.RESERVE_FILE, min(settings.RESERVE_FILE.stat().st_size, settings.DISK_RESERVE // 2))
    fill()
    told["sign in at half"] = ask(
        Client(raise_request_exception=False), "post", "/accounts/login/", login=ada.email, password=make.PASSWORD
    )
    told["take back at half"] = ask(afresh, "post", f"/mine/{records[3].pk}/take-back/")
    settings.RESERVE_FILE.unlink()
    settings.DISK_RESERVE = 0
    fill()
    told["write without"] = ask(client, "post", reverse("write", args=["boundary"]), limit="canary " * 400)
    told["take back without"] = ask(client, "post", f"/mine/{records[1].pk}/take-back/")
    told["end without"] = ask(client, "post", reverse("end_pairing"), way="close", sure="yes")
    told["still paired"] = Seat.objects.filter(person=ada, ended_at__isnull=True).exists()
    (DISK / "filler").unlink()
    told["with room again"] = ask(client, "post", reverse("end_pairing"), way="close", sure="yes")
    told["not paired"] = not Seat.objects.filter(person=ada, ended_at__isnull=True).exists()
    told["sign out"] = ask(client, "post", "/accounts/logout/")
    print(json.dumps(told))


if __name__ == "__main__":
    main()
