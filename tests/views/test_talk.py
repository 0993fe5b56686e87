"""Talk in turns: for whoever sits at the table. It keeps nothing, knows nobody, and locks what lies behind it."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from couples.actions import records, sessions
from couples.content.kinds import KINDS
from couples.models import Opening, User
from couples.views import talk as turns
from tests.support import make
from tests.support.couple_and_therapist import Looking
from tests.support.page_reader import Reading, telling_words, words_not_ours
from tests.support.serving_role import questions

pytestmark = pytest.mark.django_db

TALK = "/talk/"
TOKEN = re.compile(r'name="(?:csrfmiddlewaretoken|talk)" value="[^"]*"')
HEADINGS = [turn.title for turn in turns.TURNS]
END = "That is enough for today"


class Table:
    """A device on the table, and the clock on the wall."""

    def __init__(self, client: Client, story: make.Clock) -> None:
        self.client, self.clock = client, story
        self.page = ""

    def press(self, press: str, minutes: float = 1, **more: str) -> str:
        """Press a button of the page that is shown, so many minutes after it came; the page it leads to."""
        self.clock.tick(minutes=minutes)
        sent = {"press": press, "talk": self.state, **more}
        with time_machine.travel(self.clock.at, tick=False):
            answer = self.client.post(TALK, sent)
        assert answer.status_code == 200
        self.page = answer.content.decode()
        return self.page

    def begin(self) -> str:
        return self.press("begin")

    def looks(self, path: str) -> Any:
        with time_machine.travel(self.clock.tick(), tick=False):
            return self.client.get(path)

    @property
    def state(self) -> str:
        found = re.search(r'name="talk" value="([^"]*)"', self.page)
        return found[1] if found else ""

    @property
    def heading(self) -> str:
        found = re.search(r"<h1>([^<]*)</h1>", self.page)
        return found[1] if found else ""


@pytest.fixture
def table(story: make.Clock) -> Table:
    """Nobody is signed in at it."""
    return Table(Client(enforce_csrf_checks=True), story)


@pytest.fixture
def hers(story: make.Clock, ada: User) -> Table:
    """Ada's device: she is signed in."""
    with time_machine.travel(story.at, tick=False):
        client = Client(enforce_csrf_checks=True)
        client.force_login(ada)
    return Table(client, story)


def is_asked(answer: Any) -> bool:
    return answer.status_code == 302 and answer.url.startswith("/accounts/reauthenticate/")


# --- The turns ---


@pytest.mark.parametrize("press", ["next", "pass"])
def test_each_of_the_four_turns_is_a_page_and_then_it_is_over(table: Table, press: str) -> None:
    table.begin()
    seen = [table.heading]
    while table.heading != END:
        table.press(press, minutes=4)
        seen.append(table.heading)
    assert seen == [*HEADINGS, END]


def test_every_turn_has_the_words_and_the_four_equal_buttons(table: Table) -> None:
    table.begin()
    for _ in HEADINGS:
        main = Reading(table.page).main
        for words in (
            "When …, I felt …, and what I needed was …",
            "What I heard is … Did I get it?",
            "Once, twice at most.",
            "What makes sense to me is …",
        ):
            assert words in main
        buttons = re.findall(
            r'<button type="submit" class="([^"]*)" name="press" value="[^"]*">([^<]*)</button>', main_of(table)
        )
        assert buttons == [("btn", word) for word in ("Next", "Pass", "Take a break", "Stop for today")]
        table.press("next", minutes=4)


def main_of(table: Table) -> str:
    return table.page.partition("<main")[2].partition("</main>")[0]


def test_not_today_is_as_good_as_beginning(table: Table) -> None:
    table.page = table.looks(TALK).content.decode()
    row = main_of(table).partition('<div class="row">')[2]
    assert re.findall(r'class="([^"]*)"[^>]*>([^<]*)</(?:button|a)>', row) == [("btn", "Begin"), ("btn", "Not today")]


def test_the_gate_hands_out_excuses_and_asks_for_none(table: Table) -> None:
    main = " ".join(Reading(table.looks(TALK).content.decode()).main.split())
    for words in (
        "Not for tonight if one of you is tired, has had a drink, is still angry, or the children are up; "
        "and not for telling something new that was hidden.",
        "If either of you would rather have somebody in the room, leave it for a session.",
        "who can each stop without paying for it",
    ):
        assert words in main


def test_after_twenty_five_minutes_the_next_press_ends_it(table: Table) -> None:
    table.begin()
    table.press("next", minutes=12)
    assert table.heading == HEADINGS[1]
    table.press("next", minutes=12)
    assert table.heading == HEADINGS[2], "24 minutes"
    table.press("pass", minutes=1)
    assert table.heading == END


