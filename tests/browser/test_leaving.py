"""Leaving quickly, signing out, and the Back button afterwards, in a real browser with and without scripts."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from couples.models import User
from tests.browser.conftest import Someone
from tests.support import make

pytestmark = pytest.mark.django_db(transaction=True)

WORDS = "Quillwort by the harbour wall."
Meet = Callable[..., Someone]


@pytest.fixture
def ada(transactional_db: None) -> User:
    person = make.person("Ada")
    clock = make.Clock()
    make.boundary(person, clock, WORDS)
    return person


def reading_what_is_mine(someone: Meet, **context: bool) -> Page:
    """Ada at her list of records, signed in."""
    person = someone("Ada", **context)
    page = person.page
    page.goto(person.base + "/accounts/login/")
    page.fill("main input[name=login]", "ada@example.test")
    page.fill("main input[name=password]", make.PASSWORD)
    page.locator("main button[type=submit]").first.click()
    page.wait_for_url("**/today/")
    page.goto(person.base + "/mine/")
    expect(page.locator("main")).to_contain_text(WORDS)
    return page


def shows_nothing_on_back(page: Page) -> None:
    page.go_back()
    expect(page.locator("body")).not_to_contain_text(WORDS)


def test_three_presses_of_shift_cover_the_page_end_the_session_and_leave_nothing_for_back(
    someone: Meet, ada: User
) -> None:
    page = reading_what_is_mine(someone)
    for _ in range(3):
        page.keyboard.press("Shift")
    page.wait_for_url("**/notes/")
    expect(page.locator("body")).not_to_contain_text(WORDS)
    shows_nothing_on_back(page)
    page.goto(page.url.split("/", 3)[0] + "//" + page.url.split("/", 3)[2] + "/mine/")
    assert "/accounts/login/" in page.url


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_the_button_leaves_with_and_without_scripts(someone: Meet, ada: User, scripts: bool) -> None:
    page = reading_what_is_mine(someone, java_script_enabled=scripts)
    page.get_by_role("button", name="Leave quickly").click()
    page.wait_for_url("**/notes/")
    expect(page.locator("body")).not_to_contain_text(WORDS)
    shows_nothing_on_back(page)


def test_after_signing_out_back_shows_nothing(someone: Meet, ada: User) -> None:
    page = reading_what_is_mine(someone)
    base = page.url.removesuffix("/mine/")
    page.goto(base + "/accounts/logout/")
    page.locator("main button[type=submit]").first.click()
    page.wait_for_load_state()
    for _ in range(2):
        shows_nothing_on_back(page)


def test_typing_capitals_is_not_leaving(someone: Meet, ada: User) -> None:
    page = reading_what_is_mine(someone)
    page.goto(page.url + "write/boundary/")
    field = page.locator("main textarea").first
    field.click()
    for letter in "ABC":
        page.keyboard.press(f"Shift+{letter}")
    expect(field).to_have_value("ABC")
    assert page.url.endswith("/mine/write/boundary/")


def test_a_starter_sentence_is_written_by_one_press(someone: Meet, ada: User) -> None:
    page = reading_what_is_mine(someone)
    page.goto(page.url + "write/boundary/")
    page.locator(".chip").first.click()
    expect(page.locator("main textarea").first).to_have_value("I need …")


@pytest.mark.parametrize("keeps", [True, False])
def test_what_was_being_written_comes_back_after_leaving_quickly_unless_one_chose_otherwise(
    someone: Meet, ada: User, keeps: bool
) -> None:
    User.objects.filter(pk=ada.pk).update(keeps_when_leaving=keeps)
    page = reading_what_is_mine(someone)
    address = page.url + "write/boundary/"
    page.goto(address)
    page.locator("main textarea").first.fill("Half a line about quiet.")
    for _ in range(3):
        page.keyboard.press("Shift")
    page.wait_for_url("**/notes/")
    page.goto(address)
    page.fill("main input[name=login]", "ada@example.test")
    page.fill("main input[name=password]", make.PASSWORD)
    page.locator("main button[type=submit]").first.click()
    page.wait_for_url("**/write/boundary/")
    expect(page.locator("main textarea").first).to_have_value("Half a line about quiet." if keeps else "")
