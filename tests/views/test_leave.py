"""Leave quickly: the session is dead on the server, and the page that comes says nothing."""

from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from couples.models import User
from tests.support import make
from tests.support.page_reader import TELLING, Reading

pytestmark = pytest.mark.django_db

LEAVE, NOTES = "/leave/", "/notes/"


@pytest.fixture
def inside(client):
    """The client of somebody who is signed in and has a page open."""
    client.force_login(make.person("Ada"))
    client.get("/me/")
    return client


def test_it_ends_the_session_on_the_server(inside, settings):
    stolen = inside.cookies[settings.SESSION_COOKIE_NAME].value
    answer = inside.post(LEAVE)
    assert answer.status_code == 303 and answer.url == NOTES
    assert not Session.objects.exists()
    other = Client()
    other.cookies[settings.SESSION_COOKIE_NAME] = stolen
    assert other.get("/me/").status_code == 302


def test_it_takes_our_cookies_and_what_the_browser_keeps_of_us(inside, settings):
    answer = inside.post(LEAVE)
    for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME):
        assert answer.cookies[name].value == "" and answer.cookies[name]["max-age"] == 0
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_script_gets_an_empty_answer_at_once(inside):
    answer = inside.post(LEAVE, headers={"Sec-Fetch-Dest": "empty"})
    assert answer.status_code == 204 and answer.content == b""
    assert not Session.objects.exists()
    assert "Clear-Site-Data" in answer.headers


def test_reading_it_never_signs_anybody_out(inside):
    for _ in range(2):
        assert inside.get(LEAVE).status_code == 200
        assert inside.head(LEAVE).status_code == 200
    assert "Clear-Site-Data" not in inside.get(LEAVE).headers
    assert inside.get("/me/").status_code == 200


def test_it_works_without_a_form_token_and_with_a_stale_one(settings):
    ada = make.person("Ada")
    for sent in ({}, {"csrfmiddlewaretoken": "stale"}):
        strict = Client(enforce_csrf_checks=True)
        strict.force_login(ada)
        assert strict.post(LEAVE, sent).status_code == 303
        assert not Session.objects.exists()


def test_it_works_for_somebody_who_is_not_signed_in(client):
    answer = client.post(LEAVE)
    assert answer.status_code == 303 and answer.url == NOTES


def test_it_works_twice_and_with_a_session_that_is_gone(inside, settings):
    stolen = inside.cookies[settings.SESSION_COOKIE_NAME].value
    inside.post(LEAVE)
    inside.cookies[settings.SESSION_COOKIE_NAME] = stolen
    assert inside.post(LEAVE).status_code == 303


def test_another_site_that_posts_without_our_cookies_ends_nothing(inside):
    # SameSite=Lax: the browser leaves our cookies at home when another site posts here.
    answer = Client().post(LEAVE)
    assert answer.cookies == {} and "Clear-Site-Data" not in answer.headers
    assert inside.get("/me/").status_code == 200


def test_our_cookies_never_come_along_with_another_site(client, settings):
    ada = make.person("Ada")
    client.post("/accounts/login/", {"login": ada.email, "password": make.PASSWORD})
    for name in (settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME):
        assert client.cookies[name]["samesite"] == "Lax" and client.cookies[name]["httponly"]


def test_other_methods_are_refused(client):
    assert client.put(LEAVE).status_code == 405
    assert client.post(NOTES).status_code == 405


@pytest.mark.parametrize("address", [LEAVE, NOTES])
def test_the_neutral_page_knows_nobody_and_leads_nowhere(inside, settings, address):
    answer = inside.get(address)
    text = answer.content.decode()
    page = Reading(text)
    assert page.title == "Notes"
    assert page.links == [] and "form" not in page.tags and "script" not in page.tags
    assert settings.SITE_NAME not in text and "Ada" not in text and "look.css" not in text
    assert not [word for word in TELLING if word in text.lower()]
    assert answer.cookies == {}
    assert Client().get(address).content == answer.content


def test_every_frame_has_it_in_the_same_corner(inside):
    for address in ("/me/", "/learn/", "/accounts/password/change/"):
        text = inside.get(address).content.decode()
        assert '<form id="leave" method="post" action="/leave/"' in text


def test_what_a_signed_out_page_shows_after_leaving_holds_nothing(inside):
    inside.post(LEAVE)
    answer = inside.get("/me/", follow=True)
    assert "Ada" not in answer.content.decode()


# --- A wish that the server could not be told at once ---


@pytest.fixture
def wishing(inside, settings):
    """The same client, after its browser noted the wish to leave and could not reach the server."""
    inside.cookies[settings.LEAVING_COOKIE_NAME] = "1"
    return inside


@pytest.mark.parametrize("address", ["/mine/", "/me/", "/learn/", "/safety/", "/nothing-here/", "/me/still/", LEAVE])
def test_whatever_the_browser_asks_for_next_ends_the_session_first(wishing, settings, address):
    answer = wishing.get(address)
    assert "Ada" not in answer.content.decode() and not Session.objects.exists()
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    taken = answer.cookies[settings.LEAVING_COOKIE_NAME]
    assert taken.value == "" and taken["max-age"] == 0
    assert wishing.get("/me/").status_code == 302


def test_what_is_pressed_next_does_nothing(wishing):
    assert wishing.post("/me/", {"shown_name": "Someone"}).status_code == 302
    assert User.objects.get().shown_name == "Ada"


def test_the_wish_is_noted_with_what_the_server_would_take_away(inside, settings):
    page = inside.get("/me/").content.decode()
    assert f'data-wish="{settings.LEAVING_COOKIE_NAME}=1; path=/; max-age=31536000; samesite=lax"' in page


def test_in_production_the_wish_is_a_cookie_that_no_other_host_can_set():
    assert 'LEAVING_COOKIE_NAME = "left" if DEBUG else "__Host-left"' in Path("trustapp/settings.py").read_text()


def test_the_next_session_is_not_ended_by_an_old_wish(wishing):
    wishing.get("/learn/")
    wishing.force_login(User.objects.get())
    assert wishing.get("/me/").status_code == 200


def test_nobody_without_a_wish_is_told_to_clear_anything(inside):
    assert "Clear-Site-Data" not in inside.get("/me/").headers
