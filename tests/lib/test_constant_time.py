"""Known and unknown addresses are answered alike: in words (test_accounts), in work, and no sooner than a moment."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client

from couples.lib import constant_time
from tests.support import make

pytestmark = pytest.mark.django_db

PACED = ["/accounts/signup/", "/accounts/signup/passkey/", "/accounts/password/reset/", "/accounts/email/"]


@pytest.fixture
def ada():
    return make.person("Ada")


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


def test_signing_in_digests_one_password_for_a_known_and_for_an_unknown_address(ada, digested) -> None:
    counts = []
    for address in (ada.email, "nobody@example.test"):
        digested.clear()
        Client().post("/accounts/login/", {"login": address, "password": "not the right one"})
        counts.append(len(digested))
    assert counts[0] == counts[1] > 0


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


@pytest.mark.parametrize("url", PACED)
def test_a_page_that_is_only_looked_at_does_not_wait(ada, monkeypatch, url) -> None:
    monkeypatch.setattr(constant_time.time, "sleep", lambda _: pytest.fail("it waited"))
    client = Client()
    if url == "/accounts/email/":
        client.force_login(ada)
    assert client.get(url).status_code == 200


def test_production_waits_longer_than_a_password_and_a_mail_take() -> None:
    from trustapp import settings as production

    assert timedelta(seconds=1) <= production.ANSWERED_AFTER <= timedelta(seconds=2)
