"""Sixteen people at once, without a pause: `load.py ROUNDS [sqlite|postgresql] [COUPLES]`. A round takes ten seconds.

Five couples of half a year, a therapist of each and somebody alone look at the pages that people open, and one press
in ten writes, each on a connection that stays open. Beside them runs `manage.py work`, as everywhere. No answer may be
another than the one that was asked for, every acknowledged word is there at the end, what stands is what the rule says,
and memory stays as it is. Seconds are told of no page: how long each takes is said beside the quietest one of the run.
With fewer couples a round is shorter.
"""

import json
import random
import re
import signal
import statistics
import sys
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.faults.place import (  # noqa: E402
    FOLDER,
    LONGEST,
    ON_POSTGRESQL,
    ROUNDS,
    Gone,
    Now,
    Server,
    begin_manage,
    look_afresh,
    manage,
)

# isort: split
from django.db import connection  # noqa: E402
from django.urls import reverse  # noqa: E402

from couples.models import HeldText, Pair, Takeaway, User  # noqa: E402
from couples.views._drafts import writer_token  # noqa: E402
from tests.faults.browser import Answer, Browser, Line  # noqa: E402
from tests.faults.crowd import HELD_BACK, Noted, hold_noted  # noqa: E402
from tests.faults.demo_couples import Couple, couples  # noqa: E402
from tests.support import crowds  # noqa: E402

COUPLES = int(sys.argv[3]) if len(sys.argv) > 3 else 5
A_ROUND = 2.0 * COUPLES  # seconds
WRITES = 0.1  # of all that is asked
FLAT = 1.05  # the last third beside the middle one
JUDGED_FROM = 30  # rounds: what has just started still grows
Page = tuple[str, str]  # its name in the table, its address


@dataclass
class Told:
    """What was asked and answered, of all."""

    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))  # seconds, by page
    noted: Noted = field(default_factory=Noted)
    drafts: dict[UUID, str] = field(default_factory=dict)  # the last words that were held, by their row
    takeaways: dict[UUID, str] = field(default_factory=dict)  # the last line, by pair
    wrong: list[str] = field(default_factory=list)
    asked_again: int = 0


class Person:
    """One of them: a browser, the pages they open, and what they write."""

    def __init__(self, port: int, who: User, seed: int, told: Told, pages: dict[str, tuple[int, list[str]]]) -> None:
        self.line, self.told, self.who = Line(port), told, who
        self.tab = Browser(port, who, self.line)
        self.chance, self.writer = random.Random(seed), writer_token(who)
        self.pages = pages  # by name: how often among a hundred, and the addresses one of which it is
        self.acts: list[tuple[int, Callable[[], None]]] = [(20, self.keep), (15, self.check_in), (15, self.draft)]
        self.offered: list[tuple[UUID, str]] = []  # not taken back: the token of the form, the page of the record
        self.draft_at, self.drafted = uuid4(), 0
        self.pair = UUID(int=0)

    def live(self, stopping: threading.Event) -> None:
        """Look and write until the others stop."""
        weights = [often for often, _ in self.pages.values()]
        try:
            while not stopping.is_set():
                if self.chance.random() < WRITES:
                    often, acts = zip(*self.acts, strict=True)
                    self.chance.choices(acts, often)[0]()
                else:
                    name = self.chance.choices(list(self.pages), weights)[0]
                    answer = self._timed(name, self.chance.choice(self.pages[name][1]))
                    assert answer.status == 200, f"{answer.status} on {name}: {answer.location} {answer.body[:300]!r}"
        except (AssertionError, Gone) as problem:
            self.told.wrong.append(f"{self.who.shown_name}: {problem}")
            stopping.set()
        finally:
            self.told.asked_again += self.line.asked_again
            self.line.close()

    def _timed(self, name: str, path: str, **fields: Any) -> Answer:
        begun = time.perf_counter()
        answer = self.tab.post(path, **fields) if fields else self.tab.get(path)
        self.told.took[name].append(time.perf_counter() - begun)
        return answer

    def _press(self, name: str, path: str, **fields: Any) -> str:
        """Press, and be sent on to where it says."""
        answer = self._timed(name, path, **fields)
        assert answer.status == 302, f"{answer.status} to {name}: {answer.body[:300]!r}"
        assert "/accounts/" not in answer.location, f"signed out at {name}"
        return answer.location

    # --- What they write ---

    def keep(self, act: str = "keep") -> UUID:
        """Keep a boundary for oneself, or offer it."""
        once = uuid4()
        words = {"limit": f"Words {once}.", "protects": HELD_BACK.format(once), "act": act, "once": once}
        where = self._press(f"{act} a boundary", reverse("write", args=["boundary"]), **words)
        self.told.noted.written[once], self.told.noted.acts[once] = f"Words {once}.", act
        name = "a record of mine"
        self.pages[name] = self.pages[name][0], [*self.pages[name][1][-40:], where]
        return once

    def offer(self) -> None:
        """Write something and say yes to sharing it, which opens it at once while both have sat down."""
        once = self.keep("offer")
        self.offered.append((once, self.pages["a record of mine"][1][-1]))

    def take_back(self) -> None:
        """Take back what was offered a while ago, or offer something."""
        if not self.offered:
            return self.offer()
        once, where = self.offered.pop(self.chance.randrange(len(self.offered)))
        self._press("take back", f"{where}take-back/", writer=self.writer)
        self.told.noted.taken_back.add(once)

    def welcome(self) -> None:
        """Say again that things may open any morning."""
        self._press("save a welcome", reverse("welcome"), everyday="mornings", heavy="mornings")

    def check_in(self) -> None:
        """How it is, with a line."""
        once = uuid4()
        sliders = {name: self.chance.randrange(0, 101, 10) for name in ("safe", "trusting", "close")}
        self._press("check in", reverse("check_in"), line=f"Line {once}.", once=once, **sliders)
        self.told.noted.check_ins[once] = f"Line {once}."

    def draft(self) -> None:
        """Half of a sentence, which the page itself sends; another one after some time."""
        self.drafted += 1
        if self.drafted % 8 == 0:
            self.draft_at = uuid4()
        words = f"Half of sentence {self.drafted} of {self.draft_at}"
        sent = {"limit": words, "writer": self.writer, "held": self.draft_at, "at": reverse("write", args=["boundary"])}
        answer = self._timed("hold a draft", reverse("hold"), **sent)
        assert answer.status == 204, f"{answer.status} to a draft"
        self.told.drafts[self.draft_at] = words

    def takeaway(self) -> None:
        """Write the lines of the last session anew."""
        line = f"Line {uuid4()}."
        self._press("write a takeaway", reverse("write_takeaway", args=[self.pair]), first=line)
        self.told.takeaways[self.pair] = line


