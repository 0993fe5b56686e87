"""Known and unknown addresses are answered alike: in words (tests/accounts), in work, and no sooner than a moment."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.http import HttpResponse
from django.test import Client

from couples.lib import constant_time
from tests.support import make

pytestmark = pytest.mark.django_db

PACED = [
    "/accounts/signup/",
    "/accounts/signup/passkey/",
    "/accounts/password/reset/",
    "/accounts/email/",
    "/accounts/confirm-email/",
    "/accounts/password/reset/confirm/",
]


@pytest.fixture
def digested(monkeypatch) -> list[str]:
    """The passwords that were digested."""
    seen: list[str] = []
    encode = MD5PasswordHasher.encode

    def noted(self, password: str, salt: str) -> str:
        seen.append(password)
        return encode(self, password, salt)

    monkeypatch.setattr(MD5PasswordHasher, "encode", noted)
    return seen


def test_signing_up_digests_one_password_for_a_known_and_for_a_new_address(ada, digested) -> None:
    counts = []
    for address in (ada.email, "new@example.test"):
        digested.clear()
        sent = {"email": address, "password1": "a quiet lamp on the stairs", "shown_name": "Mara"}
        assert Client().post("/accounts/signup/", sent).status_code == 302
        counts.append(len(digested))
    assert counts == [1, 1]


@pytest.mark.parametrize(
    ("password", "times"), [("not the right one", 1), ("caf\u00e9 am See", 2), ("cafe\u0301 am See \u1ead", 3)]
)
def test_signing_in_digests_as_many_passwords_for_a_known_as_for_an_unknown_address(
    ada, digested, password, times
) -> None:
    pia = make.person("Pia")
    pia.set_unusable_password()  # she signs in with a passkey
    pia.save()
    for address in (ada.email, pia.email, "nobody@example.test"):
        digested.clear()
        Client().post("/accounts/login/", {"login": address, "password": password})
        assert len(digested) == times


@pytest.mark.parametrize("password", ["not the right one", "caf\u00e9 am See"])
def test_whoever_has_to_wait_on_a_shared_phone_cannot_tell_by_the_time_whom_it_knows(ada, digested, password) -> None:
    ben = make.person("Ben")
    phone = Client()
    for who in (ada, ben):
        phone.post("/accounts/login/", {"login": who.email, "password": make.PASSWORD})
        phone.post("/accounts/logout/")
    counts = []
    for address in (ada.email, ben.email, make.person("Cleo").email, "nobody@example.test"):
        for _ in range(6):
            Client().post("/accounts/login/", {"login": address, "password": "not the right one"})
        digested.clear()
        assert phone.post("/accounts/login/", {"login": address, "password": password}).status_code == 429
        counts.append(len(digested))
    assert counts == [counts[0]] * 4 and counts[0] > 0


@pytest.mark.parametrize("url", PACED)
def test_the_answer_to_a_form_waits_until_the_same_moment(ada, settings, monkeypatch, url) -> None:
    settings.ANSWERED_AFTER = timedelta(seconds=5)
    clock, slept = iter((100.0, 101.5)), []
    monkeypatch.setattr(constant_time, "time", SimpleNamespace(monotonic=lambda: next(clock), sleep=slept.append))
    client = Client()
    if url == "/accounts/email/":
        client.force_login(ada)
    client.post(url, {"email": "somebody@example.test"})
    assert slept == [3.5]


@pytest.mark.parametrize(("taken", "pause"), [(0.01, 0.59), (0.59, 0.01), (0.61, 0.59), (1.5, 0.3)])
def test_what_takes_longer_waits_for_the_next_such_moment(settings, monkeypatch, rf, taken, pause) -> None:
    """A slow machine, or one under load, tells known from unknown no more than a quick one."""
    settings.ANSWERED_AFTER = timedelta(seconds=0.6)
    clock, slept = iter((100.0, 100.0 + taken)), []
    monkeypatch.setattr(constant_time, "time", SimpleNamespace(monotonic=lambda: next(clock), sleep=slept.append))
    constant_time.paced(lambda request: HttpResponse())(rf.post("/"))
    assert slept == [pytest.approx(pause)]


@pytest.mark.parametrize("url", PACED)
def test_a_page_that_is_only_looked_at_does_not_wait(ada, monkeypatch, url) -> None:
    monkeypatch.setattr(constant_time.time, "sleep", lambda _: pytest.fail("it waited"))
    client = Client()
    if url == "/accounts/email/":
        client.force_login(ada)
    assert client.get(url).status_code in (200, 302)


def test_production_waits_longer_than_a_password_takes_to_digest_and_holds_no_worker_for_a_second() -> None:
    from trustapp import settings as production

    assert timedelta(seconds=0.5) <= production.ANSWERED_AFTER < timedelta(seconds=1)
