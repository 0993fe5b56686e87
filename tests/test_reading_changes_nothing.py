"""GET and HEAD change nothing, at no address and for nobody, but the day on which a therapist looked."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.urls import get_resolver

from couples.actions import pairing, reset_lock
from couples.lib import clock
from couples.models import LookingDay, Opening, User
from tests.support import make
from tests.support.access_rows import Row, routes
from tests.support.depth import PROVING, depth
from tests.support.everybody import ADMITTED, ALONE, AUTHOR, PARTNER, VISITOR, Everybody
from tests.test_access import TABLE

pytestmark = [pytest.mark.django_db, pytest.mark.matrix]

LOOKERS = (VISITOR, AUTHOR, *[PARTNER] * PROVING, ALONE, ADMITTED)  # he looks at what she looks at
SESSIONS = (Session, UserSession)
LOOKS = depth(1, 2)  # what the second look would do that the first did not, a night shows
ASK_BY_HEAD = LOOKERS if PROVING else (AUTHOR,)  # it goes through the very same view: one person shows it
HARMLESS = ("SELECT", "SAVEPOINT", "RELEASE", "ROLLBACK")
Rows = dict[str, list[str]]
TABLES = [model for model in apps.get_models() if model not in SESSIONS and model._meta.managed]


@pytest.fixture(scope="module")
def waiting(here: Everybody) -> Iterator[Everybody]:
    """Something has opened that nobody has stored, and somebody waits for another to use their code."""
    ada, ben = here.people[AUTHOR], here.people[PARTNER]
    opened = Opening.objects.count()
    for who in (ada, ben):
        make.offer(make.boundary(who, here.clock), who, here.clock)
    pairing.invite(by=here.people[ALONE], at=here.clock.tick())
    assert Opening.objects.count() == opened, "it opens at the next seven o'clock"
    here.clock.tick(days=1)
    yield here


@pytest.fixture(scope="module")
def untouched(waiting: Everybody) -> Rows:
    """What is in the tables before each test here: what one test changes is undone before the next."""
    return rows(*(model for model in TABLES if model is not LookingDay))


def rows(*models: Any) -> Rows:
    return {model._meta.label: sorted(map(repr, model.objects.values_list())) for model in models}


class Watch:
    """Holds tables against what was in them, wherever a statement ran that might have written there.

    To read them all after every answer takes longer than the answers; without such a statement they are as they were.
    """

    def __init__(self, was: Rows) -> None:
        self.tables, self.was, self.may_differ = [apps.get_model(label) for label in was], was, False

    def __call__(self, ask: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:
        self.may_differ |= not str(sql).lstrip("( ").startswith(HARMLESS)
        return ask(sql, params, many, context)

    def hold(self, path: str) -> None:
        """They are as they were."""
        if self.may_differ:
            self.may_differ = False
            assert rows(*self.tables) == self.was, path

    def hold_whatever_was_asked(self, path: str) -> None:
        """They are as they were, whether or not this saw anybody write."""
        self.may_differ = True
        self.hold(path)


@pytest.mark.parametrize("row", TABLE, ids=str)
def test_get_and_head_change_no_table_but_the_days_of_looking(
    row: Row, waiting: Everybody, untouched: Rows, ask: Any
) -> None:
    path = row.path(waiting)
    looked = LookingDay.objects.count()
    watch = Watch(untouched)
    with connection.execute_wrapper(watch):
        for who in LOOKERS:
            for method in (["head"] * (who in ASK_BY_HEAD) + ["get"]) * LOOKS:
                assert ask(who, method, path).status_code < 500, f"{who} found nothing whole at {path}"
            if who != ADMITTED:
                assert LookingDay.objects.count() == looked, f"{who} noted a day at {path}"
    watch.hold_whatever_was_asked(path)


def test_a_code_is_shown_in_the_answer_to_its_press_alone(waiting: Everybody, ask: Any) -> None:
    pressed = ask(ALONE, "post", "/pairing/invite/").content.decode()
    code = pressed.partition('<p class="code">')[2].partition("</p>")[0]
    assert len(code) == 9
    for method in ("head", "get", "get"):
        page = ask(ALONE, method, "/pairing/").content.decode()
        assert code not in page
    assert pairing.find_invitation(code, by=waiting.people[ADMITTED], at=waiting.clock.at), "looking used nothing up"


# --- Whoever is half way in, or shut out ---

PASSWORD = "a quiet lamp on the stairs"
SIGN_UP, LOG_IN, RESET = "/accounts/signup/", "/accounts/login/", "/accounts/password/reset/"
HALF_WAY: dict[str, Callable[[Client, User], object]] = {
    "signing up": lambda to, _: to.post(SIGN_UP, {"email": "n@example.test", "password1": PASSWORD, "shown_name": "N"}),
    "with a known address": lambda to, who: to.post(
        SIGN_UP, {"email": who.email, "password1": PASSWORD, "shown_name": "N"}
    ),
    "signing up by passkey": lambda to, _: to.post(
        "/accounts/signup/passkey/", {"email": "n@example.test", "shown_name": "N", "able": "yes"}
    ),
    "resetting": lambda to, who: to.post(RESET, {"email": who.email}),
    "changing the address": lambda to, who: (
        to.post(LOG_IN, {"login": who.email, "password": make.PASSWORD}),
        to.post("/accounts/reauthenticate/", {"password": make.PASSWORD}),
        to.post("/accounts/email/", {"email": "n@example.test", "action_add": ""}),
    ),
    "asked again a moment ago": lambda to, who: (
        to.post(LOG_IN, {"login": who.email, "password": make.PASSWORD}),
        to.post("/accounts/reauthenticate/", {"password": make.PASSWORD}),
    ),
    "shut out for a day": lambda to, who: (
        reset_lock.close_for_a_day(who, at=clock.now()),
        to.post(LOG_IN, {"login": who.email, "password": make.PASSWORD}),
    ),
}
PLAIN = [f"/{route}" for route in routes(get_resolver().url_patterns) if "<" not in route and "(" not in route]


@pytest.mark.parametrize("how", HALF_WAY)
def test_nor_do_they_for_whoever_is_half_way_in(how: str, db: None, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = False
    client = Client()
    HALF_WAY[how](client, make.person("Quentin"))
    watch = Watch(rows(*TABLES))
    with connection.execute_wrapper(watch):
        for path in PLAIN:
            for method in ("head", "get") if PROVING else ("get",):
                assert getattr(client, method)(path).status_code < 500, path
            watch.hold(path)
    watch.hold_whatever_was_asked("one of them")
