"""Signing in while others try: whoever has signed in from a browser before is never kept out, and guessing gets slow.

What is counted is counted per address *and* network, so nobody is kept waiting by strangers or by who lives beside
them, and a page that says "wait" says for how long.
"""

import re
import time
from datetime import UTC, datetime

import pytest
import time_machine
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.test import Client

from couples.accounts import known_browser
from couples.models import User
from tests.accounts.test_mfa import code_of, set_up
from tests.support import make
from tests.support.page_reader import Reading

pytestmark = pytest.mark.django_db

SIGN_IN, LEAVE, AGAIN = "/accounts/login/", "/leave/", "/accounts/reauthenticate/"
SECOND = "/accounts/keys/authenticate/"
CHANGE, RESET = "/accounts/password/change/", "/accounts/password/reset/"
NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
HOME, ELSEWHERE = "192.0.2.7", "198.51.100.9"
WRONG, NEW = "not the right one at all", "another long enough password"
TOKENS = re.compile(r'name="(csrfmiddlewaretoken|writer)" value="[^"]*"')
MAILED = re.compile(r"^[A-Z0-9]{4}-[A-Z0-9]{4}$", re.MULTILINE)
COOKIE = settings.KNOWN_BROWSER_COOKIE_NAME


@pytest.fixture(autouse=True)
def moment():
    with time_machine.travel(NOON, tick=False) as now:
        yield now


@pytest.fixture
def ada(moment) -> User:
    return make.person("Ada")


def tries(client: Client, address: str, password: str = WRONG):
    """The answer to one try of a password."""
    return client.post(SIGN_IN, {"login": address, "password": password})


def stranger(network: str = ELSEWHERE) -> Client:
    """A browser that has never been here, on some network."""
    return Client(REMOTE_ADDR=network)


def known(who: User, network: str = HOME) -> Client:
    """A browser that this person has signed in from and out of again."""
    client = Client(REMOTE_ADDR=network)
    assert tries(client, who.email, make.PASSWORD).status_code == 302
    client.post("/accounts/logout/", follow=True)
    assert "_auth_user_id" not in client.session
    return client


def words_of(answer) -> str:
    return " ".join(Reading(answer.content.decode()).main.split())


def bare(answer) -> str:
    """A page without its tokens and without the address that was typed into it."""
    return re.sub(r"[\w.]+@example\.test", "an address", TOKENS.sub("", answer.content.decode()))


def seconds_told(answer) -> int:
    number, unit = re.search(r"Please wait (\d+) (second|minute)s?\b", words_of(answer)).groups()
    return int(number) * (60 if unit == "minute" else 1)


# --- Nobody is kept out by others ---


def test_six_wrong_tries_by_anybody_keep_nobody_out_of_a_browser_of_their_own(ada) -> None:
    hers = known(ada)
    for client in (stranger(ELSEWHERE), stranger(HOME)):
        for _ in range(6):
            tries(client, ada.email)
    assert tries(hers, ada.email, make.PASSWORD).url == "/today/"


def test_wrong_tries_on_one_network_keep_nobody_waiting_on_another(ada) -> None:
    for _ in range(8):
        tries(stranger(ELSEWHERE), ada.email)
    assert tries(stranger(HOME), ada.email, make.PASSWORD).url == "/today/"


def test_wrong_tries_of_one_address_keep_no_other_address_of_the_network_waiting(ada) -> None:
    """Behind a CDN, or at a practice, everybody comes from one network."""
    ben = make.person("Ben")
    for n in range(40):
        tries(stranger(HOME), f"somebody{n}@example.test")
    for _ in range(12):
        tries(stranger(HOME), ada.email)
    assert tries(stranger(HOME), ben.email, make.PASSWORD).url == "/today/"


def test_many_who_sign_up_or_ask_for_a_new_password_keep_nobody_of_their_network_from_it(ada) -> None:
    for n in range(25):
        client = stranger(HOME)
        asked = {"email": f"p{n}@example.test", "password1": "a quiet lamp on the stairs", "shown_name": "Pim"}
        assert client.post("/accounts/signup/", asked).status_code == 302
        assert client.post(RESET, {"email": f"q{n}@example.test"}).status_code == 302
    assert stranger(HOME).post(RESET, {"email": ada.email}).status_code == 302


def test_nobody_is_kept_from_being_asked_again_by_strangers_who_try_their_password(ada) -> None:
    client = Client(REMOTE_ADDR=HOME)
    tries(client, ada.email, make.PASSWORD)
    for network in (HOME, ELSEWHERE):
        for _ in range(8):
            tries(stranger(network), ada.email)
    assert client.post(AGAIN, {"password": make.PASSWORD}).status_code == 302
    changed = client.post(CHANGE, {"oldpassword": make.PASSWORD, "password1": NEW})
    assert changed.status_code == 302
    ada.refresh_from_db()
    assert ada.check_password(NEW)


