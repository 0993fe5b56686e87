"""The race of leaving for good: an account is erased while a request of the same person still writes.

What such a request writes after the rows of its person were gathered, and before the account itself goes, is brought
about by a press at just that statement.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, connections

from couples.models import HeldText, LookingDay, User
from couples.views._drafts import writer_token
from tests.actions.test_erasure import LOGIN, NOW, trusted, verify
from tests.support import make
from tests.support.addresses import writing
from tests.support.crowds import Crowd, Two

pytestmark = [pytest.mark.races, pytest.mark.django_db(transaction=True)]

A_WHILE = 1.0  # seconds a press is given to be done with before the erasure goes on


class Meanwhile:
    """A press from a thread of its own, begun when a statement of this thread comes, and what came of it."""

    def __init__(self, press: Callable[[], Any]) -> None:
        self.press = press
        self.given: Any = None
        self.problem: BaseException | None = None
        self.thread: threading.Thread | None = None

    def _run(self) -> None:
        try:
            self.given = self.press()
        except BaseException as problem:
            self.problem = problem
        finally:
            connections.close_all()

    @contextmanager
    def at(self, statement: str) -> Iterator[None]:
        """Press at the first statement that begins like this; at the end the press is over."""

        def ask(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
            if self.thread is None and sql.startswith(statement):
                self.thread = threading.Thread(target=self._run)
                self.thread.start()
                self.thread.join(A_WHILE)
            return execute(sql, params, many, context)

        with connection.execute_wrapper(ask):
            yield
        assert self.thread is not None, statement
        self.thread.join()


@pytest.fixture
def ada(two: Two) -> User:
    """Ada, who is about to leave for good."""
    return two.ada


def test_unfinished_writing_that_comes_while_an_account_is_erased_goes_with_it(ada: User, together: Crowd) -> None:
    browser, other_tab, writer = trusted(ada), trusted(ada), writer_token(ada)
    sent = {"at": writing("boundary"), "writer": writer, "limit": "Not in the kitchen."}
    meanwhile = Meanwhile(lambda: other_tab.post("/me/hold/", sent))
    with meanwhile.at('DELETE FROM "couples_user"'):
        answer = browser.post(NOW)
    assert (answer.status_code, answer["Location"]) == (302, "/me/account/gone/")
    assert meanwhile.problem is None
    assert meanwhile.given.status_code == 204
    assert not User.objects.filter(pk=ada.pk).exists()
    assert not HeldText.objects.exists()
    verify()


def test_a_therapist_who_is_erased_while_they_look_at_a_couple_is_asked_to_sign_in(two: Two, together: Crowd) -> None:
    pair = make.pair(two.ada, two.ben, two.clock)
    faye, card = make.therapist("Faye", two.clock)
    make.introduce(faye, two.ada, two.clock)
    make.admit(card, two.ada, two.ben, clock=two.clock)
    other_tab = trusted(faye)
    meanwhile = Meanwhile(lambda: other_tab.get(f"/room/{pair.pk}/"))
    with meanwhile.at('DELETE FROM "couples_user"'):
        answer = trusted(faye).post(NOW)
    assert (answer.status_code, answer["Location"]) == (302, "/me/account/gone/")
    assert meanwhile.problem is None
    assert meanwhile.given["Location"].startswith(LOGIN)
    assert not LookingDay.objects.filter(therapist=faye.pk).exists()
    verify()


def test_a_button_pressed_while_its_person_is_erased_leads_to_signing_in(two: Two, together: Crowd) -> None:
    make.pair(two.ada, two.ben, two.clock)
    other_tab = trusted(two.ada)
    meanwhile = Meanwhile(lambda: other_tab.post("/today/check-in/", {"line": "Quiet.", "once": str(uuid4())}))
    with meanwhile.at('DELETE FROM "couples_user"'):
        answer = trusted(two.ada).post(NOW)
    assert (answer.status_code, answer["Location"]) == (302, "/me/account/gone/")
    assert meanwhile.problem is None
    assert meanwhile.given["Location"].startswith(LOGIN)
    verify()
