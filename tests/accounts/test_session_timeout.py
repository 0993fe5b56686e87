"""Asked again after a while: who was away gives the password before a private page, and loses nothing by it."""

import re
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import UUID

import pytest
import time_machine
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve

from couples.accounts.allauth_pages import WHILE_AWAY
from couples.accounts.of_views import only_closes, says
from couples.accounts.requests import mark_of
from couples.models import HeldText, User
from couples.views import _drafts
from tests.support import make
from tests.support.access_rows import private_addresses
from tests.support.addresses import writing
from tests.support.page_reader import Reading, show_it
from trustapp import settings as production

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
ASKS = "/accounts/reauthenticate/"
WORDS = "What I need tonight is quiet."


class Browser:
    """Somebody's browser, at an instant that the test moves."""

    def __init__(self, who: User) -> None:
        self.client = Client()
        self.at = NOON
        self.post("/accounts/login/", login=who.email, password=make.PASSWORD)

    def wait(self, **delta: float) -> "Browser":
        self.at += timedelta(**delta)
        return self

    def get(self, url: str, **more):
        with time_machine.travel(self.at, tick=False):
            return self.client.get(url, **more)

    def post(self, url: str, follow: bool = False, **fields):
        with time_machine.travel(self.at, tick=False):
            return self.client.post(url, fields, follow=follow)

    def session(self):
        with time_machine.travel(self.at, tick=False):
            return self.client.session

    def answer_with(self, password: str, page):
        """Give the password on the page one was led to."""
        asked = page.url if page.status_code == 302 else page.redirect_chain[-1][0]
        next_page = parse_qs(urlsplit(asked).query)["next"][0]
        return self.post(ASKS, follow=True, password=password, next=next_page)


@pytest.fixture(autouse=True)
def as_in_production(settings) -> None:
    """Stories of the other tests never end a session by themselves."""
    settings.ASKED_AGAIN_AFTER = production.ASKED_AGAIN_AFTER
    settings.SESSION_COOKIE_AGE = production.SESSION_COOKIE_AGE


def test_production_asks_after_fifteen_minutes_and_ends_after_twelve_hours(settings) -> None:
    assert timedelta(minutes=15) == settings.ASKED_AGAIN_AFTER
    assert settings.SESSION_COOKIE_AGE == 12 * 60 * 60


@pytest.fixture
def hers(ada) -> Browser:
    return Browser(ada)


def is_asked(answer, back: str) -> bool:
    return answer.status_code == 302 and answer.url == f"{ASKS}?{urlencode({'next': back})}"


def test_who_was_away_for_fifteen_minutes_is_asked_and_comes_back_to_the_page(hers) -> None:
    assert is_asked(hers.wait(minutes=15).get("/mine/"), "/mine/")
    page = hers.answer_with(make.PASSWORD, hers.get("/mine/"))
    assert page.redirect_chain[-1][0] == "/mine/" and page.status_code == 200


def test_who_was_here_a_moment_ago_is_not_asked_however_long_it_goes_on(hers) -> None:
    for _ in range(20):
        assert hers.wait(minutes=14).get("/mine/").status_code == 200


def test_asking_for_a_page_once_more_opens_nothing(hers) -> None:
    hers.wait(minutes=15)
    for _ in range(3):
        assert is_asked(hers.wait(minutes=1).get("/mine/"), "/mine/")


def test_a_wrong_password_opens_nothing(hers) -> None:
    page = hers.answer_with("not hers at all", hers.wait(minutes=15).get("/mine/"))
    assert "This is not your password." in page.content.decode()
    assert is_asked(hers.get("/mine/"), "/mine/")


@pytest.mark.parametrize("minutes", [10, 5])
def test_a_person_may_choose_shorter(hers, minutes) -> None:
    hers.post("/me/", shown_name="Ada", asked_after=str(minutes))
    assert hers.wait(minutes=minutes - 1).get("/mine/").status_code == 200
    assert is_asked(hers.wait(minutes=minutes).get("/mine/"), "/mine/")


def test_my_account_shows_what_was_chosen(hers) -> None:
    assert '<option value="" selected>' in hers.get("/me/").content.decode()
    hers.post("/me/", shown_name="Ada", asked_after="5")
    assert '<option value="5" selected>' in hers.get("/me/").content.decode()


@pytest.mark.parametrize("sent", ["60", "0", "-1", "x", "15", "\x00"])
def test_longer_than_usual_cannot_be_chosen(hers, ada, sent) -> None:
    answer = hers.post("/me/", shown_name="Ada", asked_after=sent)
    assert "We do not offer this time." in answer.content.decode()
    ada.refresh_from_db()
    assert ada.asked_after is None


