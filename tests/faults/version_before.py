"""The version before this one, taken from git, and couples that it makes in a place of its own.

What is asked of the version before stands in `TELL`, a program that runs in its folder with its code.
"""

import atexit
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = "cc793bd"  # until versions have tags
COUPLES = ("still", "busy", "third")
PARTNERS = ("one", "two")
UPDATED = b"is being updated"
AN_OPENING = re.compile(rb"/ours/([0-9a-f-]{36})/")
PAGES = (
    "/ours/",
    "/today/",
    "/mine/",
    "/timeline/",
    "/agenda/",
    "/glass/",
    "/sitting/",
    "/yes/",
    "/steps/",
    "/welcome/",
)

# Couples half a year in, each with a therapist; both of each have just sat down, and everybody is signed in.
TELL = """
import dataclasses, json, time
import django
django.setup()
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.internal.userkit import user_id_to_str
from django.test import Client
from couples.actions import sitting
from couples.lib import clock
from couples.management import demo_story

class Told(demo_story.Story):
    def _person(self, demo, password):
        return super()._person(dataclasses.replace(demo, email=f"{self.name}-{demo.email}"), password)

def signed_in(person):
    client = Client()
    client.force_login(person)
    session = client.session
    how = {"method": "password", "at": time.time(), "reauthenticated": True}
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [how]
    session[AUTHENTICATION_METHODS_SESSION_KEY + "_user"] = user_id_to_str(person)
    session.save()
    return session.session_key

found = {}
for Told.name in COUPLES:
    story = Told("a long enough password", clock.now())
    story.tell()
    for who in (story.one, story.two):
        sitting.sit_down(by=who, at=clock.now())
    people = {name: [str(person.pk), signed_in(person)] for name, person in story.people.items()}
    found[Told.name] = {"pair": str(story.pair.pk), "people": people}
print(json.dumps(found))
"""


@dataclass(frozen=True)
class Couple:
    """One of the couples: ids as text, and by name who is there with the key of their session."""

    pair: str
    people: dict[str, list[str]]

    def pages(self, who: str) -> list[str]:
        """What somebody looks at."""
        room = f"/room/{self.pair}/"
        rooms = ["/room/", room, room, f"{room}session/", f"{room}ahead/", "/room/card/", "/me/"]
        return rooms if who == "therapist" else ["/ours/", *PAGES]


@cache
def commit() -> str:
    """The version before: the third argument of the script, else the last tag, else an example."""
    if len(sys.argv) > 3:
        return sys.argv[3]
    tags = subprocess.run(["git", "-C", ROOT, "tag", "--merged", "HEAD", "--sort=-creatordate"], capture_output=True)
    return (tags.stdout.decode().split() or [EXAMPLE])[0]


def taken_out() -> Path:
    """Its code, in a folder that goes with the script. Raises SystemExit where there is no git."""
    archived = subprocess.run(["git", "-C", ROOT, "archive", commit()], capture_output=True)
    if archived.returncode:
        raise SystemExit(f"The version before cannot be taken from git: {archived.stderr.decode()}")
    folder = Path(tempfile.mkdtemp(prefix="before-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with tarfile.open(fileobj=io.BytesIO(archived.stdout)) as tar:
        tar.extractall(folder, filter="data")
    return folder


def couples_of(code: Path, environment: dict[str, str]) -> dict[str, Couple]:
    """Let the version before tell its demo story of each."""
    around: dict[str, Any] = {**environment, "DATABASE_URL": os.environ["DATABASE_URL"]}  # whoever sees all tables
    around.pop("OWNER_DATABASE_URL", None)
    program = f"COUPLES = {COUPLES!r}\n{TELL}"
    told = subprocess.run([sys.executable, "-c", program], cwd=code, env=around, capture_output=True, text=True)
    assert told.returncode == 0, told.stderr
    return {name: Couple(**found) for name, found in json.loads(told.stdout).items()}
