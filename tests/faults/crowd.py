"""People who write without pause while something breaks, and what must be true afterwards.

A press is acknowledged once its browser was sent on to the next page. What was not acknowledged is pressed again, as
people do, with the same form.
"""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from tests.faults import place
from tests.faults.browser import Browser
from tests.faults.place import Gone, Now, look_afresh, manage

# isort: split
from django.urls import reverse

from couples.models import CheckIn, OwnLine, OwnWords, Pair, Record, Revision, Yes
from couples.rule import consent
from tests.support import crowds, make

PAGES = ("/today/", "/mine/", "/ours/", "/timeline/", "/sitting/")
HELD_BACK = "Only I know that {}."


@dataclass
class Noted:
    """What was acknowledged in one round."""

    written: dict[UUID, str] = field(default_factory=dict)  # by the token of its form: kept or offered
    acts: dict[UUID, str] = field(default_factory=dict)
    taken_back: set[UUID] = field(default_factory=set)
    check_ins: dict[UUID, str] = field(default_factory=dict)
    lost_calls: int = 0
    answers: Counter[int] = field(default_factory=Counter)  # to what was not acknowledged


class Crowd:
    """Ada and Ben, in two tabs each, at a place that serves."""

    def __init__(self, server: place.Server) -> None:
        self.server, self.clock = server, Now()
        self.ada, self.ben = make.person("Ada"), make.person("Ben")
        self.chance = random.Random(11)
        self.presses = self.acknowledged = 0
        self.stopping = threading.Event()
        self.wrong: list[str] = []

    def round(self, break_it: Callable[[], None], again: str = "/healthz") -> Noted:
        """Let them write, break something meanwhile, let them go on once the server answers at `again`, and hold
        everything against what was noted.
        """
        clock: Any = self.clock
        self.pair = crowds.pair_anew(self.ada, self.ben, clock)
        make.welcome_all(self.ada, self.ben, clock=clock)
        look_afresh()
        noted, self.stopping = Noted(), threading.Event()
        tabs = [Browser(self.server.port, who) for who in (self.ada, self.ada, self.ben, self.ben)]
        look_afresh()
        seeds = [self.chance.random() for _ in tabs]
        threads = [threading.Thread(target=self._write, args=(*each, noted)) for each in zip(tabs, seeds, strict=True)]
        for thread in threads:
            thread.start()
        time.sleep(self.chance.uniform(0.2, 1.0))
        break_it()
        self.server.wait(again)
        time.sleep(0.3)
        self.stopping.set()
        for thread in threads:
            thread.join(place.LONGEST)
            assert not thread.is_alive(), "a press hangs"
        assert not self.wrong, (self.wrong, self.server.said())
        self.hold(noted)
        self.acknowledged += len(noted.acts) + len(noted.taken_back) + len(noted.check_ins)
        return noted

    def _write(self, tab: Browser, seed: float, noted: Noted) -> None:
        """One tab: write, sometimes take it back, sometimes a check-in."""
        chance = random.Random(seed)
        try:
            while not self.stopping.is_set():
                once, act = uuid4(), chance.choice(("offer", "offer", "keep"))
                words = f"Words {once}."
                fields = {"limit": words, "protects": HELD_BACK.format(once), "act": act, "once": once}
                if not (where := self._press(tab, reverse("write", args=["boundary"]), noted, **fields)):
                    return
                noted.written[once], noted.acts[once] = words, act
                if chance.random() < 0.4:
                    record = where.rstrip("/").rpartition("/")[2]
                    if not self._press(tab, reverse("take_back", args=[record]), noted):
                        return
                    noted.taken_back.add(once)
                if chance.random() < 0.3:
                    once = uuid4()
                    if not self._press(tab, reverse("check_in"), noted, line=f"Line {once}.", once=once):
                        return
                    noted.check_ins[once] = f"Line {once}."
        except Exception as problem:
            self.wrong.append(f"{type(problem).__name__}: {problem}")

    def _press(self, tab: Browser, path: str, noted: Noted, **fields: Any) -> str:
        """Press until it is acknowledged; gives where that led, or "" where everybody stops."""
        until = time.monotonic() + place.LONGEST
        while True:
            self.presses += 1
            try:
                answer = tab.post(path, **fields)
                if answer.status == 302:
                    assert "/accounts/" not in answer.location, "signed out"
                    return answer.location
                noted.answers[answer.status] += 1
                assert answer.status in MEANWHILE, (path, answer.status, answer.body[:600])
            except Gone:
                pass
            noted.lost_calls += 1
            if self.stopping.is_set():
                return ""
            assert time.monotonic() < until, "nothing is acknowledged any more"
            time.sleep(0.1)

    # --- What has to be true ---

    def hold(self, noted: Noted) -> None:
        """Every acknowledged word is there, once; nothing is there by half; what stands is what the rule says."""
        look_afresh()
        hold_noted(noted)
        for record in Record.objects.filter(author__in=(self.ada, self.ben)):
            assert Revision.objects.filter(record=record).count() == 1, "a record without its words"
            assert OwnWords.objects.get(record=record).words["protects"] == HELD_BACK.format(record.once)
        crowds.agree(Pair.objects.get(pk=self.pair.pk), self.clock)  # type: ignore[arg-type]
        look_afresh()

    def whole(self) -> None:
        """`verify` is clean, and the pages are the same after a restart."""
        manage("verify")
        before = self.pages()
        self.server.restart()
        after = self.pages()
        for page, was in before.items():
            assert was == after[page], f"{page} is another after a restart"

    def pages(self) -> dict[str, bytes]:
        """The pages of both."""
        tabs = {who.shown_name: Browser(self.server.port, who) for who in (self.ada, self.ben)}
        look_afresh()
        found = {f"{name} {path}": tab.get(path) for name, tab in tabs.items() for path in PAGES}
        assert {answer.status for answer in found.values()} == {200}, {n: a.status for n, a in found.items()}
        return {name: answer.page for name, answer in found.items()}


MEANWHILE = (503,)  # what a page may answer while something is broken: kindly, and with what was written in it


def hold_noted(noted: Noted) -> None:
    """Every acknowledged word is there, once, and every yes stands or was taken back as it was noted."""
    for once, words in noted.written.items():
        record = Record.objects.get(once=once)
        assert [each.words["limit"] for each in Revision.objects.filter(record=record)] == [words]
        assert OwnWords.objects.get(record=record).words["protects"] == HELD_BACK.format(once)
    for once, act in noted.acts.items():
        offers = Yes.objects.filter(kind=consent.OFFER, under=Record.objects.get(once=once).pk)
        assert offers.count() == (1 if act == "offer" else 0), "a yes by half, or twice"
        if once in noted.taken_back:
            assert not offers.filter(closed_at__isnull=True).exists(), "what was taken back stands"
    check_ins = list(CheckIn.objects.all())
    lines = Counter(row.line for row in check_ins)
    assert all(lines[line] == 1 for line in noted.check_ins.values()), "a check-in is not there, or twice"
    of_check_ins = OwnLine.objects.filter(check_in__isnull=False).count()
    assert of_check_ins == len(check_ins), "a check-in by half"
