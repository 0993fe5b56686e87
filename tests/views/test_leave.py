"""Leave quickly: the session is dead on the server, and the page that comes says nothing."""

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

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
