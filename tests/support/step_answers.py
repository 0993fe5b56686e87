"""Answering steps as people do: their browsers over days, and the ways to an open step."""

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.urls import Resolver404, resolve

from couples import visibility
from couples.models import Opening, Pair, User
from couples.rule import consent
from tests.support.addresses import group, step
from tests.support.make import Clock
from tests.support.page_reader import on_any_day
from tests.support.visits import Visit

WALK = step("walk", "both")
HAND_ME, HAND_BEN = step("open-hand", "you"), step("open-hand", "partner")
NEAR = group("near")
NOBODYS = UUID("3f1c9e0a-5a3b-4c53-8f53-0d0f6d1c2b3a")  # the id of nothing
MARKUP = '<script>alert(1)</script> & "quotes"'


class Browser(Visit):
    """A browser whose owner signs in again on every visit: these stories go on for days."""

    def __init__(self, who: User, clock: Clock) -> None:
        super().__init__(who, clock)
        self.who = who

    def main(self, url: str, **query: str) -> str:
        """The text of the page inside <main>, on one line."""
        return " ".join(super().main(url, **query).split())

    def queries(self, url: str) -> int:
        """How many questions the page asks, signing in not counted."""
        self.get(url)
        self._sign_in = lambda: None
        try:
            return super().queries(url)
        finally:
            del self._sign_in

    def delete(self, url: str) -> Any:
        """The answer to a method that no page here has."""
        return self._at(lambda: self.client.delete(url))

    def _sign_in(self) -> None:
        self.client.force_login(self.who)

    def _at(self, act: Callable[[], Any]) -> Any:
        return super()._at(lambda: (self._sign_in(), act())[1])


def seen_on(visit: Browser, url: str) -> str:
    """What the page's form says that its reader saw."""
    found = re.search(r'name="seen" value="([^"]+)"', visit.get(url).content.decode())
    assert found, url
    return found[1]


def answer(visit: Browser, url: str, answer: str = "yes", **fields: str) -> None:
    """Answer a step or a group as a person would: open its page, press a button."""
    said = visit.post(url, seen=seen_on(visit, url), answer=answer, **fields)
    assert said.status_code == 302, said.content.decode()


def answers_of(who: User, clock: Clock) -> list[tuple[str, str]]:
    kinds = (consent.GROUP, consent.ANSWER, consent.TERMS)
    return sorted((yes.kind, yes.choice) for yes in visibility.yeses_of(who, clock.at).filter(kind__in=kinds))


def opened(who: User, clock: Clock, kind: str) -> Opening:
    return visibility.open_to(who, clock.at).get(kind=kind)


def open_walk(visit: Browser, bens: Browser, pair: Pair, clock: Clock) -> Opening:
    """Both say yes to the group and the walk, and a morning goes by."""
    for who in (visit, bens):
        answer(who, NEAR)
        answer(who, WALK)
    clock.next_morning(pair)
    return Opening.objects.get(pair=pair, kind="step")


def resolves(url: str) -> bool:
    try:
        return bool(resolve(url))
    except Resolver404:
        return False


def blanked(page: str) -> str:
    """The page without what is random in every answer, and without the day."""
    return on_any_day(re.sub(r'name="(csrfmiddlewaretoken|writer)" value="[^"]*"', "", page))
