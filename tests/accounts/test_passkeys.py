"""Passkeys, with one in memory: which may begin a sign-in, and how an account is made with one.

In a real browser: tests/browser/test_ways_in.py.
"""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from django.test import Client

from couples.models import User
from tests.support import make
from tests.support.page_reader import Reading
from tests.support.soft_passkey import SoftPasskey, add, sign_in

pytestmark = pytest.mark.django_db

LIST, AGAIN = "/accounts/keys/webauthn/", "/accounts/reauthenticate/"
SIGN_UP, MAKE_IT = "/accounts/signup/passkey/", "/accounts/keys/webauthn/signup/"
PASSWORD, CHOOSE = "a quiet lamp on the stairs", "/accounts/signup/password/"
CODE = re.compile(r"^[A-Z0-9]{4}-[A-Z0-9]{4}$", re.MULTILINE)


@pytest.fixture
def hers(ada: User) -> Client:
    """Ada's browser, a moment after she gave her password."""
    client = Client()
    client.post("/accounts/login/", {"login": ada.email, "password": make.PASSWORD})
    client.post(AGAIN, {"password": make.PASSWORD})
    return client


def words(answer) -> str:
    return " ".join(Reading(answer.content.decode()).main.split())


def is_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


# --- Which passkey may begin a sign-in ---


@pytest.mark.parametrize("kept", [True, False])
def test_a_passkey_whose_owner_did_not_let_it_begin_a_sign_in_begins_none(hers, kept) -> None:
    """Many devices keep a passkey where they were asked not to; it is its owner who decides, not the device."""
    passkey = SoftPasskey(kept)
    assert add(hers, passkey).status_code == 302
    client = Client()
    answer = sign_in(client, passkey)
    assert answer.url == "/accounts/login/" and not is_in(client)
    assert "only works after your password" in words(client.get(answer.url))
    assert client.get("/mine/").status_code == 302


def test_one_whose_owner_let_it_begins_one(hers) -> None:
    passkey = SoftPasskey()
    add(hers, passkey, passwordless="on")
    client = Client()
    assert sign_in(client, passkey).url == "/today/" and is_in(client)


def test_what_a_browser_claims_of_it_decides_nothing(hers) -> None:
    passkey = SoftPasskey()
    claimed = {"begins_sign_in": True}
    made_for = passkey.made_for
    passkey.made_for = lambda options: made_for(options)[:-1] + ', "begins_sign_in": true}'
    add(hers, passkey, **claimed)
    client = Client()
    sign_in(client, passkey)
    assert not is_in(client)


def test_it_still_stands_beside_the_password(ada, hers) -> None:
    passkey = SoftPasskey()
    add(hers, passkey)
    client = Client()
    answer = client.post("/accounts/login/", {"login": ada.email, "password": make.PASSWORD})
    options = client.get(answer.url).context["js_data"]["request_options"]
    assert client.post(answer.url, {"credential": passkey.answers(options)}).url == "/today/"


def test_one_from_before_this_was_asked_begins_none_until_its_owner_says_so(hers) -> None:
    passkey = SoftPasskey()
    add(hers, passkey, passwordless="on")
    row = Authenticator.objects.get(type=Authenticator.Type.WEBAUTHN)
    del row.data["credential"]["begins_sign_in"]
    row.save()
    client = Client()
    sign_in(client, passkey)
    assert not is_in(client)
    change = f"/accounts/keys/webauthn/keys/{row.pk}/edit/"
    assert hers.post(change, {"name": "Phone", "begins": "on"}).url == LIST
    assert sign_in(client, passkey).url == "/today/"
    assert hers.post(change, {"name": "Phone"}).url == LIST
    assert sign_in(Client(), passkey).url == "/accounts/login/"


def test_the_list_says_what_is_so(hers) -> None:
    add(hers, SoftPasskey(), passwordless="on")
    assert "It can begin a sign-in." in words(hers.get(LIST))
    row = Authenticator.objects.get(type=Authenticator.Type.WEBAUTHN)
    hers.post(f"/accounts/keys/webauthn/keys/{row.pk}/edit/", {"name": "Phone"})
    assert "It is asked for after your password." in words(hers.get(LIST))


def test_nobody_changes_it_before_the_password_was_given_again(ada, hers) -> None:
    add(hers, SoftPasskey())
    row = Authenticator.objects.get(type=Authenticator.Type.WEBAUTHN)
    later = Client()
    later.force_login(ada)
    change = f"/accounts/keys/webauthn/keys/{row.pk}/edit/"
    assert later.post(change, {"name": "Phone", "begins": "on"}).status_code == 302
    row.refresh_from_db()
    assert not row.data["credential"]["begins_sign_in"]


# --- Signing up with one ---


def mailed() -> str:
    return CODE.search(mail.outbox[-1].body).group()


def signed_up(client: Client, **more: str):
    sent = {"email": "mara@example.test", "shown_name": "Mara", "able": "yes", **more}
    return client.post(SIGN_UP, sent)


