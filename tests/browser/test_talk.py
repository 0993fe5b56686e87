"""Talk in turns at the table: with and without scripts, by keyboard, on a phone; and what lies behind it stays shut."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from couples.actions import sessions
from couples.lib import clock
from couples.management.demo_people import PEOPLE
from couples.management.demo_story import tell
from couples.models import Pair, User
from couples.views.talk import TURNS
from tests.browser.conftest import DESK, PASSWORD, Someone
from tests.browser.test_every_page import sign_in
from tests.support import make

pytestmark = pytest.mark.django_db(transaction=True)


def talk_through(person: Someone) -> None:
    """From the gate to the end, with a break."""
    person.go("/talk/")
    person.press("Begin")
    for number, turn in enumerate(TURNS):
        expect(person.page.locator("h1")).to_have_text(turn.title)
        if number == 1:
            person.press("Take a break")
            person.reads("No time need be named")
            person.press("Go on")
            expect(person.page.locator("h1")).to_have_text(turn.title)
        person.press("Pass" if number == 2 else "Next")
    person.reads("That is enough for today")
    assert not person.complaints
    assert person.page.url.endswith("/talk/")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without"])
def test_two_people_talk_in_turns_without_an_account(someone: Callable[..., Someone], scripts: bool) -> None:
    talk_through(someone("Nobody", java_script_enabled=scripts))


def test_a_talk_by_keyboard(someone: Callable[..., Someone]) -> None:
    person = someone("Nobody")
    person.go("/talk/")
    for words in ("Begin", "Next", "Take a break", "Go on", "Pass", "Stop for today"):
        for _ in range(40):
            if person.page.evaluate("document.activeElement.textContent.trim()") == words:
                break
            person.page.keyboard.press("Tab")
        with person.page.expect_navigation():
            person.page.keyboard.press("Enter")
    person.reads("That is enough for today")


def test_the_quiet_clock_says_a_minute_at_a_time_and_counts_nothing_down(someone: Callable[..., Someone]) -> None:
    person = someone("Nobody")
    person.page.clock.install()
    person.go("/talk/")
    person.press("Begin")
    clock = person.page.locator("#turn-clock")
    expect(clock).to_have_text("Up to four minutes. The time is kept for you.")
    for minute, said in ((1, "About 1 of four"), (2, "About 2 of four"), (4, "Four minutes. Finish your sentence")):
        person.page.clock.fast_forward(f"{1 if minute < 4 else 2:02}:05")
        expect(clock).to_contain_text(said)
    person.page.clock.fast_forward("30:00")
    expect(person.page.locator("#away")).to_have_count(0)
    expect(clock).to_contain_text("there is no hurry")


def test_what_lies_behind_the_table_is_shut_also_by_the_back_button_and_in_another_tab(
    someone: Callable[..., Someone],
) -> None:
    ada = make.person("Ada")
    ada.set_password(PASSWORD)
    ada.save()
    make.boundary(ada, make.Clock(), "Only mine to read.")
    person = someone("Ada")
    sign_in(person, ada.email)
    other = person.page.context.new_page()
    other.goto(f"{person.base}/mine/")
    expect(other.locator("main")).to_contain_text("Only mine to read.")
    person.page.bring_to_front()
    person.go("/mine/")
    person.go("/talk/")
    person.press("Begin")
    expect(other.locator("#away")).to_be_visible()
    person.page.go_back()
    person.page.go_back()
    expect(person.page.locator("main")).to_contain_text("password", ignore_case=True)
    expect(person.page.locator("body")).not_to_contain_text("Only mine to read.")


def test_a_shared_screen_in_another_tab_is_shut_too_though_its_session_is_on(someone: Callable[..., Someone]) -> None:
    tell(PASSWORD, until=clock.now())
    therapist = User.objects.get(email=PEOPLE["therapist"].email)
    pair = Pair.objects.first()
    assert pair is not None
    sessions.set_session(pair, clock.now() + timedelta(minutes=5), 60, by=therapist, at=clock.now())
    person = someone("therapist", DESK)
    sign_in(person, therapist.email)
    other = person.page.context.new_page()
    other.goto(f"{person.base}/room/{pair.pk}/session/")
    expect(other.locator("main")).to_contain_text("On the agenda")
    assert int(other.locator("body").get_attribute("data-stays") or 0) > 0
    person.page.bring_to_front()
    person.go("/talk/")
    person.press("Begin")
    expect(other.locator("#away")).to_be_visible()
    expect(other.locator("main")).not_to_be_visible()
    other.locator("#away button").click()
    expect(other.locator("main")).to_contain_text("password", ignore_case=True)