def test_a_thief_of_a_session_keeps_its_owner_neither_from_being_asked_again_nor_from_a_new_password(ada) -> None:
    client = Client(REMOTE_ADDR=HOME)
    tries(client, ada.email, make.PASSWORD)
    thief = stranger()
    thief.cookies[settings.SESSION_COOKIE_NAME] = client.cookies[settings.SESSION_COOKIE_NAME].value
    for _ in range(15):
        thief.post(AGAIN, {"password": WRONG})
        thief.post(CHANGE, {"oldpassword": WRONG, "password1": NEW})
        thief.post("/accounts/email/", {"email": "thief@example.test", "action_add": ""})
    assert thief.post(AGAIN, {"password": WRONG}).status_code == 429
    assert client.post(AGAIN, {"password": make.PASSWORD}).status_code == 302
    sent = client.post("/accounts/email/", {"email": "new@example.test", "action_add": ""})
    assert sent.url == "/accounts/confirm-email/"
    assert client.post(CHANGE, {"oldpassword": make.PASSWORD, "password1": NEW}).status_code == 302


# --- Guessing gets slow, and says so ---


def test_after_five_wrong_ones_one_waits_ten_seconds_and_twice_as_long_each_time_up_to_five_minutes(
    ada, moment
) -> None:
    client, waits = stranger(), []
    for _ in range(5):
        answer = tries(client, ada.email)
        assert answer.status_code == 200 and "do not match" in words_of(answer)
    for _ in range(8):
        answer = tries(client, ada.email)
        assert answer.status_code == 429
        waits.append(seconds_told(answer))
        moment.shift(waits[-1] - 1 if waits[-1] < 60 else 0)  # a minute is told in whole ones, so at least as long
        assert tries(client, ada.email).status_code == 429
        moment.shift(1 if waits[-1] < 60 else waits[-1])
        assert tries(client, ada.email).status_code == 200
    assert waits == [10, 20, 40, 120, 180, 300, 300, 300]


def test_while_one_waits_the_right_password_is_not_looked_at_and_asking_makes_it_no_longer(ada, moment) -> None:
    client = stranger()
    for _ in range(5):
        tries(client, ada.email)
    for _ in range(20):
        assert tries(client, ada.email, make.PASSWORD).status_code == 429
    moment.shift(10)
    assert tries(client, ada.email, make.PASSWORD).url == "/today/"


def test_the_page_keeps_the_address_and_never_the_password(ada) -> None:
    client = stranger()
    for _ in range(6):
        answer = tries(client, ada.email)
    page = answer.content.decode()
    assert f'value="{ada.email}"' in page and WRONG not in page
    assert "the right one still works in a browser you have signed in from before" in words_of(answer)


def test_nobody_sleeps_for_it(ada, monkeypatch) -> None:
    monkeypatch.setattr(time, "sleep", lambda seconds: pytest.fail(f"slept for {seconds}"))
    for _ in range(7):
        tries(stranger(), ada.email)


def test_an_hour_later_it_is_forgotten(ada, moment) -> None:
    for _ in range(8):
        tries(stranger(), ada.email)
    moment.shift(3601)
    for _ in range(5):
        assert tries(stranger(), ada.email).status_code == 200


def test_a_known_and_an_unknown_address_wait_alike(ada) -> None:
    """In words, status and headers, try by try, in a browser with and without a mark of somebody else's."""
    make.person("Ben")
    for client in (stranger(HOME), known(User.objects.get(email="ben@example.test"))):
        cache.clear()
        answers = []
        for address in (ada.email, "nobody@example.test"):
            told = [tries(client, address) for _ in range(7)]
            answers.append([(one.status_code, sorted(one.headers), bare(one)) for one in told])
        assert answers[0] == answers[1]


def test_a_wrong_password_looks_alike_in_a_browser_that_knows_the_person_and_in_one_that_does_not(ada) -> None:
    """Else a shared phone would tell whoever holds it that this address has signed in from it."""
    answers = []
    for client in (known(ada, HOME), stranger(HOME)):
        cache.clear()
        for _ in range(7):
            tries(stranger(HOME), ada.email)
        answers.append([(one.status_code, bare(one)) for one in (tries(client, ada.email) for _ in range(8))])
    assert answers[0] == answers[1]


def test_guesses_in_a_browser_that_is_known_wait_too(ada, moment) -> None:
    hers = known(ada)
    for _ in range(5):
        assert tries(hers, ada.email).status_code == 200
    assert tries(hers, ada.email, make.PASSWORD).status_code == 429
    moment.shift(10)
    assert tries(hers, ada.email, make.PASSWORD).url == "/today/"


