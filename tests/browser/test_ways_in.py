"""Passkeys in a real browser with a virtual authenticator, an authenticator's codes, and two browsers side by side."""

import re
import time
from base64 import b64encode
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import CDPSession, expect

from couples.lib import clock
from couples.models import User
from tests.accounts.test_mfa import code_of
from tests.browser.conftest import PASSWORD, Someone
from tests.support import make
from tests.support.addresses import writing

pytestmark = pytest.mark.django_db(transaction=True)

Meet = Callable[..., Someone]
KEYS = "/accounts/keys/"


def give_a_device(person: Someone) -> tuple[CDPSession, str]:
    """An authenticator that lies in this browser, and whose owner can unlock it: how to speak to it, and its id."""
    session = person.page.context.new_cdp_session(person.page)
    session.send("WebAuthn.enable")
    made = session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return session, made["authenticatorId"]


def sign_in(person: Someone) -> None:
    person.go("/accounts/login/")
    person.write("Email", person.email)
    person.write("Password", make.PASSWORD)
    person.press("Sign in")


def confirm(person: Someone) -> None:
    """Give the password where it is asked for."""
    person.write("Password", make.PASSWORD)
    person.press("Go on")


def sign_out(person: Someone) -> None:
    person.go("/accounts/logout/")
    person.press("Sign out")


@pytest.fixture
def at_the_door(someone: Meet, ada: User) -> Someone:
    """Ada where she signs in, with a passkey of hers in this browser that may begin it."""
    person = someone("Ada")
    give_a_device(person)
    sign_in(person)
    person.go(KEYS)
    person.press("Add a passkey")
    confirm(person)
    person.page.get_by_label("Let it begin a sign-in").check()
    person.press("Add it", by_script=True)
    person.reads("Write these down now")
    sign_out(person)
    person.go("/accounts/login/")
    return person


def test_a_passkey_signs_in_and_opens_private_pages_only_where_its_owner_turned_that_on(at_the_door: Someone) -> None:
    person = at_the_door
    person.press("Sign in with a passkey", by_script=True)
    person.page.wait_for_url("**/accounts/reauthenticate/**")
    assert person.page.get_by_role("link", name="Use a passkey").count() == 0
    confirm(person)
    person.page.wait_for_url("**/today/")

    person.go(KEYS)
    person.press("Let a passkey open them by itself")
    person.reads("A passkey alone opens your pages.")
    sign_out(person)
    person.go("/accounts/login/")
    person.press("Sign in with a passkey", by_script=True)
    person.page.wait_for_url("**/today/")
    person.go("/yes/")
    person.press("Use a passkey")
    person.press("Use a passkey", by_script=True)
    person.page.wait_for_url("**/yes/")


def test_a_passkey_that_its_device_keeps_begins_no_sign_in_that_its_owner_did_not_allow(
    someone: Meet, ada: User
) -> None:
    person = someone("Ada")
    device, number = give_a_device(person)
    sign_in(person)
    person.go(KEYS)
    person.press("Add a passkey")
    confirm(person)
    person.press("Add it", by_script=True)
    person.reads("Write these down now")
    (made,) = device.send("WebAuthn.getCredentials", {"authenticatorId": number})["credentials"]
    device.send("WebAuthn.removeCredential", {"authenticatorId": number, "credentialId": made["credentialId"]})
    owner = b64encode(ada.pk.hex.encode()).decode()
    kept = {**made, "isResidentCredential": True, "userHandle": owner}
    device.send("WebAuthn.addCredential", {"authenticatorId": number, "credential": kept})
    sign_out(person)

    person.go("/accounts/login/")
    person.press("Sign in with a passkey", by_script=True)
    person.reads("This passkey only works after your password")
    sign_in(person)
    person.press("Use a passkey", by_script=True)
    person.page.wait_for_url("**/today/")
    person.go(KEYS)
    person.press("Look at them")
    person.reads("It is asked for after your password.")
    person.press("Change")
    confirm(person)
    person.page.get_by_label("Let it begin a sign-in").check()
    person.press("Save")
    person.reads("It can begin a sign-in.")
    sign_out(person)
    person.go("/accounts/login/")
    person.press("Sign in with a passkey", by_script=True)
    person.page.wait_for_url("**/accounts/reauthenticate/**")


