"""Visiting pages at an instant of a story: a signed-in person, their browser, and the clock they live by."""

from collections.abc import Callable
from typing import Any

import time_machine
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from couples.models import User
from tests.make import Clock
from tests.reading import Reading


class Visit:
    """One person's browser in a story. Every visit takes a minute of its clock."""

    def __init__(self, who: User | None, clock: Clock) -> None:
        self.clock = clock
        self.client = Client()
        if who is not None:
            with time_machine.travel(clock.at, tick=False):
                self.client.force_login(who)

    def get(self, url: str, **query: str) -> Any:
        """The page at this address, a minute later."""
        return self._at(lambda: self.client.get(url, query))

    def post(self, url: str, follow: bool = False, **fields: Any) -> Any:
        """The answer to a form, a minute later; with `follow` the page it leads to."""
        return self._at(lambda: self.client.post(url, fields, follow=follow))

    def main(self, url: str, **query: str) -> str:
        """The text of the page inside <main>."""
        return Reading(self.get(url, **query).content.decode()).main

    def queries(self, url: str) -> int:
        """How many questions the page asks the database; transaction control is not counted."""
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert self.get(url).status_code == 200
        control = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE", "ROLLBACK", "SET ")
        return sum(not query["sql"].startswith(control) for query in asked)

    def _at(self, act: Callable[[], HttpResponse]) -> HttpResponse:
        with time_machine.travel(self.clock.tick(), tick=False):
            return act()