def test_an_account_is_made_with_a_passkey_alone_which_begins_every_sign_in(db) -> None:
    client, passkey = Client(), SoftPasskey()
    assert signed_up(client).url == "/accounts/confirm-email/"
    assert client.post("/accounts/confirm-email/", {"code": mailed()}).url == MAKE_IT
    options = client.get(MAKE_IT).context["js_data"]["creation_options"]
    assert client.post(MAKE_IT, {"name": "", "credential": passkey.made_for(options)}).url == "/today/"
    again = Client()
    assert sign_in(again, passkey).url == "/today/"
    mara = User.objects.get()
    mara.set_password(PASSWORD)
    mara.save()
    assert sign_in(Client(), passkey).url == "/today/", "a password that is set later changes nothing of it"


@pytest.mark.parametrize("able", ["", "no", "\x00"])
def test_a_browser_that_can_make_none_is_told_before_a_mail_and_before_there_is_an_account(client, able) -> None:
    answer = signed_up(client, able=able)
    assert answer.status_code == 200 and mail.outbox == [] and not User.objects.exists()
    assert "This browser cannot make a passkey" in words(answer)
    assert "/accounts/signup/" in Reading(answer.content.decode()).links
    assert 'value="mara@example.test"' in answer.content.decode() and 'value="Mara"' in answer.content.decode()


def test_without_scripts_the_page_says_so_at_once_and_shows_no_form_that_leads_nowhere(client) -> None:
    page = client.get(SIGN_UP).content.decode()
    assert "This browser cannot make a passkey" in Reading(page).main
    assert (
        re.search(r"<p[^>]*data-no-passkey[^>]*>", page)
        and "hidden" not in re.search(r"<p[^>]*data-no-passkey[^>]*>", page)[0]
    )
    assert re.search(r"<form[^>]*data-passkey hidden>", page)
    assert "start.js" in page


@pytest.fixture
def at_the_passkey(client) -> Client:
    """A browser in which an account is being made, whose device then makes no passkey."""
    signed_up(client)
    assert client.post("/accounts/confirm-email/", {"code": mailed()}).url == MAKE_IT
    return client


def test_whoever_cannot_make_one_after_all_chooses_a_password(at_the_passkey) -> None:
    assert CHOOSE in Reading(at_the_passkey.get(MAKE_IT).content.decode()).links
    assert at_the_passkey.get(CHOOSE).status_code == 200
    assert at_the_passkey.post(CHOOSE, {"password1": PASSWORD}).url == "/today/"
    assert is_in(at_the_passkey) and User.objects.get().check_password(PASSWORD)
    assert at_the_passkey.get("/mine/").status_code == 200
    client = Client()
    assert client.post("/accounts/login/", {"login": "mara@example.test", "password": PASSWORD}).url == "/today/"


@pytest.mark.parametrize("weak", ["", "short", "1234567890", "mara@example.test"])
def test_a_weak_one_is_refused_there_too(at_the_passkey, weak) -> None:
    answer = at_the_passkey.post(CHOOSE, {"password1": weak})
    assert answer.status_code == 200 and not is_in(at_the_passkey)
    assert not User.objects.get().has_usable_password()


@pytest.mark.parametrize("how", ["never there", "not confirmed", "signed in"])
def test_nobody_else_finds_that_page(client, ada, how) -> None:
    if how == "not confirmed":
        signed_up(client)
    if how == "signed in":
        client.force_login(ada)
    for answer in (client.get(CHOOSE), client.post(CHOOSE, {"password1": PASSWORD})):
        assert answer.status_code == 302
    ada.refresh_from_db()
    assert ada.check_password(make.PASSWORD)
    assert how == "signed in" or not is_in(client)


def test_it_is_asked_for_once_only(at_the_passkey) -> None:
    other = Client()
    other.cookies = at_the_passkey.cookies.copy()
    at_the_passkey.post(CHOOSE, {"password1": PASSWORD})
    assert other.post(CHOOSE, {"password1": "another quiet lamp"}).status_code == 302
    assert User.objects.get().check_password(PASSWORD)


# --- An account without a password ---


@pytest.fixture
def mara(db) -> tuple[Client, SoftPasskey]:
    """Mara's browser and her only way in, a passkey."""
    client, passkey = Client(), SoftPasskey()
    signed_up(client)
    client.post("/accounts/confirm-email/", {"code": mailed()})
    options = client.get(MAKE_IT).context["js_data"]["creation_options"]
    client.post(MAKE_IT, {"name": "", "credential": passkey.made_for(options)})
    again = "/accounts/keys/webauthn/reauthenticate/"
    options = client.get(again).context["js_data"]["request_options"]
    client.post(again, {"credential": passkey.answers(options)})
    return client, passkey


def test_every_passkey_of_an_account_without_a_password_begins_a_sign_in(mara) -> None:
    client, _ = mara
    second = SoftPasskey()
    page = client.get("/accounts/keys/webauthn/add/").content.decode()
    assert re.search(r"<input[^>]*name=\"passwordless\"[^>]*checked", page)
    assert re.search(r"<input[^>]*name=\"passwordless\"[^>]*disabled", page)
    add(client, second)
    assert sign_in(Client(), second).url == "/today/"


def test_a_passkey_that_cannot_begin_a_sign_in_does_not_stand_in_for_the_last_one(mara) -> None:
    client, _ = mara
    add(client, SoftPasskey(kept=False))
    first = Authenticator.objects.filter(type=Authenticator.Type.WEBAUTHN).earliest("pk")
    client.post(f"/me/passkeys/{first.pk}/remove/")
    assert Authenticator.objects.filter(pk=first.pk).exists()
