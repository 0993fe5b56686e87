"""Accounts: signing up, in and out, and a new password, each with a code from a real mail."""

import re

import pytest
from django.contrib.auth import get_user_model
from django.core import mail
from django.test import Client
from django.urls import reverse

from couples.accounts.adapter import home_of
from couples.forms.accounts import NAME_LENGTH
from tests.support import make
from tests.support.page_reader import TELLING, Reading

pytestmark = pytest.mark.django_db

SIGN_UP, SIGN_IN, CODE = "/accounts/signup/", "/accounts/login/", "/accounts/confirm-email/"
RESET, RESET_CODE = "/accounts/password/reset/", "/accounts/password/reset/confirm/"
PASSWORD = "a quiet lamp on the stairs"
CODE_FORM = re.compile(r"^[A-Z0-9]{4}-[A-Z0-9]{4}$", re.MULTILINE)
FACT_OF_TWO = ("two people", "pair", "invit", "agreement", *TELLING)


def filled(**other):
    return {"email": "mara@example.test", "password1": PASSWORD, "shown_name": "Mara", **other}


def mailed_code():
    """The code in the newest mail."""
    return CODE_FORM.search(mail.outbox[-1].body).group()


def signed_up(client, **other):
    """The answer to a sign-up form."""
    return client.post(SIGN_UP, filled(**other))


def words_of(response):
    """What stands on a page, without the tokens and the address somebody typed."""
    text = response.content.decode()
    text = re.sub(r'name="(csrfmiddlewaretoken|writer)" value="[^"]*"', "", text)
    return re.sub(r"[\w.]+@example\.test", "an address", text)


def person_of(address="mara@example.test"):
    return get_user_model().objects.filter(email=address).first()


# --- signing up ---


def test_signing_up_goes_by_a_mailed_code_to_today(client):
    page = signed_up(client, time_zone="America/Lima")
    assert page.status_code == 302 and page.url == CODE
    assert "_auth_user_id" not in client.session
    done = client.post(CODE, {"code": mailed_code().lower().replace("-", "")})
    assert done.status_code == 302 and done.url == "/today/"
    person = person_of()
    assert (person.shown_name, person.time_zone) == ("Mara", "America/Lima")
    assert client.session["_auth_user_id"] == str(person.pk)
    assert not person.is_therapist


def test_a_therapist_is_led_to_their_card_after_the_code(client):
    link = [url for url in Reading(client.get(SIGN_UP).content.decode()).links if "next=" in url]
    assert link == [f"{SIGN_UP}?next=/room/card/"]
    page = Reading(client.get(link[0]).content.decode())
    assert "you write your card" in page.main
    signed_up(client, next="/room/card/")
    assert client.post(CODE, {"code": mailed_code()}).url == "/room/card/"


def test_signing_up_leads_to_no_other_site(client):
    signed_up(client, next="https://elsewhere.example/")
    assert client.post(CODE, {"code": mailed_code()}).url == "/today/"


@pytest.mark.parametrize("zone", ["", "Nowhere/Atall", "../etc/passwd", "<b>", "\x00", "x" * 5000])
def test_a_time_zone_that_no_browser_says_is_left_out(client, settings, zone):
    settings.TIME_ZONE = "Europe/Lisbon"
    assert signed_up(client, time_zone=zone).status_code == 302
    assert person_of().time_zone == "Europe/Lisbon"


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("", "Please write a name."),
        ("   \t ", "Please write a name."),
        ("\x00\x07", "can be seen"),
        ("\u200b\u200b", "can be seen"),
        ("\u3164", "can be seen"),
        ("\u202e\u200d", "can be seen"),
        ("x" * (NAME_LENGTH + 1), "60"),
        ("You", "choose another name"),
        ("your  Partner", "choose another name"),
    ],
)
def test_a_name_that_cannot_be_is_refused_kindly_and_nothing_is_lost(client, name, sentence):
    page = signed_up(client, shown_name=name)
    assert page.status_code == 200
    assert sentence in Reading(page.content.decode()).main
    assert 'value="mara@example.test"' in page.content.decode()
    assert person_of() is None and mail.outbox == []


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("  Ana \n  Lucía ", "Ana Lucía"),
        ("a\x00b\x07c", "abc"),
        ("ev\u202eil", "evil"),
        ("نور", "نور"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("👩‍🌾", "👩‍🌾"),
        ("x" * NAME_LENGTH, "x" * NAME_LENGTH),
        ("<b>Jo</b> & 'Co'", "<b>Jo</b> & 'Co'"),
    ],
)
def test_a_name_is_kept_in_one_line_without_unseen_signs(client, name, kept):
    assert signed_up(client, shown_name=name).status_code == 302
    assert person_of().shown_name == kept


def test_markup_in_a_refused_form_stays_words(client):
    page = signed_up(client, shown_name="<script>alert(1)</script>", password1="short").content.decode()
    assert "<script>alert" not in page and "&lt;script&gt;alert" in page