# --- Who opens what ---


def people(port: int, all_couples: list[Couple], told: Told) -> list[Person]:
    """Two partners and a therapist of each couple, and one person alone."""
    found = []
    for n, couple in enumerate(all_couples):
        for who in (couple.one, couple.two):
            person = Person(port, who, 100 * n + len(found), told, pages_of_partner(couple, who))
            person.acts += [(25, person.offer), (15, person.take_back), (10, person.welcome)]
            found.append(person)
        therapist = Person(port, couple.therapist, 100 * n + 50, told, pages_of_therapist(couple))
        therapist.pair = couple.pair.pk
        therapist.acts = [(50, therapist.draft), (50, therapist.takeaway)]
        found.append(therapist)
    alone = Person(port, all_couples[0].alone, 99, told, pages_of_somebody_alone())
    return [*found, alone]


def pages_of_partner(couple: Couple, who: User) -> dict[str, tuple[int, list[str]]]:
    """How often a partner opens which page."""
    return {
        "Today": (22, ["/today/"]),
        "Ours": (13, ["/ours/"]),
        "Timeline": (9, ["/timeline/"]),
        "Timeline, filtered": (3, ["/timeline/?kind=boundary"]),
        "Mine": (12, ["/mine/"]),
        "a record of mine": (8, [reverse("record", args=[each]) for each in couple.records[who.pk]]),
        "an open sheet": (8, [reverse("open_sheet", args=[each]) for each in couple.sheets[who.pk]]),
        "a form to write in": (7, [reverse("write", args=[kind]) for kind in ("boundary", "agreement", "topic")]),
        "An hour together": (4, ["/sitting/"]),
        "When things may open": (3, ["/welcome/"]),
        "Our therapist": (2, ["/glass/"]),
        "the mirror": (3, [reverse("mirror", args=[couple.card])]),
        "Agenda": (2, ["/agenda/"]),
        "Steps": (2, ["/steps/"]),
        "a page to read": (2, ["/learn/", "/safety/night/"]),
    }


def pages_of_therapist(couple: Couple) -> dict[str, tuple[int, list[str]]]:
    """The same of a therapist."""
    pair = couple.pair.pk
    return {
        "Room": (25, ["/room/"]),
        "a couple's page": (35, [reverse("couple", args=[pair])]),
        "a session's page": (15, [reverse("session", args=[pair])]),
        "what is ahead": (10, [reverse("ahead", args=[pair])]),
        "a takeaway to write": (5, [reverse("write_takeaway", args=[pair])]),
        "Shelf": (5, ["/room/shelf/"]),
        "a page to read": (5, ["/learn/"]),
    }


def pages_of_somebody_alone() -> dict[str, tuple[int, list[str]]]:
    """The same of somebody without a partner."""
    return {
        "Today": (30, ["/today/"]),
        "Mine": (20, ["/mine/"]),
        "Timeline": (15, ["/timeline/"]),
        "a record of mine": (15, ["/mine/"]),
        "a form to write in": (15, [reverse("write", args=["boundary"])]),
        "a page to read": (5, ["/learn/", "/safety/night/"]),
    }


# --- What is measured ---


