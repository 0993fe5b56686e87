"""A couple, the therapist they may let in, and their pages as each of them gets them."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from couples.actions import steps, transactions
from couples.content.ladder import GROUPS, STEPS
from couples.models import Record, User
from couples.rule import step_things
from tests.support import make
from tests.support.kept import Kept
from tests.support.page_reader import on_any_day
from tests.support.serving_role import questions

TOKENS = re.compile(rb'((?:name="(?:csrfmiddlewaretoken|writer)" value|data-whose)=")[^"]*')
MAIN = re.compile(rb"<main.*</main>", re.DOTALL)


class Looking:
    """Ada and Ben are a pair and welcome everything; Dr. Faye has entered their code. Every page is read at `clock`."""

    def __init__(self, monkeypatch: Any) -> None:
        self.clock = make.Clock()
        self.live_by_its_clock(monkeypatch)
        self.ada, self.ben, self.eve = (make.person(name) for name in ("Ada", "Ben", "Eve"))
        self.pair = make.pair(self.ada, self.ben, self.clock)
        make.welcome_all(self.ada, self.ben, clock=self.clock)
        self.faye, self.card = make.therapist("Faye", self.clock)
        make.introduce(self.faye, self.ada, self.clock)
        self.room = f"/room/{self.pair.pk}/"
        self.mirror = f"/glass/{self.card.pk}/"

    def live_by_its_clock(self, monkeypatch: Any) -> None:
        """From here on pages are read at the instant of this story."""
        monkeypatch.setattr("couples.lib.clock.now", lambda: self.clock.at)

    def get(self, who: User | None, path: str) -> Any:
        """The answer to a page, asked for by this person (None: a visitor) a minute later."""
        self.clock.tick()
        return _client(who).get(path)

    def post(self, who: User | None, path: str, **fields: Any) -> Any:
        """The answer to a form or button, sent by this person a minute later."""
        self.clock.tick()
        return _client(who).post(path, fields)

    def bytes_of(self, who: User, path: str) -> bytes:
        """A page without its one-time tokens, without the mark of its reader, and without the day."""
        return on_any_day(TOKENS.sub(rb"\1", self.get(who, path).content).decode()).encode()

    def main_of(self, who: User, path: str) -> bytes:
        """What stands in the middle of a page."""
        found = MAIN.search(self.bytes_of(who, path))
        assert found is not None
        return found.group()

    def let_in(self, *kinds: str) -> None:
        """Both admit Dr. Faye, in the sitting in which they paired or by the next morning; for these kinds alone, as it
        was before there were classes."""
        make.admit(self.card, self.ada, self.ben, clock=self.clock, kinds=kinds)
        self.clock.next_morning(self.pair)

    def open_boundary(self, by: User, words: str) -> Record:
        """A boundary of one of them that has opened on a morning."""
        record = make.boundary(by, self.clock, words)
        make.offer(record, by, self.clock)
        self.clock.next_morning(self.pair)
        return record

    def agree(self, by: User, other: User, words: str) -> Record:
        """An agreement in force."""
        record = make.agreement(by, self.clock, words)
        make.offer(record, by, self.clock)
        self.clock.next_morning(self.pair)
        opening = make.open_revision(record, other, self.clock)
        make.accept(opening, by, other, clock=self.clock)
        self.clock.next_morning(self.pair)
        return record

    def days_later(self, days: int) -> None:
        """Let days go by in which nobody does anything."""
        self.clock.tick(days=days)
        self.pair.refresh_from_db()
        transactions.settle_pair(self.pair, self.clock.at)


_BEGUN: Kept[Looking] = Kept()


def begun(monkeypatch: Any) -> Looking:
    """All of them as they are at the beginning, made once."""
    it = _BEGUN.world(lambda: Looking(monkeypatch))
    it.live_by_its_clock(monkeypatch)
    return it


def further(more: Callable[[Looking], Any]) -> Any:
    """A fixture in place of `it`: from the beginning on to what `more` does by the product's own verbs, made once."""
    kept: Kept[Looking] = Kept()

    def it(db: None, monkeypatch: pytest.MonkeyPatch) -> Looking:
        def made() -> Looking:
            begun = Looking(monkeypatch)
            more(begun)
            return begun

        found = kept.world(made)
        found.live_by_its_clock(monkeypatch)
        return found

    it.__doc__ = more.__doc__
    return pytest.fixture(it)


def _client(who: User | None) -> Client:
    client = Client()
    if who is not None:
        client.force_login(who)
    return client


def queries_of(who: User, path: str) -> int:
    """How many queries a page takes, transaction control not counted. The first asking is not the one measured."""
    client = _client(who)
    client.get(path)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(path).status_code == 200
    return questions(asked.captured_queries)


def both_step(it: Looking, *conditions: str) -> step_things.StepThing:
    """Both turn steps on, open the first group and answer its first step yes, each with these conditions."""
    step = STEPS[0]
    thing = step_things.of_ladder(step, make.seats(it.pair)[0] if step.directed else None)
    for who in (it.ada, it.ben):
        steps.turn_on(by=who, at=it.clock.tick())
        steps.answer_group(GROUPS[0], True, by=who, at=it.clock.tick())
    it.clock.next_morning(it.pair)
    for who, words in zip((it.ada, it.ben), conditions or ("", ""), strict=True):
        steps.answer_step(thing, yes=True, conditions=words, by=who, at=it.clock.tick())
    it.clock.next_morning(it.pair)
    return thing