@pytest.mark.parametrize("password", ["", "short", "passwordpassword"[:8], "1234567890"])
def test_a_weak_password_is_refused_and_never_sent_back(client, password):
    page = signed_up(client, password1=password)
    assert page.status_code == 200 and person_of() is None
    assert not password or f'value="{password}"' not in page.content.decode()


@pytest.mark.parametrize("address", ["", "no address", "a@b", "a\x00@example.test", "x" * 300 + "@example.test"])
def test_an_address_that_is_none_is_refused(client, address):
    page = signed_up(client, email=address)
    assert page.status_code == 200 and mail.outbox == []
    assert 'value="Mara"' in page.content.decode()


def test_while_sign_up_is_closed_nobody_can_sign_up(client, settings):
    settings.REGISTRATION_OPEN = False
    assert "Sign-up is closed" in client.get(SIGN_UP).content.decode()
    assert "Sign-up is closed" in signed_up(client).content.decode()
    assert person_of() is None and mail.outbox == []
    assert SIGN_UP not in Reading(client.get("/").content.decode()).links


def test_a_known_address_gets_the_same_words_as_an_unknown_one():
    make.person("Ada")
    pages = []
    for address in ("ada@example.test", "nobody@example.test"):
        visitor = Client()
        first = signed_up(visitor, email=address)
        code = visitor.get(first.url)
        wrong = visitor.post(CODE, {"code": "AAAA-AAAA"})
        pages.append((first.status_code, first.url, words_of(code), wrong.status_code, words_of(wrong)))
    assert pages[0] == pages[1]
    assert get_user_model().objects.filter(email="ada@example.test").get().shown_name == "Ada"


def test_capitals_make_no_second_person(client):
    make.person("Ada")
    signed_up(client, email="ADA@Example.Test")
    assert get_user_model().objects.count() == 1


# --- codes ---


def test_a_wrong_code_is_said_kindly_and_three_end_it(client):
    signed_up(client)
    right = mailed_code()
    for wrong in ("AAAA-AAAA", ""):
        page = client.post(CODE, {"code": wrong})
        assert page.status_code == 200
    page = client.post(CODE, {"code": "BBBB-BBBB"}, follow=True)
    assert "That was a lot of tries" in page.content.decode()
    client.post(CODE, {"code": right})
    assert "_auth_user_id" not in client.session


def test_the_wrong_code_has_its_own_sentence(client):
    signed_up(client)
    assert "not the code from the newest mail" in client.post(CODE, {"code": "AAAA-AAAA"}).content.decode()


@pytest.mark.parametrize("code", ["ÄÄÄÄ-ÄÄÄÄ", "\x00", "<b>", "9" * 10_000])
def test_a_code_of_any_signs_breaks_nothing(client, code):
    signed_up(client)
    assert client.post(CODE, {"code": code}).status_code == 200


def test_a_new_code_replaces_the_old_one_and_only_two_are_sent(client):
    signed_up(client)
    old = mailed_code()
    for _ in range(2):
        page = client.post(CODE, {"action": "resend"}, follow=True)
    assert len(mail.outbox) == 3
    assert "Send a new code" not in page.content.decode()
    assert old != mailed_code()
    assert "not the code from the newest mail" in client.post(CODE, {"code": old}).content.decode()
    assert client.post(CODE, {"code": mailed_code()}).url == "/today/"


def test_the_code_page_without_a_code_waited_for_leads_on(client):
    assert client.get(CODE).url == SIGN_IN
    client.force_login(make.person("Ada"))
    assert client.get(CODE).url == reverse("account_email")


# --- signing in and out ---


def test_signing_in_asks_for_both_and_says_the_same_of_either(client):
    make.person("Ada")
    unknown = client.post(SIGN_IN, {"login": "no@example.test", "password": make.PASSWORD})
    wrong = client.post(SIGN_IN, {"login": "ada@example.test", "password": "not this one at all"})
    assert words_of(unknown) == words_of(wrong)
    assert "do not match" in wrong.content.decode()
    done = client.post(SIGN_IN, {"login": "Ada@Example.test", "password": make.PASSWORD})
    assert done.url == "/today/"


def test_a_person_who_did_not_confirm_gets_a_code_when_they_sign_in(client):
    signed_up(client)
    client.post("/accounts/logout/")
    page = client.post(SIGN_IN, {"login": "mara@example.test", "password": PASSWORD})
    assert page.url == CODE and "_auth_user_id" not in client.session
    assert client.post(CODE, {"code": mailed_code()}).url == "/today/"


def test_signing_out_ends_the_session_on_a_press_only(client):
    client.force_login(make.person("Ada"))
    key = client.session.session_key
    assert client.get("/accounts/logout/").status_code == 200
    assert client.session.exists(key)
    assert client.post("/accounts/logout/").url == "/"
    assert not client.session.exists(key)


def test_a_therapist_without_a_seat_begins_in_the_room(client):
    clock = make.Clock()
    faye, _ = make.therapist("Faye", clock)
    assert home_of(faye) == "/room/"
    page = client.post(SIGN_IN, {"login": faye.email, "password": make.PASSWORD})
    assert page.url == "/room/"
    assert client.get("/").url == "/room/"
    make.pair(faye, make.person("Gus"), clock)
    assert home_of(faye) == "/today/"


