"""Two versions during an upgrade: `two_versions.py SECONDS [sqlite|postgresql] [COMMIT]`. Each state lasts so long.

The version before (`version_before.commit`) serves a database of its own while people write. Beside it comes up this
version, before its `migrate`; then `migrate`; both serve, and people press here and there; then the one before ends.
No word that was acknowledged is lost, nothing is there by half, and whoever cannot be served is told calmly that the
place is being updated, with what they wrote. Both versions say the same of what is open, after each act by either.
"""

import json
import os
import random
import re
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.faults import version_before  # noqa: E402

BEFORE = version_before.taken_out()
os.environ["PLACE_BEGINS_WITH"] = str(BEFORE)

from tests.faults import place  # noqa: E402
from tests.faults.place import LONGEST, ON_POSTGRESQL, ROOT, ROUNDS, Gone, Now, Server, look_afresh, manage  # noqa: E402

# isort: split
from django.urls import reverse  # noqa: E402

from couples.models import Pair  # noqa: E402
from tests.faults.acts_of_two import ActsOfTwo  # noqa: E402
from tests.faults.browser import Answer, Browser  # noqa: E402
from tests.faults.crowd import HELD_BACK, Noted, hold_noted  # noqa: E402
from tests.faults.version_before import AN_OPENING, PARTNERS, UPDATED, Couple  # noqa: E402
from tests.support import crowds  # noqa: E402

OLD, NEW = "the version before", "this version"
# What a version that is out already does, and no later one can mend (docs/decisions/0051-...).
KNOWN = {
    "cc793bd": (
        f"at migrate {OLD} answers 500",  # where rights come back between a refusal and the look whether there are any
        f"at migrate {OLD} answers 400",  # a session that could not be saved
        f"{OLD} answers 500 at /yes/",  # of whoever accepted a takeaway
        f"{OLD} answers 500 to /me/account/now/",  # of whoever has rows in tables that it does not know
    )
}