def test_what_was_being_written_is_kept_and_comes_back(hers, ada) -> None:
    url = writing("boundary")
    sent = {"limit": WORDS, "act": "keep", "writer": _drafts.writer_token(ada)}
    page = hers.wait(minutes=40).post(url, follow=True, **sent)
    assert _drafts.ASKED_FIRST in Reading(page.content.decode()).main and WORDS not in page.content.decode()
    page = hers.answer_with(make.PASSWORD, page)
    assert page.redirect_chain[-1][0] == url and WORDS not in page.content.decode()
    assert WORDS in hers.get(show_it(page.content.decode())).content.decode()


def test_kept_words_are_sealed(hers, ada) -> None:
    sent = {"limit": WORDS, "act": "keep", "writer": _drafts.writer_token(ada)}
    hers.wait(minutes=40).post(writing("boundary"), **sent)
    assert HeldText.objects.count() == 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM couples_heldtext")
        assert "quiet" not in str([bytes(part) if isinstance(part, memoryview) else part for part in cursor.fetchone()])


def test_a_button_does_nothing_and_says_so(hers, ada) -> None:
    page = hers.wait(minutes=20).post("/steps/on/", follow=True)
    assert _drafts.AWAY in Reading(page.content.decode()).main
    ada.refresh_from_db()
    assert not ada.steps_on


@pytest.mark.parametrize("away", [{"minutes": 20}, {"hours": 13}], ids=["away for a while", "signed out"])
def test_no_address_that_asks_again_says_which_button_was_pressed(hers, away) -> None:
    """A browser keeps it, and the other holds the phone: that somebody accepted or put away is theirs alone."""
    hers.wait(**away)
    nothing = UUID(int=0)
    for url, page in (
        (f"/ours/{nothing}/put-away/", "/ours/"),
        (f"/ours/{nothing}/accept/", "/ours/"),
        (f"/mine/{nothing}/take-back/", "/mine/"),
        (f"/glass/{nothing}/admit/", "/glass/"),
        ("/yes/end/", "/yes/"),
    ):
        asked = hers.post(url)
        assert asked.status_code == 302
        assert parse_qs(urlsplit(asked.url).query) == {"next": [page]}, asked.url


def test_public_pages_stay_open_and_are_no_sign_of_being_here(hers) -> None:
    for _ in range(3):
        assert hers.wait(minutes=6).get("/learn/").status_code == 200
    assert is_asked(hers.get("/mine/"), "/mine/")


def test_signing_out_and_leaving_quickly_wait_for_nothing(hers, ada) -> None:
    assert hers.wait(minutes=20).post("/accounts/logout/").status_code == 302
    assert "login" in hers.get("/mine/").url
    again = Browser(ada)
    again.wait(minutes=20).post("/leave/")
    assert "login" in again.get("/mine/").url


def test_twelve_hours_are_the_end_however_busy_it_was(hers) -> None:
    for _ in range(6 * 12 - 1):
        assert hers.wait(minutes=10).get("/mine/").status_code == 200
    answer = hers.wait(minutes=10).get("/mine/")
    assert answer.url == "/accounts/login/?next=/mine/"
    assert "_auth_user_id" not in hers.session()


def test_words_sent_after_twelve_hours_are_kept_too(hers, ada) -> None:
    sent = {"limit": WORDS, "act": "keep", "writer": _drafts.writer_token(ada)}
    page = hers.wait(hours=11, minutes=59).wait(minutes=1).post(writing("boundary"), follow=True, **sent)
    assert _drafts.SIGN_IN_FIRST in page.content.decode()
    assert HeldText.objects.exists()


def test_giving_the_password_again_does_not_make_the_twelve_hours_longer(hers) -> None:
    hers.wait(hours=11)
    hers.answer_with(make.PASSWORD, hers.get("/mine/"))
    assert hers.get("/mine/").status_code == 200
    for _ in range(5):
        assert hers.wait(minutes=10).get("/mine/").status_code == 200
    assert "login" in hers.wait(minutes=10).get("/mine/").url


def test_a_session_without_marks_is_over(hers) -> None:
    with time_machine.travel(hers.at, tick=False):
        session = hers.client.session
        del session["began"]
        session.save()
    assert "login" in hers.get("/mine/").url


def test_every_private_address_asks(hers) -> None:
    hers.wait(minutes=15)
    for url in private_addresses():
        cookies = deepcopy(hers.client.cookies)
        with transaction.atomic():  # each is the first that is asked for
            if resolve(url).url_name in WHILE_AWAY or says(resolve(url).func, only_closes):
                assert hers.get(url).status_code == 200 or hers.get(url).url == ASKS, url
            else:
                assert is_asked(hers.get(url), url), url
            transaction.set_rollback(True)
        hers.client.cookies = cookies


