"""Stop: three acts that only close, without the password, for whoever is signed in. It shows nothing there was."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client

from couples import visibility
from couples.accounts import session_timeout
from couples.actions import agenda, marks, pairing, sharing, sitting, steps, stopping
from couples.content.ladder import GROUPS
from couples.models import Seat, User, Yes
from couples.models.yeses import standing
from couples.rule import consent
from tests.support import make
from tests.support.couple_and_therapist import Looking, both_step
from tests.support.page_reader import Reading, telling_words

pytestmark = pytest.mark.django_db

EVERYTHING, STEPS, HOUR = "everything", "steps", "hour"
WORDS = {EVERYTHING: "Take back everything I said yes to", STEPS: "Pause all steps", HOUR: "End my hour"}
DONE = {
    EVERYTHING: "Whatever you had said yes to is taken back",
    STEPS: "Whatever you had answered on steps is taken back",
    HOUR: "If an hour of yours was running, it is over",
}
TOLD = "“Stop everything” was used"
TOKENS = re.compile(rb'name="(csrfmiddlewaretoken|writer|once)" value="[^"]*"')


class Phone:
    """A browser in which somebody signed in, at an instant of a story."""

    def __init__(self, who: User, clock: make.Clock, **more: Any) -> None:
        self.clock = clock
        self.client = Client(**more)
        self._at(lambda: self.client.force_login(who))

    def get(self, url: str, **more: Any) -> Any:
        return self._at(lambda: self.client.get(url, **more))

    def post(self, url: str, **fields: Any) -> Any:
        return self._at(lambda: self.client.post(url, fields))

    def stop(self, act: str) -> Any:
        """Press an act, and say so once more."""
        assert WORDS[act] in self.post("/stop/", act=act).content.decode()
        answer = self.post("/stop/", act=act, sure="yes")
        assert answer.status_code == 200 and DONE[act] in answer.content.decode()
        return answer

    def text(self, url: str) -> str:
        answer = self.get(url)
        assert answer.status_code == 200, answer.get("Location")
        return Reading(answer.content.decode()).main

    def lies_about(self) -> "Phone":
        """Nobody touches it for so long that private pages ask again."""
        self.clock.tick(minutes=40)
        return self

    def _at(self, act: Any) -> Any:
        with time_machine.travel(self.clock.tick(), tick=False):
            return act()


@pytest.fixture(autouse=True)
def asked_again(settings: Any) -> None:
    """As in production: private pages ask again after a while."""
    settings.ASKED_AGAIN_AFTER = timedelta(minutes=15)


@pytest.fixture
def phone(it: Looking) -> Phone:
    return Phone(it.ada, it.clock)


def say_yes_to_everything(it: Looking) -> None:
    """Ada gives a yes of every kind there is, and Ben enough of them that much opens."""
    it.let_in()
    it.open_boundary(it.ada, "Knock first.")
    it.open_boundary(it.ben, "Ask me before eight.")
    it.agree(it.ada, it.ben, "Phones stay in the hall.")
    both_step(it, "In daylight.", "By the window.")
    conditions = visibility.open_to(it.ada, it.clock.at).get(kind="conditions")
    steps.answer_terms(conditions, by=it.ada, at=it.clock.tick())
    agreement = visibility.open_to(it.ada, it.clock.at).get(kind="agreement")
    marks.mark(agreement, 0, consent.KEPT, by=it.ada, at=it.clock.tick())
    opening = visibility.open_to(it.ada, it.clock.at).filter(kind="revision", scope="boundary").first()
    assert opening is not None
    sharing.keep(conditions, by=it.ada, at=it.clock.tick())
    agenda.put_on(opening, by=it.ada, at=it.clock.tick())
    pairing.wish_time_zone("Asia/Tokyo", by=it.ada, at=it.clock.tick())
    sitting.sit_down(by=it.ada, at=it.clock.tick())


def stand(it: Looking, who: User) -> set[str]:
    """The kinds of this person's standing yeses, wherever they have sat."""
    return set(Yes.objects.filter(standing(it.clock.at), seat__person=who).values_list("kind", flat=True))


# --- Taking everything back ---


