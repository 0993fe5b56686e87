"""Further ways in: an authenticator's codes and recovery codes, driven for real, and the list of sessions.

Passkeys need a browser: tests/browser/test_ways_in.py.
"""

import base64
import hashlib
import hmac
import json
import re
import struct
import time
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.management import call_command
from django.db import connection
from django.test import Client

from couples.accounts.mfa import MFAAdapter
from couples.lib.ids import PLACE
from couples.lib.vault import new_master_key, read_master_key
from couples.models import User
from couples.models.keys import WrappedKey
from couples.templatetags.look import browser
from tests.support import make
from tests.support.page_reader import Reading

pytestmark = pytest.mark.django_db

KEYS, TOTP = "/accounts/keys/", "/accounts/keys/totp/activate/"
SECRET = re.compile(r'<p class="code long">([A-Z2-7]{16,})</p>')
CODE = re.compile(r'<li class="code">(\d{4} \d{4})</li>')
FIREFOX = "Mozilla/5.0 (Android 15; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0"


def code_of(secret: str, at: float | None = None) -> str:
    """What an authenticator shows: RFC 6238 with its defaults, written anew here."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    counter = struct.pack(">Q", int((at or time.time()) // 30))
    digest = hmac.digest(key, counter, hashlib.sha1)
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


def sign_in(who: User, **headers: str) -> Client:
    client = Client(headers=headers)
    client.post("/accounts/login/", {"login": who.email, "password": make.PASSWORD})
    return client


def asked(client: Client) -> Client:
    """The same browser after the password was given once more."""
    client.post("/accounts/reauthenticate/", {"password": make.PASSWORD})
    return client


@pytest.fixture
def hers(ada) -> Client:
    return asked(sign_in(ada))


def set_up(client: Client) -> tuple[str, list[str]]:
    """Set up an authenticator as a person would; its secret, and the recovery codes shown then."""
    secret = SECRET.search(client.get(TOTP).content.decode())[1]
    page = client.post(TOTP, {"code": code_of(secret)}, follow=True)
    return secret, CODE.findall(page.content.decode())


# --- An authenticator ---


def test_with_an_authenticator_the_password_alone_opens_nothing(hers, ada) -> None:
    secret, _ = set_up(hers)
    client = Client()
    answer = client.post("/accounts/login/", {"login": ada.email, "password": make.PASSWORD})
    assert answer.url == "/accounts/keys/authenticate/"
    assert "login" in client.get("/mine/").url
    assert client.post(answer.url, {"code": "000000"}).status_code == 200
    assert "login" in client.get("/mine/").url
    later = code_of(secret, time.time() + 30)  # the one that set it up is used up
    assert client.post(answer.url, {"code": later}).url == "/today/"
    assert client.get("/mine/").status_code == 200


def test_a_recovery_code_stands_in_for_it_once(hers, ada) -> None:
    _, codes = set_up(hers)
    for expected in (302, 200):
        client = Client()
        client.post("/accounts/login/", {"login": ada.email, "password": make.PASSWORD})
        assert client.post("/accounts/keys/authenticate/", {"code": codes[0]}).status_code == expected


@pytest.mark.parametrize("sent", ["", "000000", "x" * 5000, "\x00", "١٢٣٤٥٦", "<script>"])
def test_a_code_that_does_not_fit_is_refused_kindly(hers, sent) -> None:
    hers.get(TOTP)
    answer = hers.post(TOTP, {"code": sent})
    assert answer.status_code == 200
    assert not Authenticator.objects.exists()


def test_a_wrong_code_keeps_the_secret_that_was_shown(hers) -> None:
    secret = SECRET.search(hers.get(TOTP).content.decode())[1]
    assert secret in hers.post(TOTP, {"code": "000000"}).content.decode()


def test_it_can_be_turned_off_and_the_password_is_enough_again(hers, ada) -> None:
    set_up(hers)
    assert hers.post("/accounts/keys/totp/deactivate/").url == KEYS
    assert sign_in(ada).get("/mine/").status_code == 200


def test_what_is_kept_of_it_is_sealed(hers) -> None:
    secret, codes = set_up(hers)
    with connection.cursor() as cursor:
        cursor.execute("SELECT type, data FROM mfa_authenticator")
        kept = str(cursor.fetchall())
    assert secret not in kept and not any(code.replace(" ", "") in kept for code in codes)
    adapter = MFAAdapter()
    for row in Authenticator.objects.all():
        name = "secret" if row.type == Authenticator.Type.TOTP else "seed"
        assert adapter.decrypt(row.data[name]) and adapter.decrypt(row.data[name]) not in kept


def test_it_still_fits_after_the_master_key_was_replaced(hers, ada, settings) -> None:
    secret, _ = set_up(hers)
    old = list(settings.VAULT_KEYS)
    new = read_master_key(new_master_key())
    settings.VAULT_KEYS = [new, *old]
    call_command("rotate_keys", stdout=StringIO())
    settings.VAULT_KEYS = [new]
    assert WrappedKey.objects.filter(owner=PLACE).exists()
    client = Client()
    client.post("/accounts/login/", {"login": ada.email, "password": make.PASSWORD})
    later = code_of(secret, time.time() + 30)
    assert client.post("/accounts/keys/authenticate/", {"code": later}).url == "/today/"


# --- Recovery codes ---


def test_recovery_codes_need_no_other_way_in_and_are_shown_once(hers) -> None:
    page = hers.post("/accounts/keys/recovery-codes/generate/", follow=True)
    assert len(CODE.findall(page.content.decode())) == 10
    again = hers.get("/accounts/keys/recovery-codes/")
    assert not CODE.findall(again.content.decode())
    assert "was shown when you made it" in Reading(again.content.decode()).main


def test_a_list_of_recovery_codes_alone_asks_nothing_more_at_sign_in(hers, ada) -> None:
    hers.post("/accounts/keys/recovery-codes/generate/")
    assert sign_in(ada).get("/mine/").status_code == 200


# --- The password first ---


@pytest.mark.parametrize(
    "url",
    [
        TOTP,
        "/accounts/keys/recovery-codes/generate/",
        "/accounts/keys/webauthn/add/",
        "/accounts/password/set/",
        "/me/passkey/",
        "/accounts/email/",
    ],
)
def test_nothing_about_the_ways_in_changes_before_the_password_is_given_again(ada, url) -> None:
    client = sign_in(ada)
    client.session.pop("account_authentication_methods", None)
    answer = client.post(url, {"email": "new@example.test", "action_add": "", "opens": "yes", "code": "000000"})
    assert answer.status_code == 302
    ada.refresh_from_db()
    assert not ada.passkey_opens and not Authenticator.objects.exists()


def test_an_authenticators_code_does_not_answer_in_place_of_the_password(hers, ada) -> None:
    set_up(hers)
    page = hers.get("/accounts/reauthenticate/").content.decode()
    assert "authenticator" not in Reading(page).main
    assert Client().get("/accounts/keys/reauthenticate/").status_code == 404


def test_who_turns_passkeys_on_for_their_pages_says_so_after_the_password(hers, ada) -> None:
    assert hers.post("/me/passkey/", {"opens": "yes"}).url == KEYS
    ada.refresh_from_db()
    assert ada.passkey_opens
    hers.post("/me/passkey/", {"opens": "no"})
    ada.refresh_from_db()
    assert not ada.passkey_opens


# --- Sessions ---


def test_the_list_names_each_browser_and_signs_out_one(ada) -> None:
    here, phone = sign_in(ada), sign_in(ada, **{"User-Agent": FIREFOX})
    page = Reading(here.get("/accounts/sessions/").content.decode())
    assert "Firefox, Android" in page.main and "(this one)" in page.main
    other = UserSession.objects.get(user_agent=FIREFOX)
    assert here.post(f"/me/sessions/{other.pk}/end/").url == "/accounts/sessions/"
    assert "login" in phone.get("/mine/").url
    assert here.get("/mine/").status_code == 200
    assert here.post(f"/me/sessions/{other.pk}/end/").status_code == 302


def test_all_others_are_signed_out_at_once(ada) -> None:
    here, *others = (sign_in(ada) for _ in range(3))
    here.post("/accounts/sessions/")
    assert all("login" in client.get("/mine/").url for client in others)
    assert here.get("/mine/").status_code == 200


def test_nobody_ends_a_session_of_somebody_else(ada) -> None:
    his, hers = sign_in(make.person("Ben")), sign_in(ada)
    session = UserSession.objects.get(user=ada)
    his.post(f"/me/sessions/{session.pk}/end/")
    assert hers.get("/mine/").status_code == 200
    assert "Firefox" not in his.get("/accounts/sessions/").content.decode()


def test_no_address_of_a_network_is_kept(ada) -> None:
    Client(REMOTE_ADDR="192.0.2.77").post("/accounts/login/", {"login": ada.email, "password": make.PASSWORD})
    assert set(UserSession.objects.values_list("ip", flat=True)) == {"0.0.0.0"}


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox, Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1", "Safari, iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Windows"),
        ("curl/8", "A browser"),
        ("", "A browser"),
    ],
)
def test_a_browser_is_called_in_two_words(agent, words) -> None:
    assert browser(agent) == words


# --- Changing the address ---


def test_a_new_address_replaces_the_old_once_its_code_was_entered(hers, ada, mailoutbox) -> None:
    answer = hers.post("/accounts/email/", {"email": "new@example.test", "action_add": ""}, follow=True)
    assert mailoutbox[-1].to == ["new@example.test"]
    ada.refresh_from_db()
    assert ada.email == "ada@example.test"
    code = re.search(r"^[A-Z0-9]{4}-[A-Z0-9]{4}$", mailoutbox[-1].body, re.MULTILINE).group()
    hers.post(answer.redirect_chain[-1][0], {"code": code})
    ada.refresh_from_db()
    assert ada.email == "new@example.test"


def test_an_address_that_somebody_has_is_answered_like_any_other(hers, mailoutbox) -> None:
    make.person("Ben")
    pages = []
    for address in ("ben@example.test", "nobody@example.test"):
        page = hers.post("/accounts/email/", {"email": address, "action_add": ""}, follow=True)
        text = re.sub(r'name="(csrfmiddlewaretoken|writer)" value="[^"]*"', "", page.content.decode())
        pages.append((page.redirect_chain, text.replace(address, "an address")))
        hers.get("/accounts/email/")
    assert pages[0] == pages[1]
    one, other = (re.sub(r"[A-Z0-9]{4}-[A-Z0-9]{4}", "", letter.body) for letter in mailoutbox)
    assert one == other


def test_the_code_of_somebody_elses_mailbox_takes_nothing_from_them(hers, ada, mailoutbox) -> None:
    ben = make.person("Ben")
    page = hers.post("/accounts/email/", {"email": ben.email, "action_add": ""}, follow=True)
    code = re.search(r"^[A-Z0-9]{4}-[A-Z0-9]{4}$", mailoutbox[-1].body, re.MULTILINE).group()
    assert hers.post(page.redirect_chain[-1][0], {"code": code}).status_code in (200, 302)
    for who, address in ((ada, "ada@example.test"), (ben, "ben@example.test")):
        who.refresh_from_db()
        assert who.email == address
    assert sign_in(ben).get("/mine/").status_code == 200


# --- The desk ---


def test_staff_see_no_way_in_and_no_session(hers) -> None:
    set_up(hers)
    staff = Client()
    staff.force_login(User.objects.create_superuser("staff@example.test", make.PASSWORD, shown_name="Sid"))
    for url in ("/desk/mfa/authenticator/", "/desk/usersessions/usersession/"):
        assert staff.get(url).status_code == 404


def test_a_password_of_staff_is_changed_where_wrong_ones_are_counted() -> None:
    staff = Client()
    staff.force_login(User.objects.create_superuser("staff@example.test", make.PASSWORD, shown_name="Sid"))
    for method in ("get", "post"):
        assert getattr(staff, method)("/desk/password_change/").url == "/accounts/password/change/"
    wrong = {"oldpassword": "not it", "password1": "a long new one 5", "password2": "a long new one 5"}
    answers = [staff.post("/accounts/password/change/", wrong).status_code for _ in range(6)]
    assert answers == [200] * 5 + [429]


def test_bad_credentials_are_refused_without_an_error(hers, ada) -> None:
    for sent in ("", "x", "{}", "[]", json.dumps({"id": "x"}), "\x00"):
        for url in ("/accounts/keys/webauthn/login/", "/accounts/keys/webauthn/add/"):
            client = hers if "add" in url else Client()
            assert client.post(url, {"credential": sent, "name": "x" * 500}).status_code in (200, 302)
    assert not Authenticator.objects.exists()