def test_not_every_page_writes_into_the_session(hers) -> None:
    hers.wait(minutes=2).get("/mine/")
    with CaptureQueriesContext(connection) as asked:
        hers.wait(seconds=30).get("/mine/")
    assert not [query for query in asked if query["sql"].startswith("UPDATE")]


# --- A page that lies open (the cover itself: tests/browser/test_ways_in.py) ---


def test_a_private_page_knows_when_to_cover_itself_and_a_visitors_page_does_not(hers) -> None:
    assert 'data-idle="900"' in hers.get("/mine/").content.decode()
    hers.post("/me/", shown_name="Ada", asked_after="5")
    assert 'data-idle="300"' in hers.get("/mine/").content.decode()
    assert "data-idle" not in Client().get("/accounts/login/").content.decode()


def test_who_writes_for_long_is_still_here(hers) -> None:
    for _ in range(4):
        assert hers.wait(minutes=10).get("/me/here/").status_code == 204
    assert hers.get("/mine/").status_code == 200
    assert is_asked(hers.wait(minutes=15).get("/me/here/"), "/me/here/")


@pytest.mark.parametrize("signed_out", [False, True])
def test_what_a_covered_page_sends_is_kept_for_its_writer_at_its_address(hers, ada, signed_out) -> None:
    url = writing("boundary")
    client = Client() if signed_out else hers.wait(minutes=20).client
    sent = {"limit": WORDS, "act": "keep", "writer": _drafts.writer_token(ada), "at": url}
    with time_machine.travel(hers.at, tick=False):
        assert client.post("/me/hold/", sent).status_code == 204
    page = hers.answer_with(make.PASSWORD, hers.get(url)) if not signed_out else hers.get(url)
    assert WORDS in hers.get(show_it(page.content.decode())).content.decode()


NOWHERE = ["", "x", "//elsewhere.example/", "/" + "x" * 4000, "\x00", "/nothing-here/", "/me/hold/", "/mine/"]
WITH_A_PASSWORD = ["/me/account/now/", "/me/account/week/", "/accounts/reauthenticate/", "/accounts/password/change/"]


@pytest.mark.parametrize("at", [*NOWHERE, *WITH_A_PASSWORD])
def test_at_an_address_whose_page_could_not_show_it_again_nothing_is_kept(hers, ada, at) -> None:
    sent = {"limit": WORDS, "password": "secret", "writer": _drafts.writer_token(ada), "at": at}
    assert hers.post("/me/hold/", **sent).status_code == 204
    assert not HeldText.objects.exists()


def test_a_form_with_a_password_sent_after_a_while_away_keeps_nothing_of_it(hers, ada) -> None:
    sent = {"password": "secret", "writer": _drafts.writer_token(ada)}
    for address in WITH_A_PASSWORD[:2]:
        hers.wait(minutes=20).post(address, **sent)
    assert not HeldText.objects.exists()


def test_what_a_page_sends_by_itself_keeps_no_session_alive(hers, ada) -> None:
    sent = {"limit": WORDS, "writer": _drafts.writer_token(ada), "at": writing("boundary")}
    for _ in range(4):
        hers.wait(minutes=5).post("/me/hold/", **sent)
        assert hers.get("/me/still/").status_code == 200
    assert hers.get("/me/still/").content == b"away"
    assert is_asked(hers.get("/mine/"), "/mine/")


def test_a_page_that_asks_is_told_whose_pages_may_be_shown(hers, ada) -> None:
    whose = re.search(r'data-whose="([^"]+)"', hers.get("/mine/").content.decode())[1]
    assert str(ada.pk) not in whose and whose == mark_of(ada) != mark_of(make.person("Ben"))
    assert hers.get("/me/still/").content.decode() == whose
    assert hers.wait(minutes=15).get("/me/still/").content == b"away"
    hers.answer_with(make.PASSWORD, hers.get("/mine/"))
    assert hers.get("/me/still/").content.decode() == whose
    for _ in range(6 * 12):
        hers.wait(minutes=10).get("/mine/")
    assert hers.get("/me/still/").content == b""
    assert Client().get("/me/still/").content == b""


def test_where_somebody_is_asked_who_they_are_the_page_is_nobodys(hers) -> None:
    hers.wait(minutes=15)
    page = hers.get("/mine/", follow=True).content.decode()
    assert 'data-whose=""' in page and 'class="private"' not in page


def test_nobody_plants_words_for_somebody_else(hers, ada) -> None:
    assert hers.post("/me/hold/", limit=WORDS, writer="forged", at=writing("boundary")).status_code == 204
    assert not HeldText.objects.exists()
