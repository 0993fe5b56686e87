"""Visiting pages at an instant of a story: a signed-in person, their browser, and the clock they live by."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import time_machine
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from couples.models import User
from tests.support.make import Clock
from tests.support.page_reader import Reading
from tests.support.serving_role import questions

IDLE = timedelta(minutes=10)  # sooner than any session lapses


class Visit:
    """One person's browser in a story. Every visit takes a minute of its clock; after a while they sign in again."""

    def __init__(self, who: User | None, clock: Clock) -> None:
        self.who = who
        self.clock = clock
        self.client = Client()
        self.last: datetime | None = None

    def get(self, url: str, **query: str) -> Any:
        """The page at this address, a minute later."""
        return self._at(lambda: self.client.get(url, query))

    def post(self, url: str, follow: bool = False, **fields: Any) -> Any:
        """The answer to a form, a minute later; with `follow` the page it leads to."""
        return self._at(lambda: self.client.post(url, fields, follow=follow))

    def main(self, url: str, **query: str) -> str:
        """The text of a page that can be seen, inside <main>."""
        answer = self.get(url, **query)
        assert answer.status_code == 200
        return Reading(answer.content.decode()).main

    def queries(self, url: str) -> int:
        """How many questions the page asks the database; transaction control is not counted."""
        self.get(url)  # signed in, and what opened meanwhile is stored
        with CaptureQueriesContext(connection) as asked:
            assert self.get(url).status_code == 200
        return questions(asked)

    def _at(self, act: Callable[[], HttpResponse]) -> HttpResponse:
        with time_machine.travel(self.clock.tick(), tick=False):
            if self.who is not None and (self.last is None or self.clock.at - self.last > IDLE):
                self.client.force_login(self.who)
            self.last = self.clock.at
            return act()
