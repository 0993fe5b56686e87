"""Cookies turned off, and a second tab to sign in: a page says what is the matter, and names nobody."""

import re
from uuid import uuid4

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client

from couples.actions import records
from couples.models import CheckIn
from tests.support import make
from tests.support.page_reader import Reading

pytestmark = pytest.mark.django_db

WAYS_IN = ["/accounts/login/", "/accounts/signup/", "/accounts/signup/passkey/", "/accounts/keys/webauthn/login/"]
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]*)"')
OTHERS = ["/accounts/password/reset/", "/accounts/logout/"]


def words(answer) -> str:
    return " ".join(Reading(answer.content.decode()).main.split())


@pytest.fixture
def strict() -> Client:
    """A browser that is held to the tokens of forms."""
    return Client(enforce_csrf_checks=True)


def token_of(client: Client, address: str = "/accounts/login/") -> str:
    return TOKEN.search(client.get(address).content.decode())[1]


def filled(who, token: str) -> dict[str, str]:
    return {"login": who.email, "password": make.PASSWORD, "csrfmiddlewaretoken": token}


@pytest.mark.parametrize("address", [*WAYS_IN, *OTHERS])
def test_without_cookies_a_form_says_that_one_is_missing_and_what_to_do(strict, address) -> None:
    token = token_of(strict)
    strict.cookies.clear()
    answer = strict.post(address, {"csrfmiddlewaretoken": token})
    assert answer.status_code == 403
    assert "A cookie is missing" in words(answer) and "cookies are turned off in this browser" in words(answer)
    assert address in Reading(answer.content.decode()).links


def test_a_page_from_before_leaving_quickly_is_opened_anew_and_works(strict, ada) -> None:
    token = token_of(strict)
    strict.post("/leave/")
    answer = strict.post("/accounts/login/", filled(ada, token))
    assert "This page may be from before you left" in words(answer)
    assert strict.post("/accounts/login/", filled(ada, token_of(strict))).status_code == 302


@pytest.mark.parametrize("address", WAYS_IN)
def test_a_second_tab_says_that_this_browser_is_signed_in_and_not_as_whom(strict, ada, address) -> None:
    first, second = token_of(strict), token_of(strict)
    assert strict.post("/accounts/login/", filled(ada, first)).status_code == 302
    answer = strict.post(address, filled(make.person("Ben"), second))
    assert answer.status_code == 403
    text = answer.content.decode()
    assert "This browser is already signed in" in words(answer)
    assert "Ada" not in text and "ada@" not in text and "Ben" not in text and "ben@" not in text
    assert {"/", "/accounts/logout/"} <= set(Reading(text).links)
    assert strict.get("/mine/").status_code == 200, "and whoever signed in stays so"


def test_an_old_page_with_a_cookie_has_been_open_for_a_while(strict) -> None:
    strict.get("/accounts/login/")
    answer = strict.post("/accounts/login/", {"csrfmiddlewaretoken": "x" * 64})
    assert answer.status_code == 403 and "had been open for a while" in words(answer)


def test_no_such_page_sets_anything_but_the_cookie_of_its_forms(strict) -> None:
    answer = strict.post("/accounts/login/", {})
    assert set(answer.cookies) <= {settings.CSRF_COOKIE_NAME}


def test_a_button_pressed_while_the_session_is_ended_elsewhere_leads_to_signing_in(client, ada, monkeypatch) -> None:
    """What was pressed is done; a page that said "nothing was changed" would not be true."""
    client.force_login(ada)
    note = records.check_in

    def and_signed_out_elsewhere(**what):
        Session.objects.all().delete()
        return note(**what)

    monkeypatch.setattr(records, "check_in", and_signed_out_elsewhere)
    answer = client.post("/today/check-in/", {"line": "Quiet.", "once": str(uuid4())})
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/")
    assert CheckIn.objects.count() == 1
    assert client.get("/today/")["Location"].startswith("/accounts/login/")