def test_guesses_in_a_known_browser_wait_while_others_try_as_well(ada, moment) -> None:
    hers = known(ada)
    for _ in range(9):
        tries(stranger(HOME), ada.email)
        moment.shift(301)
    for _ in range(5):
        tries(hers, ada.email)
        tries(stranger(HOME), ada.email)  # the network waits all the time
    assert tries(hers, ada.email, make.PASSWORD).status_code == 429


def test_what_is_typed_differently_is_counted_as_one_address(ada) -> None:
    client = stranger()
    for typed in (ada.email, "ADA@example.test", " ada@EXAMPLE.test ", "Ada@Example.Test", "aDa@example.test"):
        tries(client, typed)
    assert tries(client, ada.email).status_code == 429


def test_an_address_that_was_never_confirmed_gets_no_mail_after_mail(db) -> None:
    asked = {"email": "mara@example.test", "password1": NEW, "shown_name": "Mara"}
    stranger().post("/accounts/signup/", asked)
    statuses = [tries(stranger(), "mara@example.test", NEW).status_code for _ in range(9)]
    assert statuses[0] == 302 and statuses[-1] == 429
    assert len(mail.outbox) < 8


@pytest.mark.parametrize("url", [RESET, "/accounts/signup/"])
def test_mail_to_one_address_waits_alike_for_a_known_and_an_unknown_one(ada, url) -> None:
    answers = []
    for address in (ada.email, "nobody@example.test"):
        sent = {"email": address, "password1": "a quiet lamp on the stairs", "shown_name": "Mara"}
        told = [stranger(HOME).post(url, sent) for _ in range(7)]
        answers.append([(one.status_code, one.headers.get("Location"), bare(one)) for one in told])
    assert answers[0] == answers[1]
    assert [status for status, _, _ in answers[0]] == [302] * 5 + [429] * 2
    assert len([message for message in mail.outbox if message.to == [ada.email]]) == 5


def test_a_wait_on_one_network_for_mail_is_none_on_another(ada) -> None:
    for _ in range(7):
        stranger(ELSEWHERE).post(RESET, {"email": ada.email})
    assert stranger(HOME).post(RESET, {"email": ada.email}).status_code == 302


# --- The code after the password ---


@pytest.fixture
def secret(ada, moment) -> str:
    """Ada's authenticator."""
    client = Client()
    tries(client, ada.email, make.PASSWORD)
    client.post(AGAIN, {"password": make.PASSWORD})
    shown, _ = set_up(client)
    moment.shift(60)
    return shown


def guesses(who: User, network: str, code: str = "000000"):
    """The answer to a second step, tried by somebody who knows the password."""
    client = Client(REMOTE_ADDR=network)
    tries(client, who.email, make.PASSWORD)
    return client.post(SECOND, {"code": code})


def test_codes_cannot_be_tried_out_by_who_knows_the_password(ada, secret) -> None:
    statuses = [guesses(ada, HOME).status_code for _ in range(7)]
    assert statuses == [200] * 5 + [429] * 2
    assert guesses(ada, HOME, code_of(secret)).status_code == 429


def test_whoever_knows_the_password_keeps_its_owner_from_the_second_step_neither_elsewhere_nor_in_their_browser(
    ada, secret, moment
) -> None:
    hers = Client(REMOTE_ADDR=HOME)
    tries(hers, ada.email, make.PASSWORD)
    assert hers.post(SECOND, {"code": code_of(secret)}).url == "/today/"
    hers.post("/accounts/logout/")
    moment.shift(30)
    for _ in range(7):
        guesses(ada, HOME)
    tries(hers, ada.email, make.PASSWORD)
    assert hers.post(SECOND, {"code": "000000"}).status_code == 429
    assert hers.post(SECOND, {"code": code_of(secret)}).url == "/today/"
    moment.shift(30)
    assert guesses(ada, ELSEWHERE, code_of(secret)).url == "/today/"


# --- The mark of a known browser ---


def mark_of(client: Client) -> str:
    return client.cookies[COOKIE].value


def test_the_mark_is_a_cookie_that_only_the_server_reads_and_that_no_other_site_sends(ada) -> None:
    cookie = known(ada).cookies[COOKIE]
    assert cookie["httponly"] and cookie["samesite"] == "Strict" and cookie["path"] == "/"
    assert 60 <= int(cookie["max-age"]) / 86400 <= 100


def test_in_production_no_other_host_can_set_it() -> None:
    from trustapp import settings as production

    assert production.DEBUG or production.KNOWN_BROWSER_COOKIE_NAME == "__Host-browser"


