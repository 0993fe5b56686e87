"""The clock goes back by an hour and by a day, and comes right again: `clock_back.py ROUNDS [sqlite|postgresql]`.

What was taken back, put away or ended just before must not be open again because it is earlier now; what is pressed
meanwhile must hold; and when the clock is right again, everything is as the rule says.
"""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.faults.place import ROOT, ROUNDS, SURROUNDINGS, Now, Server, look_afresh, manage  # noqa: E402

# isort: split
from django.urls import reverse  # noqa: E402

from couples.actions import therapy  # noqa: E402
from couples.models import Opening, Pair, Record  # noqa: E402
from couples.rule import consent  # noqa: E402
from couples.rule.admissions import CLASSES  # noqa: E402
from tests.faults.browser import Answer, Browser  # noqa: E402
from tests.support import crowds, make  # noqa: E402

BACK = {"an hour": 3_600, "a day": 86_400}
TURNED = "tests.faults.turned_clock:application"
PAGES = ("/today/", "/mine/", "/ours/", "/timeline/", "/sitting/", "/agenda/", "/glass/", "/steps/", "/welcome/")
COMMANDS = ("morning", "send_due", "erase_due", "clear_ended", "verify")


class Story:
    """Ada, Ben and Dr. Faye, whose clock goes wrong."""

    def __init__(self, server: Server) -> None:
        self.clock: Any = Now()
        self.server = server
        self.ada, self.ben = make.person("Ada"), make.person("Ben")
        self.faye, self.card = make.therapist("Faye", self.clock)

    def begin(self) -> None:
        """A new pairing in which something is open, and something was until a moment ago."""
        self.pair = crowds.pair_anew(self.ada, self.ben, self.clock)
        make.welcome_all(self.ada, self.ben, clock=self.clock)
        make.introduce(self.faye, self.ada, self.clock)
        make.admit(self.card, self.ada, self.ben, clock=self.clock, classes=CLASSES)
        look_afresh()
        self.browse()
        self.open, self.closed, self.away = (self.written(self.hers) for _ in range(3))
        self.all_pages()
        self.went(self.hers.post(reverse("take_back", args=[self.record_of(self.closed)])))
        self.went(self.his.post(reverse("put_away", args=[self.opening_of(self.away)])))
        look_afresh()
        therapy.end_access(self.faye, by=self.ben, at=self.clock.at)
        look_afresh()

    def browse(self) -> None:
        """A browser for each, at the server as it runs now."""
        self.hers, self.his, self.room = (Browser(self.server.port, who) for who in (self.ada, self.ben, self.faye))
        look_afresh()

    def written(self, tab: Browser) -> str:
        """Words that were offered, which open at once: both have sat down."""
        words = f"Words {uuid4()}."
        fields = {"limit": words, "once": uuid4(), "act": "offer"}
        self.went(tab.post(reverse("write", args=["boundary"]), **fields))
        return words

    def record_of(self, words: str) -> str:
        """The record with these words."""
        look_afresh()
        newest = Record.objects.filter(author__in=(self.ada, self.ben)).order_by("-made_at")[:40]
        found = {row.pk: make.records.newest_of(row).words["limit"] for row in newest}
        return str(next(pk for pk, text in found.items() if text == words))

    def opening_of(self, words: str) -> str:
        """How these words opened."""
        return str(Opening.objects.get(kind="revision", under=self.record_of(words)).pk)

    @staticmethod
    def went(answer: Answer) -> None:
        """Something was pressed, and done."""
        assert answer.status == 302 and "/accounts/" not in answer.location, (answer.status, answer.body[-1500:])

    def all_pages(self) -> dict[str, bytes]:
        """What Ben reads, each page answered."""
        found = {path: self.his.get(path) for path in PAGES}
        hers = [self.hers.get(path) for path in PAGES]
        assert all(answer.status == 200 for answer in (*found.values(), *hers)), {p: a.status for p, a in found.items()}
        return {path: answer.body for path, answer in found.items()}

    def hold(self) -> None:
        """What is open is on Ben's page, what was closed is nowhere, and Dr. Faye has nothing."""
        pages = self.all_pages()
        assert self.open.encode() in pages["/sitting/"] + pages["/ours/"], "what is open is not there"
        for words in (self.closed, self.away):
            for path, page in pages.items():
                assert words.encode() not in page, f"what was closed is open again on {path}"
        assert self.room.get(reverse("couple", args=[self.pair.pk])).status == 404, "a therapist is in again"

    def press(self) -> None:
        """By the wrong clock: give, take back, sit down, accept, pause, and nothing is refused or comes undone."""
        more, gone = self.written(self.hers), self.written(self.his)
        self.went(self.his.post(reverse("take_back", args=[self.record_of(gone)])))
        for name, fields in (
            ("stand_up", {}),
            ("sit_down", {}),
            ("welcome", {"everyday": consent.MORNINGS, "heavy": "not_now"}),
            ("steps_on", {}),
            ("steps_pause", {}),
            ("check_in", {"line": "Quiet.", "once": uuid4()}),
            ("wish_zone", {"zone": "Europe/Lisbon"}),
        ):
            self.went(self.his.post(reverse(name), **fields))
        assert self.hers.get(reverse("record", args=[self.record_of(more)])).status == 200
        assert gone.encode() not in self.hers.get("/ours/").body + self.hers.get("/sitting/").body
        assert self.his.post(reverse("stop"), act="hour", sure="yes").status == 200


def by_the_wrong_clock(back: int, command: str) -> None:
    """Run a command of management by that clock."""
    run = [sys.executable, "tests/faults/turned_clock.py", command]
    surroundings = {**SURROUNDINGS, "CLOCK_IS_OFF_BY": str(-back)}
    done = subprocess.run(run, cwd=ROOT, env=surroundings, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


def main() -> None:
    """Each round an hour and a day."""
    server = Server(TURNED, CLOCK_IS_OFF_BY="0")
    story = Story(server)
    for _ in range(ROUNDS):
        for back in BACK.values():
            story.begin()
            turn(server, -back)
            story.hold()
            story.press()
            story.hold()
            for command in COMMANDS:
                by_the_wrong_clock(back, command)
            turn(server, 0)
            story.browse()
            story.hold()
            look_afresh()
            crowds.agree(Pair.objects.get(pk=story.pair.pk), story.clock)
            look_afresh()
            manage("verify")
    assert os.path.exists(server.log.name) and "Internal Server Error" not in server.said()
    print(f"{ROUNDS} rounds, each an hour and a day back.")


def turn(server: Server, seconds: int) -> None:
    """Serve by a clock that is off by so much."""
    server.besides["CLOCK_IS_OFF_BY"] = str(seconds)
    server.restart()


if __name__ == "__main__":
    main()