def test_everything_but_what_one_reads_is_taken_back(it: Looking, phone: Phone) -> None:
    say_yes_to_everything(it)
    kinds = {value for name, value in vars(consent).items() if name in KINDS_OF_YES}
    assert stand(it, it.ada) == kinds, "every kind of yes stands, also one that a later release adds"
    his = stand(it, it.ben)
    phone.stop(EVERYTHING)
    assert stand(it, it.ada) == {consent.READING}
    assert stand(it, it.ben) == his
    assert all(yes.is_signed() for yes in Yes.objects.all())


KINDS_OF_YES = {
    *("OFFER", "WELCOME", "READING", "ACCEPTANCE", "GROUP", "ANSWER", "TERMS", "MARK", "AGENDA", "KEEP", "ADMISSION"),
    *("ZONE", "SITTING"),
}


def test_a_kind_of_yes_that_is_not_known_yet_is_taken_back_too(it: Looking, phone: Phone) -> None:
    seat = Seat.objects.get(person=it.ada)
    thing = consent.thing_of("something new")
    later = Yes(pair=it.pair, seat=seat, kind="takeaway", thing=thing, given_at=it.clock.tick())
    later.sign().save()
    phone.stop(EVERYTHING)
    later.refresh_from_db()
    assert later.closed_at is not None and later.is_signed()


def test_what_was_left_to_fade_is_taken_back_with_it(it: Looking) -> None:
    it.open_boundary(it.ada, "Knock first.")
    pairing.end_pairing(pairing.FADE, by=it.ada, at=it.clock.tick())
    assert visibility.open_to(it.ben, it.clock.at).filter(scope="boundary").exists()
    Phone(it.ada, it.clock).stop(EVERYTHING)
    assert stand(it, it.ada) == set()
    assert not visibility.open_to(it.ben, it.clock.at).filter(scope="boundary").exists()
    make.pair(it.ada, it.eve, it.clock)
    make.welcome_all(it.ada, clock=it.clock)
    Phone(it.ada, it.clock).stop(EVERYTHING)
    assert stand(it, it.ada) == set()


def test_the_other_sees_what_a_taking_back_of_each_would_show(it: Looking, phone: Phone) -> None:
    """Two worlds: Ada takes back all at once, or one by one. His pages are the same to the byte."""
    boundary = it.open_boundary(it.ada, "Knock first.")
    it.open_boundary(it.ben, "Ask me before eight.")
    it.agree(it.ada, it.ben, "Phones stay in the hall.")
    pages = ("/today/", "/ours/", "/timeline/", "/steps/", "/agenda/", "/glass/", "/sitting/", "/pairing/")
    told = []
    for at_once in (True, False):
        point = connection.savepoint()
        before = it.clock.at
        if at_once:
            stopping.stop(EVERYTHING, by=it.ada, at=it.clock.tick(), unlocked=True)
        else:
            sharing.take_back(boundary, by=it.ada, at=it.clock.tick())
            for yes in list(visibility.yeses_of(it.ada, it.clock.at).exclude(kind=consent.READING)):
                sharing.end_yes(yes.pk, by=it.ada, at=it.clock.at)
        it.clock.at = before + timedelta(hours=1)
        told.append([TOKENS.sub(b"", it.get(it.ben, page).content) for page in pages])
        connection.savepoint_rollback(point)
        it.clock.at = before
    assert told[0] == told[1]


def test_nothing_is_sent_and_readings_wait_for_the_next_welcome(it: Looking, mailoutbox: list) -> None:
    it.open_boundary(it.ben, "Ask me before eight.")
    phone = Phone(it.ada, it.clock)
    phone.stop(EVERYTHING)
    assert "Ask me before eight." in phone.text("/ours/"), "what she reads stays"
    record = make.boundary(it.ben, it.clock, "Something newer.")
    make.offer(record, it.ben, it.clock)
    it.clock.next_morning(it.pair)
    assert not visibility.open_to(it.ada, it.clock.at).filter(revision__record=record).exists()
    assert not mailoutbox


# --- What it costs ---