def test_it_names_nobody_and_tells_not_how_many_sign_in_here(ada) -> None:
    hers = known(ada)
    alone = mark_of(hers)
    for name in ("Ben", "Cleo"):
        tries(hers, make.person(name).email, make.PASSWORD)
        hers.post("/accounts/logout/")
    assert len(mark_of(hers)) == len(alone)
    assert str(ada.pk) not in alone and ada.email not in alone


def test_all_who_sign_in_from_one_browser_are_known_there_and_signing_in_again_changes_nothing_of_it(ada) -> None:
    ben, shared = make.person("Ben"), known(ada)
    tries(shared, ben.email, make.PASSWORD)
    shared.post("/accounts/logout/")
    before = mark_of(shared)
    for who in (ada, ben):
        for _ in range(6):
            tries(stranger(HOME), who.email)
        assert tries(shared, who.email, make.PASSWORD).status_code == 302
        shared.post("/accounts/logout/")
    assert mark_of(shared) == before


def test_a_mark_of_one_person_is_none_for_another(ada) -> None:
    ben = make.person("Ben")
    his = known(ben)
    for _ in range(6):
        tries(stranger(HOME), ada.email)
    assert tries(his, ada.email, make.PASSWORD).status_code == 429


@pytest.mark.parametrize("forged", ["", "x", "A" * 107, "é" * 50, "\x00", "=" * 400, "A" * 5000])
def test_a_mark_that_nobody_signed_is_none(ada, forged) -> None:
    client = stranger(HOME)
    for _ in range(6):
        tries(client, ada.email)
    client.cookies[COOKIE] = forged
    assert tries(client, ada.email, make.PASSWORD).status_code == 429


def test_a_mark_whose_browser_was_exchanged_is_none(ada) -> None:
    one, other = known(ada), known(make.person("Ben"))
    for _ in range(6):
        tries(stranger(HOME), ada.email)
    mixed = stranger(HOME)
    mixed.cookies[COOKIE] = mark_of(other)[:22] + mark_of(one)[22:]
    assert tries(mixed, ada.email, make.PASSWORD).status_code == 429


def test_leaving_quickly_takes_it_away_also_without_a_session(ada) -> None:
    hers = known(ada)
    del hers.cookies[settings.SESSION_COOKIE_NAME]
    hers.cookies.pop(settings.CSRF_COOKIE_NAME, None)
    answer = hers.post(LEAVE)
    assert answer.cookies[COOKIE].value == "" and answer.cookies[COOKIE]["max-age"] == 0
    assert answer.cookies[COOKIE]["samesite"] == "Strict"
    for _ in range(6):
        tries(stranger(HOME), ada.email)
    assert tries(hers, ada.email, make.PASSWORD).status_code == 429


def test_it_is_void_after_a_new_password(ada) -> None:
    hers, other = known(ada), known(ada)
    tries(other, ada.email, make.PASSWORD)
    other.post(CHANGE, {"oldpassword": make.PASSWORD, "password1": NEW})
    for _ in range(6):
        tries(stranger(HOME), ada.email)
    assert tries(hers, ada.email, NEW).status_code == 429


def test_who_sets_a_new_password_by_a_mailed_code_is_known_in_that_browser(ada) -> None:
    """Else somebody at home could go on trying, and keep out whoever has just proved that the mailbox is theirs."""
    client = stranger(HOME)
    page = client.post(RESET, {"email": ada.email}, follow=True)
    code = MAILED.search(mail.outbox[-1].body).group()
    page = client.post(page.redirect_chain[-1][0], {"code": code}, follow=True)
    client.post(page.redirect_chain[-1][0], {"password1": NEW})
    for _ in range(6):
        tries(stranger(HOME), ada.email)
    assert tries(client, ada.email, NEW).status_code == 302


def test_it_comes_with_signing_in_and_with_nothing_else(ada) -> None:
    client = stranger()
    for url in ("/", SIGN_IN, "/accounts/signup/", "/learn/"):
        assert COOKIE not in client.get(url).cookies
    tries(client, ada.email)
    assert COOKIE not in client.cookies
    tries(client, ada.email, make.PASSWORD)
    assert COOKIE in client.cookies
    assert COOKIE not in client.get("/today/").cookies


def test_four_people_are_known_in_one_browser_and_a_fifth_takes_the_place_of_the_first(ada) -> None:
    shared, people = known(ada), [ada, *(make.person(name) for name in ("Ben", "Cleo", "Dan", "Eve"))]
    request = type("Asked", (), {"COOKIES": {}})()
    for who in people[1:]:
        tries(shared, who.email, make.PASSWORD)
        shared.post("/accounts/logout/")
    request.COOKIES[COOKIE] = mark_of(shared)
    assert [known_browser.name_of(request, who) is not None for who in people] == [False, True, True, True, True]