def memory(server: Server) -> float:
    """MiB of the master and its workers, each shared page counted once."""
    assert server.process is not None
    rolled = [Path(f"/proc/{pid}/smaps_rollup").read_text() for pid in (server.process.pid, *server.workers())]
    return sum(int(re.search(r"^Pss: +(\d+)", each, re.M)[1]) for each in rolled) / 1024  # type: ignore[index]


def size() -> float:
    """MiB of the database; on SQLite without what it has written beside its file."""
    if not ON_POSTGRESQL:
        return (FOLDER / "place.sqlite3").stat().st_size / 2**20
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return cursor.fetchone()[0] / 2**20


def written_beside() -> str:
    """What SQLite wrote beside its file, which goes into it once nobody reads what was before: now nobody does."""
    if ON_POSTGRESQL:
        return ""
    beside = (FOLDER / "place.sqlite3-wal").stat().st_size / 2**20
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        is_busy, left, _ = cursor.fetchone()
    assert not is_busy and not left, "somebody still reads what was before"
    return f" Beside it {beside:.1f} MiB, gone as soon as nobody reads."


def table(told: Told) -> str:
    """Each page with how often it was asked for and how long it took, beside the quietest one."""
    medians = {name: statistics.median(took) for name, took in told.took.items()}
    quietest = min(medians.values())
    lines = ["| page | asked for | median | 95 % | 99 % |", "|---|---|---|---|---|"]
    for name in sorted(medians, key=lambda each: medians[each]):
        took = sorted(told.took[name])
        parts = [medians[name], took[len(took) * 95 // 100], took[len(took) * 99 // 100]]
        lines.append(f"| {name} | {len(took):,} | " + " | ".join(f"{part / quietest:.1f}" for part in parts) + " |")
    return "\n".join(lines)


def hold(told: Told, all_couples: list[Couple]) -> None:
    """What has to be true afterwards."""
    look_afresh()
    hold_noted(told.noted)
    held = {row.pk: row.fields["limit"] for row in HeldText.objects.filter(pk__in=told.drafts)}
    assert held.keys() <= told.drafts.keys()
    lost = [words for pk, words in told.drafts.items() if held.get(pk, [words]) != [words]]
    assert not lost, f"drafts that are not as they were last held: {lost[:3]}"
    for pair, line in told.takeaways.items():
        assert Takeaway.objects.filter(pair=pair).latest("day", "number").lines == [line], "a takeaway is another"
    for couple in all_couples:
        crowds.agree(Pair.objects.get(pk=couple.pair.pk), Now())  # type: ignore[arg-type]
    look_afresh()
    manage("verify")


def said_wrong(server: Server) -> list[str]:
    """The lines of gunicorn's log that are no usual ones."""
    lines = Path(server.log.name).read_text().splitlines()
    return [line for line in lines if not line.startswith("{") or json.loads(line)["level"] != "INFO"]


def lived(server: Server, everybody: list[Person], told: Told) -> list[float]:
    """Let them live; the memory after each round."""
    stopping, found = threading.Event(), [memory(server)]
    threads = [threading.Thread(target=person.live, args=[stopping]) for person in everybody]
    for thread in threads:
        thread.start()
    for _ in range(ROUNDS):
        if stopping.wait(A_ROUND):
            break
        found.append(memory(server))
    stopping.set()
    for thread in threads:
        thread.join(LONGEST)
        assert not thread.is_alive(), "a press hangs"
    assert not told.wrong, (told.wrong[:3], server.said())
    return found


def main() -> None:
    """Let them come, and say what it was like."""
    all_couples, told = couples(COUPLES), Told()
    server, work, before = Server(), begin_manage("work"), size()
    everybody = people(server.port, all_couples, told)
    look_afresh()
    found = lived(server, everybody, told)
    work.send_signal(signal.SIGTERM)
    said = b"".join(work.communicate(timeout=LONGEST)).decode()
    assert work.returncode == 0 and not said, said
    assert not said_wrong(server), said_wrong(server)[:3]
    beside, after = written_beside(), size()
    hold(told, all_couples)
    third = len(found) // 3
    middle, last = statistics.mean(found[third : 2 * third] or found), statistics.mean(found[2 * third :])
    assert ROUNDS < JUDGED_FROM or last <= middle * FLAT, f"memory grows: {[round(each) for each in found]}"
    asked, wrote = sum(map(len, told.took.values())), len(told.noted.written) + len(told.noted.check_ins)
    kinds = Counter(told.noted.acts.values())
    print(table(told))
    print(f"{asked:,} asked for in {ROUNDS * A_ROUND / 60:.1f} minutes, no answer but the right ones.", end=" ")
    print(f"{told.asked_again} asked for again after their connection was closed.")
    print(f"{wrote:,} things written ({kinds['offer']:,} offered), {len(told.noted.taken_back):,} taken back, 0 lost.")
    print(f"Memory {found[0]:.0f} MiB, then {middle:.0f} and {last:.0f}.", end=" ")
    print(f"Database {before:.1f} MiB, then {after:.1f}.{beside}")


if __name__ == "__main__":
    main()