@pytest.mark.parametrize("scripts", [True, False])
def test_a_browser_that_can_make_no_passkey_says_so_before_anything_is_made(
    someone: Meet, transactional_db: None, scripts: bool
) -> None:
    person = someone("Mara", java_script_enabled=scripts)
    person.page.add_init_script("delete window.PublicKeyCredential")
    person.go("/accounts/signup/passkey/")
    person.reads("This browser cannot make a passkey")
    expect(person.page.get_by_role("button", name="Sign up")).to_have_count(0)
    person.press("Choose a password instead")
    person.page.wait_for_url("**/accounts/signup/")
    person.sign_up()


def test_a_browser_that_can_use_no_passkey_says_so_where_the_button_would_be(someone: Meet, ada: User) -> None:
    person = someone("Ada")
    said = person.page.get_by_text("This browser cannot use a passkey.")
    person.go("/accounts/login/")
    expect(said).to_be_hidden()
    person.page.add_init_script("delete window.PublicKeyCredential")
    sign_in(person)
    person.go(KEYS)
    person.press("Add a passkey")
    confirm(person)
    expect(said).to_be_visible()
    expect(person.page.get_by_role("button", name="Add it")).to_be_hidden()


def test_where_the_device_makes_no_passkey_a_password_is_chosen(someone: Meet, transactional_db: None) -> None:
    person = someone("Mara")
    give_a_device(person)
    person.go("/accounts/signup/passkey/")
    expect(person.page.get_by_text("This browser cannot make a passkey")).to_be_hidden()
    person.write("Email", person.email)
    person.write("Shown name", person.name)
    person.press("Sign up")
    person.page.locator("main input[name=code]").fill(person.code_from_mail())
    person.press("Confirm")
    person.press("Choose a password instead")
    person.write("New password", PASSWORD)
    person.press("Save")
    person.page.wait_for_url("**/today/")


def test_an_account_is_made_with_a_passkey_and_no_password(someone: Meet, transactional_db: None) -> None:
    person = someone("Mara")
    give_a_device(person)
    person.go("/accounts/signup/")
    person.press("Use a passkey instead of a password")
    person.write("Email", person.email)
    person.write("Shown name", person.name)
    person.press("Sign up")
    person.page.locator("main input[name=code]").fill(person.code_from_mail())
    person.press("Confirm")
    person.reads("Your account has no password")
    person.press("Make it", by_script=True)
    person.page.wait_for_url("**/today/")
    sign_out(person)
    person.go("/accounts/login/")
    person.press("Sign in with a passkey", by_script=True)
    person.page.wait_for_url("**/today/")
    person.go(KEYS)
    person.press("Look at them")
    person.press("Remove")
    person.press("Use a passkey", by_script=True)
    person.page.wait_for_url("**/remove/")
    person.press("Remove it")
    person.go(KEYS)
    person.reads("You have 1.")  # the only way in stays


def test_a_device_that_has_no_passkey_here_gets_a_sentence(someone: Meet, ada: User) -> None:
    person = someone("Ada")
    give_a_device(person)
    person.go("/accounts/login/")
    person.page.get_by_role("button", name="Sign in with a passkey").click()
    expect(person.page.locator("[data-passkey-problem]")).to_be_visible(timeout=70_000)


def test_scripts_for_passkeys_come_when_the_button_is_about_to_be_pressed_and_no_sooner(at_the_door: Someone) -> None:
    asked: list[str] = []
    page = at_the_door.page
    page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
    page.reload(wait_until="networkidle")
    assert "passkeys.js" in asked and not [name for name in asked if name.startswith("webauthn")]
    with page.expect_request("**/mfa/js/webauthn.js"):
        page.get_by_role("button", name="Sign in with a passkey").focus()
    assert asked[-2:] == ["webauthn-json.js", "webauthn.js"]


