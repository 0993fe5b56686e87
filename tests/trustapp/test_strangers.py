"""Whatever a stranger sends, no page breaks (500): every address, form, parameter and header."""

import json
import os
import traceback
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.support import make, strangers
from tests.support.depth import depth
from tests.support.strangers import Stranger
from trustapp.utf8 import only_utf8

pytestmark = pytest.mark.django_db

COUNT = int(os.environ.get("FUZZ", depth(200, 20_000)))
SEED = int(os.environ.get("FUZZ_SEED", "16"))
LOGIN = "/accounts/keys/webauthn/login/"


@pytest.fixture(autouse=True)
def nobody_is_slowed_down(settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = settings.MFA_RATE_LIMITS = False
    make.person("Ada")


def test_nothing_that_a_stranger_sends_breaks_a_page() -> None:
    broken, seen = [], set()
    for sent, answer in Stranger(SEED).send(COUNT):
        seen.add(answer.status_code)
        if answer.status_code >= 500:
            broken.append(f"{answer.status_code}: {sent}: {_where(answer)}")
    assert not broken, "\n".join([f"{len(broken)} of {COUNT}", *broken[:20]])
    assert {200, 302, 400, 404} <= seen  # strange, but much of it was understood


def _where(answer: Any) -> str:
    """The end of the way of what was raised."""
    raised = getattr(answer, "exc_info", None)
    return "".join(traceback.format_exception(*raised)[-3:]) if raised else ""


def test_strangers_reach_every_address() -> None:
    assert {strangers.SIGN_UP, LOGIN, "/safety/", "/desk/"} <= set(strangers.routes())
    assert {"email", "password1", "shown_name"} <= set(strangers.fields_of(strangers.SIGN_UP))


@pytest.mark.parametrize(
    "credential",
    [
        "9" * 5000,
        "[" * 100_000,
        "[" * 400 + "]" * 400,
        '{"a":' * 900 + "1" + "}" * 900,
        "1e999",
        "NaN",
        json.dumps({"id": "9" * 100_000}),
        '"\\ud800"',
        '{"id": "\\ud800", "rawId": "\\ud800", "response": {}, "type": "public-key"}',
        "\x00",
        "",
    ],
    ids=range(11),
)
@pytest.mark.parametrize("address", [LOGIN, "/accounts/keys/authenticate/"])
def test_what_is_no_passkey_is_refused_kindly(credential, address) -> None:
    answer = Client().post(address, {"credential": credential})
    assert answer.status_code == 302 and answer.url == "/accounts/login/"


@pytest.mark.parametrize("claimed", ["\x00" * 8, "é" * 8, "A" * 32, "x" * 41, "../etc/passwd"])
def test_a_cookie_that_names_no_session_is_as_good_as_none(claimed) -> None:
    browser = Client()
    browser.cookies[settings.SESSION_COOKIE_NAME] = claimed
    with CaptureQueriesContext(connection) as asked:
        answer = browser.get("/today/")
    assert not [one for one in asked if "django_session" in one["sql"]]
    assert answer.status_code == 302 and answer.url.startswith("/accounts/login/")


@pytest.mark.parametrize(
    ("claimed", "left"),
    [
        ("", ""),
        ("application/x-www-form-urlencoded", "application/x-www-form-urlencoded"),
        ("application/x-www-form-urlencoded; charset=UTF-8", "application/x-www-form-urlencoded"),
        ('multipart/form-data; charset="rot13"; boundary=x', "multipart/form-data; boundary=x"),
        ("multipart/form-data; boundary=x ;CHARSET = idna", "multipart/form-data; boundary=x "),
        ("multipart/form-data; charset*=utf-8''rot13; boundary=x", "multipart/form-data; boundary=x"),
        ('a/b; x="; charset=rot13', 'a/b; x="'),
    ],
)
def test_a_request_is_read_in_utf8_whatever_it_claims(claimed, left) -> None:
    given = {}

    def application(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        given.update(environ)
        return []

    only_utf8(application)({"CONTENT_TYPE": claimed}, None)
    assert given["CONTENT_TYPE"] == left


@pytest.mark.parametrize("address", ["http://[", "//[", "http://\u2100.test/", "https://[v1.x]/"])
def test_an_address_to_go_on_to_that_cannot_be_read_is_left_out(address) -> None:
    sent = {"login": "ada@example.test", "password": make.PASSWORD, "next": address}
    assert Client().post("/accounts/login/", sent).url == "/today/"


@pytest.mark.parametrize("address", ["/nowhere/", "/accounts/login/", "/mine/write/x/"])
@pytest.mark.parametrize("host", ["testserver", "evil.example"])
@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=", "multipart/form-data; boundary=\u00e9"])
def test_a_body_that_cannot_be_read_is_said_once_and_breaks_no_page_of_an_error(address, host, kind) -> None:
    """The pages of errors look for the form's token too: in a body that nobody read before, they would stumble."""
    browser = strangers.Browser(enforce_csrf_checks=True)
    browser.get("/accounts/login/")
    assert browser.generic("POST", address, b"x", kind, HTTP_HOST=host).status_code == 400