def statements(act: Any) -> list[str]:
    """The SQL of an act as it is written, whatever stands in its gaps."""
    found: list[str] = []

    def note(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        found.append(re.sub(r"s\d+_x\d+", "savepoint", sql))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        act()
    return found


def cost(it: Looking) -> list[str]:
    point = connection.savepoint()
    try:
        client = Client()
        client.force_login(it.ada)
        client.get("/stop/")
        with time_machine.travel(it.clock.tick(), tick=False):
            return statements(lambda: client.post("/stop/", {"act": EVERYTHING, "sure": "yes"}))
    finally:
        connection.savepoint_rollback(point)


def test_taking_everything_back_asks_the_same_whatever_there_was(it: Looking) -> None:
    stopping.stop(EVERYTHING, by=it.ada, at=it.clock.tick(), unlocked=True)
    nothing = cost(it)
    assert any(sql.startswith("UPDATE couples_yes") for sql in nothing)
    make.offer(make.boundary(it.ada, it.clock), it.ada, it.clock)
    assert cost(it) == nothing
    sitting.sit_down(by=it.ada, at=it.clock.tick())
    assert cost(it) == nothing
    say_yes_to_everything(it)
    assert cost(it) == nothing
    for n in range(200):
        make.offer(make.boundary(it.ada, it.clock, f"Number {n}."), it.ada, it.clock)
    it.clock.next_morning(it.pair)
    assert cost(it) == nothing


# --- Steps, and the hour ---


def test_pausing_takes_back_answers_and_nothing_else(it: Looking) -> None:
    say_yes_to_everything(it)
    phone, before = Phone(it.ada, it.clock), stand(it, it.ada)
    phone.stop(STEPS)
    assert stand(it, it.ada) == before - consent.ANSWERS
    assert "A pause." in phone.text("/timeline/")


def test_pausing_leaves_no_line_with_somebody_who_has_left_steps_off(it: Looking, phone: Phone) -> None:
    phone.stop(STEPS)
    steps.turn_on(by=it.ada, at=it.clock.tick())
    assert "A pause." not in phone.text("/timeline/")


def test_ending_the_hour_ends_it_and_nothing_else(it: Looking, phone: Phone) -> None:
    sitting.sit_down(by=it.ada, at=it.clock.tick())
    before = stand(it, it.ada)
    phone.stop(HOUR)
    assert stand(it, it.ada) == before - {consent.SITTING}


@pytest.mark.parametrize("act", WORDS)
def test_an_act_works_for_somebody_without_a_pair_and_for_a_therapist(it: Looking, act: str) -> None:
    for who in (it.eve, it.faye):
        Phone(who, it.clock).stop(act)


# --- The second look, and pressing ---


@pytest.mark.parametrize("act", WORDS)
def test_nothing_is_done_before_the_second_look(it: Looking, phone: Phone, act: str) -> None:
    say_yes_to_everything(it)
    before = sorted(Yes.objects.values_list("pk", "closed_at"))
    page = phone.post("/stop/", act=act).content.decode()
    assert WORDS[act] in Reading(page).main and "Not now" in page
    phone.get("/stop/")
    assert sorted(Yes.objects.values_list("pk", "closed_at")) == before


def test_yes_and_not_now_look_the_same(phone: Phone) -> None:
    page = phone.post("/stop/", act=EVERYTHING).content.decode()
    assert page.count('class="btn"') == 2


@pytest.mark.parametrize("act", WORDS)
def test_pressing_twice_is_success_and_answered_once(it: Looking, phone: Phone, act: str) -> None:
    sharing.welcome(consent.EVERYDAY, consent.MORNINGS, by=it.ada, at=it.clock.tick())
    first, second = phone.stop(act), phone.stop(act)
    assert TOKENS.sub(b"", first.content) == TOKENS.sub(b"", second.content)
    for page in ("/stop/", "/today/"):
        assert DONE[act] not in phone.text(page), "it is said once, to whoever pressed"


@pytest.mark.parametrize("fields", [{}, {"act": "nothing"}, {"sure": "yes"}, {"act": "\x00", "sure": "yes"}])
def test_a_press_that_names_no_act_does_nothing_and_says_so(it: Looking, phone: Phone, fields: dict[str, str]) -> None:
    before = sorted(Yes.objects.values_list("pk", "closed_at"))
    assert "Nothing was done yet." in phone.post("/stop/", **fields).content.decode()
    assert "Nothing was done yet." not in phone.text("/stop/")
    assert sorted(Yes.objects.values_list("pk", "closed_at")) == before


def test_a_press_on_a_page_that_lay_open_too_long_leads_to_a_fresh_one(it: Looking) -> None:
    phone = Phone(it.ada, it.clock, enforce_csrf_checks=True)
    answer = phone.post("/stop/", act=EVERYTHING, sure="yes")
    assert answer.status_code == 403 and "Nothing was done yet." in answer.content.decode()
    assert 'href="/stop/"' in answer.content.decode() and consent.WELCOME in stand(it, it.ada)
    page = phone.get("/stop/").content.decode()
    token = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token is not None
    phone.post("/stop/", act=EVERYTHING, sure="yes", csrfmiddlewaretoken=token[1])
    assert stand(it, it.ada) == set()


def test_a_press_without_a_session_is_answered_and_does_nothing(it: Looking) -> None:
    client = Client()
    assert client.get("/stop/").url.startswith("/accounts/login/")
    answer = client.post("/stop/", {"act": EVERYTHING, "sure": "yes"})
    assert answer.url.startswith("/accounts/login/") and "next=/stop/" in answer.url
    assert consent.WELCOME in stand(it, it.ada)


# --- Always, and showing nothing ---


@pytest.mark.parametrize("act", WORDS)
def test_it_works_where_private_pages_ask_again_and_does_not_open_them(it: Looking, phone: Phone, act: str) -> None:
    steps.turn_on(by=it.ada, at=it.clock.tick())
    steps.answer_group(GROUPS[0], True, by=it.ada, at=it.clock.tick())
    sitting.sit_down(by=it.ada, at=it.clock.tick())
    phone.lies_about()
    assert phone.get("/mine/").url.startswith("/accounts/reauthenticate/")
    assert phone.get("/stop/").status_code == 200
    phone.stop(act)
    assert {EVERYTHING: consent.WELCOME, STEPS: consent.GROUP, HOUR: consent.SITTING}[act] not in stand(it, it.ada)
    assert phone.get("/mine/").url.startswith("/accounts/reauthenticate/"), "it opened nothing"


def test_it_works_while_private_pages_wait_after_a_reset_by_mail(it: Looking, phone: Phone) -> None:
    it.ada.closed_until = it.clock.at + timedelta(hours=20)
    it.ada.save(update_fields=["closed_until"])
    assert phone.get("/mine/").url == "/me/wait/"
    assert 'href="/stop/"' in phone.get("/me/wait/").content.decode()
    phone.stop(EVERYTHING)
    assert consent.WELCOME not in stand(it, it.ada)
    assert phone.get("/mine/").url == "/me/wait/"


def test_it_works_for_who_came_in_by_a_passkey_alone(it: Looking, phone: Phone) -> None:
    session = phone.client.session
    session[session_timeout.LOCKED] = True
    session.save()
    assert phone.get("/mine/").url.startswith("/accounts/reauthenticate/")
    phone.stop(EVERYTHING)
    assert consent.WELCOME not in stand(it, it.ada)


def states(it: Looking) -> Iterator[None]:
    yield
    sharing.welcome(consent.EVERYDAY, consent.MORNINGS, by=it.ada, at=it.clock.tick())
    yield
    say_yes_to_everything(it)
    yield
    pairing.end_pairing(pairing.FADE, by=it.ada, at=it.clock.tick())
    yield


def test_the_pages_are_the_same_whatever_there_is_to_stop(it: Looking) -> None:
    found = set()
    for _ in states(it):
        phone = Phone(it.ada, it.clock)
        pages = [phone.get("/stop/").content, *(phone.post("/stop/", act=act).content for act in WORDS)]
        found.add(TOKENS.sub(b"", b"".join(pages)))
    assert len(found) == 1


@pytest.mark.parametrize("act", WORDS)
def test_the_answer_is_the_same_whatever_there_was(it: Looking, act: str) -> None:
    found = set()
    for _ in states(it):
        point = connection.savepoint()
        phone = Phone(it.ada, it.clock)
        found.add(TOKENS.sub(b"", phone.stop(act).content))
        connection.savepoint_rollback(point)
    assert len(found) == 1


def test_what_other_pages_have_to_say_is_not_shown_there_and_not_lost(it: Looking, phone: Phone) -> None:
    record = make.boundary(it.ada, it.clock)
    phone.post(f"/mine/{record.pk}/offer/", seen="1")
    assert "It is offered" not in phone.text("/stop/")
    phone.post("/stop/", act=EVERYTHING)
    assert "It is offered" in phone.text("/mine/")


def test_address_and_title_tell_nothing_of_what_is_stopped(phone: Phone) -> None:
    page = Reading(phone.post("/stop/", act=STEPS).content.decode())
    assert page.title and not telling_words(page.title)
    html = phone.get("/stop/").content.decode()
    assert set(re.findall(r'(?:form|main)[^>]* action="([^"]*)"', html)) <= {"/stop/", "/leave/"}


# --- Where it is found ---


def test_it_stands_beside_leave_quickly_on_private_pages_and_on_no_others(it: Looking, phone: Phone) -> None:
    link = '<a class="stop" href="/stop/">Stop everything</a>'
    for page in ("/today/", "/mine/", "/ours/", "/timeline/", "/me/", "/steps/", "/accounts/email/", "/mine/nothing/"):
        assert phone.get(page).content.decode().count(link) == 1, page
    for page in ("/learn/", "/safety/", "/notes/"):
        assert link not in phone.get(page).content.decode(), page
    assert link not in Client().get("/accounts/login/").content.decode()
    phone.lies_about()
    assert link in phone.get("/mine/", follow=True).content.decode(), "on the page that asks again"


# --- Telling its owner ---


def sign_in_again(phone: Phone) -> None:
    phone.post("/accounts/reauthenticate/", password=make.PASSWORD, next="/today/")


@pytest.mark.parametrize("act", WORDS)
def test_its_owner_is_told_with_the_day_until_they_have_read_it(it: Looking, phone: Phone, act: str) -> None:
    phone.lies_about().stop(act)
    day = it.clock.at
    assert TOLD not in phone.text("/stop/")
    sign_in_again(phone)
    for page in ("/today/", "/me/"):
        for _ in range(2):  # a GET notes nothing
            text = phone.text(page)
            assert TOLD in text and f"{day.day} {day:%B %Y}" in text
            assert not any(word in text for word in WORDS.values()), "which act it was stands nowhere"
    seen = re.search(r'name="seen" value="([^"]+)"', phone.get("/today/").content.decode())
    assert seen is not None
    phone.get("/stop/read/")
    assert TOLD in phone.text("/today/")
    assert phone.post("/stop/read/", seen=seen[1]).url == "/today/"
    assert TOLD not in phone.text("/today/") + phone.text("/me/")


def test_only_its_owner_can_say_that_they_have_read_it(it: Looking, phone: Phone) -> None:
    phone.lies_about().stop(EVERYTHING)
    it.ada.refresh_from_db()
    assert it.ada.stopped_at is not None
    answer = phone.post("/stop/read/", seen=it.ada.stopped_at.isoformat())
    assert answer.url.startswith("/accounts/reauthenticate/")
    Phone(it.ben, it.clock).post("/stop/read/", seen=it.ada.stopped_at.isoformat())
    it.ada.refresh_from_db()
    assert it.ada.stopped_at is not None


@pytest.mark.parametrize("seen", ["", "yesterday", "2026-03-02T18:00:00", "2026-03-02T18:00:00+00:00", "\x00"])
def test_what_was_not_read_stays_to_be_read(it: Looking, phone: Phone, seen: str) -> None:
    phone.lies_about().stop(HOUR)
    sign_in_again(phone)
    assert phone.post("/stop/read/", seen=seen).url == "/today/"
    assert TOLD in phone.text("/today/")


def test_a_use_since_then_stays_to_be_read(it: Looking, phone: Phone) -> None:
    phone.lies_about().stop(HOUR)
    it.ada.refresh_from_db()
    first = it.ada.stopped_at
    assert first is not None
    phone.stop(HOUR)
    sign_in_again(phone)
    phone.post("/stop/read/", seen=first.isoformat())
    assert TOLD in phone.text("/today/")


def test_where_private_pages_were_open_nothing_is_left_to_tell(phone: Phone) -> None:
    phone.get("/mine/")
    phone.stop(EVERYTHING)
    assert TOLD not in phone.text("/today/") + phone.text("/me/")


def test_somebody_without_a_pair_and_without_a_line_is_told_too(it: Looking) -> None:
    phone = Phone(it.eve, it.clock)
    phone.lies_about().stop(EVERYTHING)
    sign_in_again(phone)
    assert TOLD in phone.text("/today/")


def test_nobody_else_is_told(it: Looking, phone: Phone) -> None:
    before = TOKENS.sub(b"", it.get(it.ben, "/today/").content)
    stopping.stop(HOUR, by=it.ada, at=it.clock.tick(), unlocked=False)
    assert TOKENS.sub(b"", it.get(it.ben, "/today/").content) == before