def test_a_break_goes_back_to_the_same_turn_and_is_not_counted(table: Table) -> None:
    table.begin()
    table.press("next", minutes=4)
    table.press("break", minutes=2)
    assert table.heading == "A break"
    table.press("go-on", minutes=300)
    assert table.heading == HEADINGS[1]
    table.press("next", minutes=4)
    table.press("break")
    table.press("go-on", minutes=90)
    table.press("next", minutes=4)
    assert table.heading == HEADINGS[3], "15 minutes were talked"
    table.press("break", minutes=9)
    table.press("go-on")
    table.press("next", minutes=1.5)
    assert table.heading == END


def test_however_it_ends_it_ends_on_the_same_page(table: Table) -> None:
    ends = []
    for presses in (["next"] * 4, ["pass"] * 4, ["stop"], ["next", "break", "stop"]):
        table.begin()
        for press in presses:
            table.press(press)
        ends.append(TOKEN.sub("", table.page))
    table.begin()
    table.press("next", minutes=40)
    assert set(ends) == {TOKEN.sub("", table.page)}


def test_it_ends_with_nothing_to_fill_in_and_nothing_to_agree_on(table: Table) -> None:
    table.begin()
    table.press("stop")
    assert "<form" not in main_of(table) and "Nothing needs to come of it." in main_of(table)
    assert "topic later, alone" in " ".join(main_of(table).split())
    assert set(re.findall(r'href="([^"]*)"', main_of(table))) == {"/", reverse("safety_page", args=["e"])}


def test_the_same_press_sent_again_leads_to_the_same_page(table: Table) -> None:
    table.begin()
    before, once = table.page, table.press("next", minutes=4)
    table.page = before
    again = table.press("next", minutes=4)
    assert TOKEN.sub("", again) == TOKEN.sub("", once)


@pytest.mark.parametrize("press", ["", "next", "break", "go-on", "stop", "everything", "\x00"])
@pytest.mark.parametrize("state", ["", "no talk", "WzAsMC4wLDBd:1:x", "\x00", "ä" * 3000])
def test_what_is_no_talk_of_ours_leads_back_to_the_gate(hers: Table, press: str, state: str) -> None:
    page = hers.press(press, talk=state)
    assert turns.OPEN_TOO_LONG in page and hers.heading == "Talk in turns"
    assert hers.looks("/mine/").status_code == 200, "nothing began, so nothing is locked"


def test_a_page_that_lay_open_for_days_leads_back_to_the_gate(table: Table) -> None:
    table.begin()
    assert turns.OPEN_TOO_LONG in table.press("next", minutes=25 * 60)


def test_an_unknown_press_stays_where_it_is(table: Table) -> None:
    table.begin()
    table.press("next")
    table.press("win")
    assert table.heading == HEADINGS[1]


# --- It knows nobody and keeps nothing ---


def test_a_whole_talk_keeps_nothing_and_asks_the_database_nothing(table: Table) -> None:
    with CaptureQueriesContext(connection) as asked:
        table.looks(TALK)
        table.begin()
        for press in ("next", "pass", "break", "go-on", "next", "next"):
            table.press(press)
    assert not questions(asked) and not Session.objects.exists()
    assert table.heading == END


def test_no_cookie_is_needed(story: make.Clock) -> None:
    class Forgetful(Client):
        def request(self, **request: Any) -> Any:
            self.cookies.clear()
            return super().request(**request)

    table = Table(Forgetful(enforce_csrf_checks=True), story)
    table.begin()
    table.press("next")
    assert table.heading == HEADINGS[1]


def test_its_pages_are_the_same_whoever_is_signed_in(it: Looking) -> None:
    told = []
    for who in (None, it.ada, it.ben, it.faye, it.eve):
        table = Table(Client(), it.clock)
        if who is not None:
            table.client.force_login(who)
        pages = [it.get(who, TALK).content.decode()]
        pages += [table.begin(), *(table.press(press) for press in ("next", "break", "go-on", "stop"))]
        told.append([TOKEN.sub("", page) for page in pages])
    assert all(pages == told[0] for pages in told)
    for page in told[0]:
        read = Reading(page)
        assert read.title == "Talk" and not telling_words(read.title) and not words_not_ours(read.main)
        assert 'class="places"' not in page and "data-idle" not in page and "Ada" not in page
        assert 'data-whose=""' in page and "Leave quickly" in page


def test_what_a_page_before_it_had_to_say_is_not_said_at_the_table(hers: Table) -> None:
    sent = {"limit": "Not on Sundays.", "act": "keep", "once": "0b5d2c1e-8d8f-4a54-9e0c-5a3d6f2f0001"}
    hers.client.handler.enforce_csrf_checks = False
    with time_machine.travel(hers.clock.tick(), tick=False):
        assert hers.client.post(reverse("write", args=["boundary"]), sent).status_code == 302
    for page in (hers.looks(TALK).content.decode(), hers.begin(), hers.press("break"), hers.press("stop")):
        assert "Kept for yourself" not in page and 'role="status"' not in page


def test_nothing_of_it_stands_in_an_address(table: Table) -> None:
    table.begin()
    for press in ("next", "break"):
        assert set(re.findall(r'action="([^"]*)"', table.page)) == {TALK, "/leave/"}
        table.press(press)
    assert "/talk" not in "".join(re.findall(r'href="([^"]*)"', table.page))


