"""Shift, pressed three times, leaves quickly; and nothing that is done with Shift besides does."""

import pytest
from playwright.sync_api import Page, expect

from couples.models import User
from tests.browser.conftest import DESK
from tests.browser.test_leaving import Meet, ada, base_of, is_gone, press_shift, reading_what_is_mine
from tests.support.addresses import writing

__all__ = ["ada"]
pytestmark = pytest.mark.django_db(transaction=True)


def at_the_form(someone: Meet, **context: object) -> Page:
    page = reading_what_is_mine(someone, **context)
    page.goto(base_of(page) + writing("boundary"))
    return page


def has_not_left(page: Page) -> None:
    page.wait_for_timeout(150)
    assert not page.url.endswith("/notes/")
    assert page.evaluate("document.documentElement.className") == "guarded"


def test_typing_capitals_is_not_leaving(someone: Meet, ada: User) -> None:
    page = at_the_form(someone)
    field = page.locator("main textarea").first
    field.click()
    for letter in "ABC":
        page.keyboard.press(f"Shift+{letter}")
    expect(field).to_have_value("ABC")
    has_not_left(page)


def test_shift_with_a_click_or_the_wheel_or_another_key_is_not_leaving(someone: Meet, ada: User) -> None:
    page = at_the_form(someone, viewport=DESK)
    heading = page.locator("h1")
    for _ in range(4):
        heading.click(modifiers=["Shift"])
    has_not_left(page)
    for _ in range(4):
        page.keyboard.down("Shift")
        page.mouse.wheel(0, 10)
        page.keyboard.up("Shift")
        page.wait_for_timeout(60)  # the wheel is told a frame later
    has_not_left(page)
    for key in ("Control+Shift", "Alt+Shift", "Shift+Tab", "Shift+ArrowLeft"):
        for _ in range(4):
            page.keyboard.press(key)
    has_not_left(page)
    page.keyboard.down("Alt")  # held, as for another layout of the keyboard
    press_shift(page, 4)
    page.keyboard.up("Alt")
    has_not_left(page)


def test_anything_in_between_begins_anew(someone: Meet, ada: User) -> None:
    page = at_the_form(someone)
    press_shift(page, 2)
    page.locator("h1").click()
    press_shift(page, 2)
    page.keyboard.press("a")
    press_shift(page, 2)
    has_not_left(page)
    press_shift(page, 1)
    is_gone(page)


def slowly(page: Page, *pauses: int) -> None:
    page.keyboard.press("Shift")
    for pause in pauses:
        page.wait_for_timeout(pause)
        page.keyboard.press("Shift")


def test_five_seconds_are_enough_and_more_are_not_leaving(someone: Meet, ada: User) -> None:
    page = at_the_form(someone)
    slowly(page, 2600, 2600)
    has_not_left(page)
    page.locator("h1").click()
    slowly(page, 1100, 1100)
    is_gone(page)


def test_a_key_that_is_held_is_one_press(someone: Meet, ada: User) -> None:
    page = at_the_form(someone)
    for _ in range(6):
        page.keyboard.down("Shift")
    page.keyboard.up("Shift")
    has_not_left(page)


def test_on_a_touch_device_shift_in_a_text_field_is_a_key_of_the_keyboard_on_glass(someone: Meet, ada: User) -> None:
    page = at_the_form(someone, has_touch=True, is_mobile=True)
    page.locator("main textarea").first.tap()
    press_shift(page, 4)
    has_not_left(page)
    page.evaluate("document.activeElement.blur()")
    press_shift(page)
    is_gone(page)


def test_the_page_says_how_and_screen_readers_hear_it_and_it_can_be_turned_off(someone: Meet, ada: User) -> None:
    page = reading_what_is_mine(someone, viewport=DESK)
    expect(page.locator("#by-shift")).to_have_text("Shift three times leaves quickly")
    expect(page.get_by_text("Shift three times leaves quickly")).to_be_visible()
    button = page.get_by_role("button", name="Leave quickly")
    expect(button).to_have_accessible_description("Shift three times leaves quickly")
    page.goto(base_of(page) + "/me/")
    page.get_by_label("Leave quickly when I press Shift three times").uncheck()
    page.get_by_role("button", name="Save", exact=True).click()
    page.wait_for_load_state()
    expect(page.locator("#by-shift")).to_have_count(0)
    press_shift(page)
    has_not_left(page)


def test_without_scripts_the_page_does_not_speak_of_shift(someone: Meet, ada: User) -> None:
    page = reading_what_is_mine(someone, viewport=DESK, java_script_enabled=False)
    expect(page.get_by_text("Shift three times leaves quickly")).to_be_hidden()
    expect(page.get_by_role("button", name="Leave quickly")).to_have_accessible_description("")


def test_a_starter_sentence_is_written_by_one_press(someone: Meet, ada: User) -> None:
    page = at_the_form(someone)
    page.locator(".chip").first.click()
    expect(page.locator("main textarea").first).to_have_value("I need …")
