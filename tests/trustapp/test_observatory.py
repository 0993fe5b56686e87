"""Every address would be graded A+ by the rules that Mozilla publishes for its HTTP Observatory.

The rules (baseline 100, the modifiers below, A+ from 100) are those of `httpobs/docs/scoring.md` in the repository
mozilla/http-observatory as of 27 February 2024, and the one for Cross-Origin-Resource-Policy of its successor. Bonus
points count only from 90 on. What we refuse to have at all, such as an outside origin, counts as failed here.
"""

import re
from http.cookies import Morsel
from typing import Any

import pytest
from django.conf import settings as chosen
from django.http import HttpResponse
from django.test import Client
from django.urls import get_resolver

from tests.support import make
from tests.support.access_rows import NOBODY, private_addresses, routes

pytestmark = pytest.mark.django_db

SIX_MONTHS = 15_768_000
PUBLIC = [
    "/",
    "/learn/",
    "/learn/a/",
    "/safety/",
    "/safety/night/",
    "/safety/e/",
    "/leave/",
    "/notes/",
    "/me/account/gone/",
    "/healthz",
    "/readyz",
]
ENTRANCE = ["/accounts/login/", "/accounts/signup/", "/accounts/signup/passkey/", "/accounts/password/reset/"]
ODD = ["/nothing-here/", f"/ours/{NOBODY}/", "/static/css/look.css", "/static/nothing.css", "/me/account/return/"]


@pytest.fixture(autouse=True)
def as_in_production(settings) -> None:
    """What tests/trustapp/test_settings.py shows production to have, for as long as a test runs."""
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True


def directives(policy: str) -> dict[str, set[str]]:
    """A content security policy as its directives, each with its sources."""
    parts = [part.split() for part in policy.split(";") if part.strip()]
    return {name: set(sources) for name, *sources in parts}


def of_policy(policy: dict[str, set[str]]) -> list[int]:
    """Modifiers of Content-Security-Policy, and of X-Frame-Options where it stands in there."""
    sources = set().union(*policy.values()) if policy else set()
    if not policy:
        return [-25, -20]
    if any("unsafe" in source or source.startswith("http:") or source == "*" for source in sources):
        return [-20, 0]
    framed = 5 if policy.get("frame-ancestors") == {"'none'"} else 0
    return [10 if policy.get("default-src") == {"'none'"} else 5, framed]


def of_cookies(cookies: list[Morsel[str]]) -> int:
    """The modifier of the cookies that an answer sets."""
    if any(not cookie["secure"] for cookie in cookies):
        return -20
    if any(not cookie["httponly"] for cookie in cookies):
        return -30
    return 5 if cookies and all(cookie["samesite"] in ("Lax", "Strict") for cookie in cookies) else 0


def of_scripts(answer: HttpResponse) -> int:
    """The modifier of Subresource Integrity: 0 where every script is our own."""
    loaded = re.findall(rb'<script[^>]*\bsrc="([^"]*)"', getattr(answer, "content", b""))
    return 0 if all(url.startswith(chosen.STATIC_URL.encode()) for url in loaded) else -50


def score(answer: HttpResponse) -> int:
    """The score of one answer."""
    headers = answer.headers
    lasts = re.search(r"max-age=(\d+)", headers.get("Strict-Transport-Security", ""))
    modifiers = [
        *of_policy(directives(headers.get("Content-Security-Policy", ""))),
        of_cookies(list(answer.cookies.values())),
        of_scripts(answer),
        -50 if "Access-Control-Allow-Origin" in headers else 0,
        0 if lasts and int(lasts[1]) >= SIX_MONTHS else -20,
        5 if headers.get("Referrer-Policy") in ("same-origin", "no-referrer", "strict-origin") else 0,
        0 if headers.get("X-Content-Type-Options") == "nosniff" else -5,
        10 if headers.get("Cross-Origin-Resource-Policy") == "same-origin" else 0,
    ]
    losses = 100 + sum(each for each in modifiers if each < 0)
    return losses + sum(each for each in modifiers if each > 0) if losses >= 90 else losses


def asked(client: Client, method: str, url: str) -> Any:
    answer = getattr(client, method)(url, secure=True)
    if answer.streaming:
        answer.getvalue()  # read to its end, so that its file is closed
    return answer


@pytest.mark.parametrize("url", [*PUBLIC, *ENTRANCE, *ODD, *private_addresses()])
def test_every_address_is_graded_a_plus_for_a_visitor(url: str) -> None:
    for method in ("get", "post"):
        assert score(asked(Client(raise_request_exception=False), method, url)) >= 120, (method, url)


@pytest.mark.parametrize("url", [*PUBLIC, *ODD, *private_addresses()])
def test_every_address_is_graded_a_plus_for_somebody_signed_in(url: str) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(make.person("Ada"))
    assert score(asked(client, "get", url)) >= 120


def test_signing_in_sets_cookies_that_no_script_and_no_other_site_gets() -> None:
    person, client = make.person("Ada"), Client()
    sent = {"login": person.email, "password": make.PASSWORD}
    answer = client.post("/accounts/login/", sent, secure=True)
    assert answer.cookies and of_cookies(list(answer.cookies.values())) == 5


@pytest.mark.parametrize("url", ["/", "/today/", "/learn/", "/nothing-here/"])
def test_an_address_without_encryption_leads_to_the_same_with_it(url: str) -> None:
    answer = Client().get(url)
    assert (answer.status_code, answer.url) == (301, f"https://testserver{url}")


def test_these_rules_would_tell() -> None:
    bad = HttpResponse('<script src="https://elsewhere.example/x.js"></script>')
    assert score(bad) < 25
    bad.set_cookie("session", "x")
    assert of_cookies(list(bad.cookies.values())) == -20
    assert of_policy(directives("default-src 'self'; script-src 'unsafe-inline'")) == [-20, 0]


def test_no_address_is_left_out() -> None:
    known = {*PUBLIC, *ENTRANCE, *ODD, *private_addresses()}
    assert len(known) >= len(set(routes(get_resolver().url_patterns))) - 25  # those differ in their parts only