# --- What lies behind it is locked ---


def test_looking_at_the_gate_locks_nothing(hers: Table) -> None:
    hers.looks(TALK)
    assert hers.looks("/mine/").status_code == 200


@pytest.mark.parametrize("press", ["next", "pass", "break", "stop", "go-on"])
def test_from_its_beginning_every_private_page_asks_for_the_password(hers: Table, press: str) -> None:
    hers.begin()
    for path in ("/today/", "/mine/", "/ours/", "/timeline/", "/yes/", "/me/", "/export/"):
        assert is_asked(hers.looks(path))
    assert hers.looks("/me/still/").content == b"shut", "another tab of this browser covers itself"
    hers.press(press)
    assert is_asked(hers.looks("/today/"))


def test_the_password_opens_them_again_and_the_next_press_locks_them_anew(hers: Table) -> None:
    hers.begin()
    hers.client.handler.enforce_csrf_checks = False
    with time_machine.travel(hers.clock.tick(), tick=False):
        hers.client.post("/accounts/reauthenticate/", {"password": "not hers"})
    assert is_asked(hers.looks("/mine/"))
    with time_machine.travel(hers.clock.tick(), tick=False):
        hers.client.post("/accounts/reauthenticate/", {"password": make.PASSWORD})
    assert hers.looks("/mine/").status_code == 200
    hers.press("next")
    assert hers.heading == HEADINGS[1] and is_asked(hers.looks("/mine/"))


def test_stopping_everything_still_asks_for_no_password(hers: Table) -> None:
    hers.begin()
    assert hers.looks("/stop/").status_code == 200


def test_a_therapists_shared_screen_is_locked_too_in_the_middle_of_a_session(it: Looking) -> None:
    it.let_in()
    sessions.set_session(it.pair, it.clock.at + timedelta(minutes=5), 90, by=it.faye, at=it.clock.tick())
    it.clock.tick(minutes=10)
    client = Client()
    client.force_login(it.faye)
    shared = f"{it.room}session/"
    page = client.get(shared).content.decode()
    assert f'href="{TALK}"' in page
    client.post(TALK, {"press": "begin"})
    assert is_asked(client.get(shared)) and is_asked(client.get(it.room))


def test_another_site_can_lock_nobody_out(settings: Any) -> None:
    """A press needs no token of the form, because the cookie of a session does not come along from elsewhere."""
    assert settings.SESSION_COOKIE_SAMESITE in ("Lax", "Strict")


# --- From where it is offered ---

OFFERED_FROM = {"topic", "request", "agreement", "moment", "appreciation", "look_back"}


def test_it_is_offered_from_these_kinds_alone() -> None:
    assert {name for name, kind in KINDS.items() if kind.talks} == OFFERED_FROM
    assert not [name for name, kind in KINDS.items() if kind.talks and (kind.heavy or kind.of_steps)]


def test_an_open_request_offers_it_and_an_open_boundary_does_not(it: Looking) -> None:
    request = records.write("request", {"ask": "Knock first."}, by=it.ada, at=it.clock.tick())
    boundary = make.boundary(it.ada, it.clock, "I need an hour alone.")
    for record, offers in ((request, True), (boundary, False)):
        make.offer(record, it.ada, it.clock)
        it.clock.next_morning(it.pair)
        opening = make.open_revision(record, it.ben, it.clock)
        for who in (it.ada, it.ben):
            page = it.get(who, reverse("open_sheet", args=[opening.pk])).content.decode()
            assert (f'href="{TALK}"' in page) is offers


def test_an_open_topic_offers_it_although_nobody_puts_it_on_the_agenda(it: Looking) -> None:
    topic = records.write("topic", {"talk": "The summer."}, by=it.ada, at=it.clock.tick())
    make.offer(topic, it.ada, it.clock)
    it.clock.next_morning(it.pair)
    opening = make.open_revision(topic, it.ben, it.clock)
    for who in (it.ada, it.ben):
        page = it.get(who, reverse("open_sheet", args=[opening.pk])).content.decode()
        assert f'href="{TALK}"' in page and "Put on our agenda" not in page


def test_an_agreement_in_force_offers_it(it: Looking) -> None:
    it.agree(it.ada, it.ben, "Phones stay in the hall.")
    in_force = Opening.objects.get(pair=it.pair, kind="agreement")
    assert f'href="{TALK}"' in it.get(it.ben, reverse("open_sheet", args=[in_force.pk])).content.decode()


def test_today_and_the_hour_offer_it_to_whoever_is_paired(it: Looking) -> None:
    it.clock.next_morning(it.pair)
    for path in ("/today/", "/sitting/"):
        for who in (it.ada, it.ben):
            assert f'href="{TALK}"' in it.get(who, path).content.decode()
    assert f'href="{TALK}"' not in it.get(it.eve, "/today/").content.decode()