def test_a_press_before_they_came_goes_through_by_itself_and_only_once(at_the_door: Someone) -> None:
    page, asked = at_the_door.page, []
    page.on("request", lambda request: asked.append(request.url.rpartition("/accounts/")[2]))
    with page.expect_navigation():
        page.locator("#passkey_login").evaluate("one => { one.click(); one.click(); }")  # nothing was near it before
    page.wait_for_url("**/accounts/reauthenticate/**")
    assert asked.count("keys/webauthn/login/") == 2, asked  # what it asks the device for, and what that said


def test_where_they_do_not_come_a_sentence_says_so_and_the_next_press_tries_again(at_the_door: Someone) -> None:
    page, said = at_the_door.page, at_the_door.page.locator("[data-passkey-problem]")
    page.route("**/mfa/js/webauthn.js", lambda route: route.abort())
    page.locator("#passkey_login").click()
    expect(said).to_be_visible()
    page.unroute("**/mfa/js/webauthn.js")
    at_the_door.complaints.clear()  # that a file did not come
    at_the_door.press("Sign in with a passkey", by_script=True)
    page.wait_for_url("**/accounts/reauthenticate/**")


def test_an_authenticator_is_set_up_and_its_code_asked_for(someone: Meet, ada: User) -> None:
    person = someone("Ada")
    sign_in(person)
    person.go(KEYS)
    person.press("Set one up")
    confirm(person)
    expect(person.page.locator("img.qr")).to_be_visible()
    text = person.page.locator("main").inner_text()
    secret = re.search(r"\b[A-Z2-7]{32}\b", text)
    assert secret
    person.write("Code", code_of(secret[0]))
    person.press("Turn it on")
    person.reads("Write these down now")
    code = person.page.locator("li.code").first.inner_text()
    person.press("I have written them down")
    sign_out(person)
    sign_in(person)
    person.reads("One more step")
    person.write("Code", code_of(secret[0], time.time() + 30))
    person.press("Sign in")
    person.page.wait_for_url("**/today/")
    sign_out(person)
    sign_in(person)
    person.write("Code", code)
    person.press("Sign in")
    person.page.wait_for_url("**/today/")


def test_of_two_browsers_one_signs_the_other_out_and_back_shows_nothing_there(someone: Meet, ada: User) -> None:
    make.boundary(ada, make.Clock(), "Quillwort by the harbour wall.")
    here, there = someone("Ada"), someone("Ada")
    for person in (here, there):
        sign_in(person)
    there.go("/mine/")
    there.reads("Quillwort")
    there.go("/learn/")
    here.go("/accounts/sessions/")
    here.press("Sign out everywhere else")
    here.reads("You are signed out everywhere else.")
    there.page.go_back()
    expect(there.page.locator("body")).not_to_contain_text("Quillwort")
    there.go("/mine/")
    there.reads("Sign in")
    here.go("/mine/")
    here.reads("Quillwort")


def test_a_page_that_lies_open_covers_itself_and_keeps_what_was_being_written(
    someone: Meet, ada: User, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.ASKED_AGAIN_AFTER = timedelta(minutes=15)
    person = someone("Ada")
    sign_in(person)
    person.page.clock.install()
    person.go(writing("boundary"))
    person.page.locator("main textarea").first.fill("Quillwort by the harbour wall.")
    expect(person.page.locator("#away")).to_be_hidden()
    now = clock.now
    monkeypatch.setattr(clock, "now", lambda: now() + timedelta(minutes=16))
    person.page.clock.fast_forward("16:00")
    expect(person.page.locator("#away")).to_be_visible()
    expect(person.page.locator("main")).to_be_hidden()
    person.page.get_by_role("button", name="Go on").click()
    person.page.wait_for_url("**/accounts/reauthenticate/**")
    confirm(person)
    expect(person.page.locator("main textarea").first).to_have_value("")
    person.reads("Unfinished writing from today.")
    person.press("Show it")
    expect(person.page.locator("main textarea").first).to_have_value("Quillwort by the harbour wall.")
    assert person.page.get_by_role("button", name="Leave quickly").is_visible()