# --- a new password ---


def test_a_new_password_goes_by_a_mailed_code(client):
    ada = make.person("Ada")
    page = client.post(RESET, {"email": "ada@example.test"}, follow=True)
    assert "not the code" in client.post(page.redirect_chain[-1][0], {"code": "AAAA-AAAA"}).content.decode()
    page = client.post(page.redirect_chain[-1][0], {"code": mailed_code()}, follow=True)
    assert "New password" in page.content.decode()
    client.post(page.redirect_chain[-1][0], {"password1": PASSWORD})
    ada.refresh_from_db()
    assert ada.check_password(PASSWORD)
    assert "_auth_user_id" not in client.session


def test_a_new_password_for_an_unknown_address_looks_the_same_and_sends_nothing():
    make.person("Ada")
    pages = []
    for address in ("ada@example.test", "nobody@example.test"):
        visitor = Client()
        first = visitor.post(RESET, {"email": address})
        code = visitor.get(first.url)
        wrong = visitor.post(first.url, {"code": "AAAA-AAAA"})
        pages.append((first.status_code, first.url, words_of(code), wrong.status_code, words_of(wrong)))
    assert pages[0] == pages[1]
    assert [to for message in mail.outbox for to in message.to] == ["ada@example.test"]


def test_changing_the_password_signs_every_device_out(client):
    ada = make.person("Ada")
    other = Client()
    for device in (client, other):
        device.post(SIGN_IN, {"login": ada.email, "password": make.PASSWORD})
    wrong = client.post("/accounts/password/change/", {"oldpassword": "no", "password1": PASSWORD})
    assert "not your current password" in wrong.content.decode()
    client.post("/accounts/password/change/", {"oldpassword": make.PASSWORD, "password1": PASSWORD})
    assert client.get("/me/").status_code == other.get("/me/").status_code == 302
    ada.refresh_from_db()
    assert ada.check_password(PASSWORD)


# --- mail ---


def test_no_mail_says_what_this_place_is_about(client, settings):
    make.person("Ada")
    signed_up(client)
    client.post(CODE, {"action": "resend"})
    client.post(CODE, {"code": mailed_code()})
    client.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": "another quiet lamp"})
    signed_up(client, email="ada@example.test")
    page = client.post(RESET, {"email": "ada@example.test"}, follow=True)
    page = client.post(page.redirect_chain[-1][0], {"code": mailed_code()}, follow=True)
    client.post(page.redirect_chain[-1][0], {"password1": "one more quiet lamp"})
    assert len(mail.outbox) >= 4
    for message in mail.outbox:
        text = f"{message.subject}\n{message.body}".replace(settings.SITE_NAME, "").lower()
        assert [word for word in FACT_OF_TWO if word in text] == []
        assert message.message().get_content_type() == "text/plain" and "Mara" not in message.body
        assert message.subject.removeprefix(f"{settings.SITE_NAME}: ") in ("Your code", "Your account")


def test_the_code_stands_in_the_mail_files_of_development(client, mail_folder):
    signed_up(client)
    (written,) = mail_folder.iterdir()
    found = CODE_FORM.search(written.read_text().replace("\r\n", "\n"))
    assert client.post(CODE, {"code": found.group()}).url == "/today/"


# --- every page of it ---

PAGES = [SIGN_UP, SIGN_IN, RESET, "/"]
PAGES_SIGNED_IN = ["/accounts/logout/", "/accounts/password/change/", "/accounts/reauthenticate/", "/me/"]


@pytest.mark.parametrize("address", [*PAGES, *PAGES_SIGNED_IN])
def test_titles_tell_nothing_and_nothing_runs_in_the_page(client, address):
    if address in PAGES_SIGNED_IN:
        client.force_login(make.person("Ada"))
    page = client.get(address)
    assert page.status_code == 200
    reading = Reading(page.content.decode())
    assert reading.title and not [word for word in TELLING if word in reading.title.lower()]
    assert "style" not in reading.attributes and not [name for name in reading.attributes if name.startswith("on")]


def test_the_first_page_says_what_it_is_and_is_not_to_anybody(client):
    page = client.get("/")
    main = " ".join(Reading(page.content.decode()).main.split())
    for sentence in ("Honest limits", "Whoever runs this server", "For therapists"):
        assert sentence in main
    assert {SIGN_UP, SIGN_IN, "/learn/", "/safety/"} <= set(Reading(page.content.decode()).links)
    client.force_login(make.person("Ada"))
    assert client.get("/").url == "/today/"
    assert client.post("/").status_code == 405


@pytest.mark.parametrize(
    "address", [SIGN_UP, SIGN_IN, RESET, "/accounts/password/change/", "/accounts/reauthenticate/"]
)
def test_no_form_with_a_password_asks_to_hold_what_is_typed(client, address):
    if address in PAGES_SIGNED_IN:
        client.force_login(make.person("Ada"))
    assert 'name="writer"' not in client.get(address).content.decode()