class Upgrade:
    """Both servers, the crowd, and what it is answered in each state."""

    def __init__(self) -> None:
        self.couples = version_before.couples_of(BEFORE, place.SURROUNDINGS)
        self.noted, self.answers, self.wrong = Noted(), Counter[str](), Counter[str]()
        self.state, self.stopping = "alone", threading.Event()
        self.serving = {OLD: Server(code=BEFORE)}
        self.chosen = [OLD]  # whom a balancer would ask
        self.first_seen: dict[str, set[bytes]] = {}

    # --- The crowd ---

    def write(self, who: str, seed: int) -> None:
        """Write without pause, at whichever version comes."""
        chance, couple = random.Random(seed), self.couples["busy"]
        while not self.stopping.is_set():
            once, act = uuid4(), chance.choice(("offer", "keep"))
            words = {"limit": f"Words {once}.", "protects": HELD_BACK.format(once), "act": act, "once": once}
            where = self.press(chance, couple, who, reverse("write", args=["boundary"]), **words)
            self.noted.written[once], self.noted.acts[once] = f"Words {once}.", act
            if chance.random() < 0.4:
                self.press(chance, couple, who, f"{where}take-back/")
                self.noted.taken_back.add(once)
            if chance.random() < 0.3:
                once = uuid4()
                self.press(chance, couple, who, reverse("check_in"), line=f"Line {once}.", once=once)
                self.noted.check_ins[once] = f"Line {once}."

    def press(self, chance: random.Random, couple: Couple, who: str, path: str, **fields: Any) -> str:
        """Press until it is acknowledged; where that led."""
        until = time.monotonic() + LONGEST
        while time.monotonic() < until:
            answer = self.ask(chance.choice(self.chosen), couple, who, path, fields)
            if answer is not None and answer.status == 302:
                return answer.location
            time.sleep(0.1)
        raise AssertionError("nothing is acknowledged any more")

    def look(self, who: str, seed: int) -> None:
        """Look without pause at the couple that does nothing: what is open to it stays so, whoever says it."""
        chance = random.Random(seed)
        while not self.stopping.is_set():
            couple = self.couples["still"]
            version, path = chance.choice(self.chosen), chance.choice(couple.pages(who))
            answer = self.ask(version, couple, who, path)
            if answer is not None and answer.status == 200 and path == "/ours/":
                seen = set(AN_OPENING.findall(answer.body))
                if self.first_seen.setdefault(couple.people[who][0], seen) != seen:
                    self.wrong[f"at {self.state} {version} shows other things on {path}"] += 1

    def ask(
        self, version: str, couple: Couple, who: str, path: str, fields: dict[str, Any] | None = None
    ) -> Answer | None:
        """What this version answers: as it should, or that the place is being updated. None where nobody answers."""
        tab = Browser(self.serving[version].port, who, session=couple.people[who][1])
        said = f"at {self.state} {version}"
        try:
            answer = tab.post(path, **fields) if fields is not None else tab.get(path)
        except Gone:
            self.answers[f"{said} answers nothing"] += 1
            if self.state != "the end of one":
                self.wrong[f"{said} answers nothing at {path}"] += 1
            return None
        self.answers[f"{said} answers {answer.status}"] += 1
        if answer.status == 302 and "/accounts/" in answer.location:
            self.wrong[f"{said} asks who it is at {path}"] += 1
        if answer.status == 503 and UPDATED in answer.body:
            words = str((fields or {}).get("limit") or (fields or {}).get("line") or "")
            if words.encode() not in answer.body:
                self.wrong[f"{said} gives no words back at {path}"] += 1
        elif answer.status not in (200, 302):
            self.wrong[f"{said} answers {answer.status} at {re.sub('[0-9a-f-]{36}', 'ID', path)}"] += 1
        return answer

    # --- The states ---

    def live(self) -> None:
        """Go through all of them."""
        crowd = [threading.Thread(target=self._safely, args=(self.write, who, n)) for n, who in enumerate(PARTNERS * 2)]
        crowd += [
            threading.Thread(target=self._safely, args=(self.look, who, 9 + n))
            for n, who in enumerate((*PARTNERS, "therapist"))
        ]
        for thread in crowd:
            thread.start()
        time.sleep(ROUNDS)
        manage("collectstatic", "--no-input", "--verbosity=0", code=ROOT)
        self.state = "the tables of before"
        self.serving[NEW] = Server(code=ROOT)
        self.chosen = [OLD, NEW]
        time.sleep(ROUNDS)
        self.state = "migrate"
        manage("migrate", "--verbosity=0", code=ROOT)
        time.sleep(1.5)  # this version looks once a second whether it is over
        self.state = "both"
        time.sleep(ROUNDS)
        manage("migrate", "--verbosity=0", code=ROOT)  # as on the next machine: nothing to do is nothing noticed
        self.acts()
        self.state = "the end of one"
        self.chosen = [NEW]
        self.serving[OLD].end()
        self.state = "this alone"
        time.sleep(ROUNDS)
        self.stopping.set()
        for thread in crowd:
            thread.join(LONGEST)

    def acts(self) -> None:
        """What both say after each act by either. The lookers rest meanwhile: what is open changes."""
        couple, self.couples["still"] = self.couples["still"], self.couples["third"]
        ActsOfTwo(couple, {name: server.port for name, server in self.serving.items()}, self.wrong).all()

    def _safely(self, does: Any, who: str, seed: int) -> None:
        try:
            does(who, seed)
        except Exception as problem:
            self.wrong[f"{self.state}: {type(problem).__name__}: {problem}"] += 1
            raise

    def hold(self) -> None:
        """Every acknowledged word is there, once; what stands is what the rule says; `verify` is clean."""
        look_afresh()
        hold_noted(self.noted)
        for name in ("busy", "third"):
            crowds.agree(Pair.objects.get(pk=UUID(self.couples[name].pair)), Now())  # type: ignore[arg-type]
        look_afresh()
        manage("verify", code=ROOT)
        if ON_POSTGRESQL:
            manage("wall", "--check", code=ROOT)


def errors(server: Server) -> list[str]:
    """What the log says of answers that failed, but for those that said that the place is being updated."""
    rows = [json.loads(line) for line in Path(server.log.name).read_text().splitlines() if line.startswith("{")]
    return [" ".join(row.get("trace", [row["what"]])[-4:]) for row in rows if row.get("status") in (400, 500)]


def main() -> None:
    """Upgrade, and say what was answered."""
    upgrade = Upgrade()
    try:
        upgrade.live()
    finally:
        upgrade.stopping.set()
        print("\n".join(f"{said}: {count}" for said, count in upgrade.answers.items()))
    known = KNOWN.get(version_before.commit(), ())
    left = {what: count for what, count in upgrade.wrong.items() if not what.startswith(known)}
    assert not left, (left, errors(upgrade.serving[OLD])[-3:])
    upgrade.hold()
    kept = len(upgrade.noted.written) + len(upgrade.noted.check_ins)
    print(f"From {version_before.commit()}: {kept} things acknowledged, 0 lost.")
    if upgrade.wrong:
        print(f"Known of {version_before.commit()}: {dict(upgrade.wrong)}")


if __name__ == "__main__":
    main()
