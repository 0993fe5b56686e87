"""Unfinished writing in a real browser: it survives whatever closes the page, and is never filled in by itself."""

from collections.abc import Callable
from time import monotonic, sleep
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from couples.models import HeldText, Record, User
from tests.browser.conftest import Someone
from tests.browser.test_leaving import base_of, forgiven, no_answer, press_shift, sign_in, well_again
from tests.support import make
from tests.support.addresses import writing

pytestmark = pytest.mark.django_db(transaction=True)

Meet = Callable[..., Someone]
LETTER = "I still wake before the alarm, and then I lie there. " * 20  # 1,060 letters
BOUNDARY = writing("boundary")
TOLD = "Unfinished writing from today"


@pytest.fixture
def ada(transactional_db: None) -> User:
    return make.person("Ada")


def at_a_form(someone: Meet, form: str = BOUNDARY, **context: object) -> Page:
    person = someone("Ada", **context)
    sign_in(person.page, person.base)
    person.page.goto(person.base + form)
    return person.page


def field_of(page: Page) -> Any:
    return page.locator("main textarea").first


def is_kept(words: str) -> None:
    """The server has it, within a few seconds."""
    until = monotonic() + 8
    while monotonic() < until:
        if any(words in str(row.fields) for row in HeldText.objects.all()):
            return
        sleep(0.1)
    raise AssertionError([len(str(row.fields)) for row in HeldText.objects.all()])


def is_told_and_blank(page: Page) -> None:
    expect(page.get_by_text(TOLD)).to_be_visible()
    expect(field_of(page)).to_have_value("")


def by_reload(page: Page) -> Page:
    page.reload()
    return page


def by_back(page: Page) -> Page:
    page.locator("nav.places").get_by_text("Today").click()
    page.wait_for_url("**/today/")
    page.go_back()
    return page


def by_closing_the_tab(page: Page) -> Page:
    address, other = page.url, page.context.new_page()
    page.close(run_before_unload=True)
    other.wait_for_timeout(500)
    other.goto(address)
    return other


def by_a_crash(page: Page) -> Page:
    address, other = page.url, page.context.new_page()
    is_kept(LETTER)  # while writing, without any of the page's last words
    page.route("**/me/hold/", lambda route: route.abort())
    page.close()
    other.goto(address)
    return other


@pytest.mark.parametrize("lose", [by_reload, by_back, by_closing_the_tab, by_a_crash], ids=lambda lose: lose.__name__)
def test_a_letter_survives(someone: Meet, ada: User, lose: Callable[[Page], Page]) -> None:
    page = at_a_form(forgiven(someone))
    field_of(page).fill(LETTER)
    page = lose(page)
    is_told_and_blank(page)
    page.get_by_role("link", name="Show it").click()
    expect(field_of(page)).to_have_value(LETTER)
    page.get_by_role("button", name="Keep for myself").click()
    page.wait_for_url("**/mine/*-*/")
    assert not HeldText.objects.exists() and Record.objects.count() == 1


def test_a_letter_longer_than_a_page_may_send_while_it_closes_went_while_it_was_written(
    someone: Meet, ada: User
) -> None:
    long = "Zwölf Sätze über das Heimkommen. " * 2300  # 75,900 letters, more than 64 kB
    page = at_a_form(someone)
    field_of(page).fill(long)
    is_kept(long)
    page = by_reload(page)
    page.get_by_role("link", name="Show it").click()
    expect(field_of(page)).to_have_value(long)


def test_it_can_be_thrown_away(someone: Meet, ada: User) -> None:
    page = at_a_form(someone)
    field_of(page).fill(LETTER)
    page = by_reload(page)
    page.get_by_role("button", name="Throw it away").click()
    expect(page.get_by_text("Thrown away.")).to_be_visible()
    expect(page.get_by_text(TOLD)).to_have_count(0)
    assert page.url.endswith(BOUNDARY) and not HeldText.objects.exists()


def test_a_form_that_is_emptied_again_leaves_nothing(someone: Meet, ada: User) -> None:
    page = at_a_form(someone)
    field_of(page).fill(LETTER)
    is_kept(LETTER)
    field_of(page).fill("")
    page = by_reload(page)
    expect(page.get_by_text(TOLD)).to_have_count(0)
    assert not HeldText.objects.exists()


def test_it_is_never_for_another_account_in_the_same_browser(someone: Meet, ada: User) -> None:
    make.person("Ben")
    page = at_a_form(someone)
    field_of(page).fill(LETTER)
    is_kept(LETTER)
    base, address = base_of(page), page.url
    page.context.clear_cookies()
    sign_in(page, base, "ben")
    expect(page.get_by_text(TOLD)).to_have_count(0)
    page.goto(address)
    expect(page.get_by_text(TOLD)).to_have_count(0)
    expect(field_of(page)).to_have_value("")


def test_new_words_beside_unfinished_ones_write_over_nothing(someone: Meet, ada: User) -> None:
    page = at_a_form(someone)
    field_of(page).fill(LETTER)
    page = by_reload(page)
    field_of(page).fill("Something else.")
    is_kept("Something else.")
    is_kept(LETTER)
    page.get_by_role("button", name="Keep for myself").click()
    page.wait_for_url("**/mine/*-*/")
    assert [row.fields["limit"] for row in HeldText.objects.all()] == [[LETTER]]


def test_two_tabs_with_the_same_form_write_over_nothing(someone: Meet, ada: User) -> None:
    page = at_a_form(someone)
    other = page.context.new_page()
    other.goto(page.url)
    for tab, words in ((page, "In the first tab."), (other, "In the second tab.")):
        field_of(tab).fill(words)
        is_kept(words)
    assert HeldText.objects.count() == 2
    page.reload()
    expect(page.get_by_text("Unfinished writing")).to_have_count(2)


def test_saving_without_the_server_keeps_the_words_on_the_page(someone: Meet, ada: User) -> None:
    page = at_a_form(forgiven(someone))
    no_answer(page)
    field_of(page).fill(LETTER)
    page.get_by_role("button", name="Keep for myself").click()
    expect(page.get_by_role("alert")).to_contain_text("cannot be reached right now")
    expect(field_of(page)).to_have_value(LETTER)
    well_again(page)
    page.get_by_role("button", name="Keep for myself").click()
    page.wait_for_url("**/mine/*-*/")
    assert not HeldText.objects.exists() and Record.objects.count() == 1


def test_saving_at_once_leaves_nothing_unfinished_behind(someone: Meet, ada: User) -> None:
    page = at_a_form(someone)
    slow: list[Route] = []

    def slowly(route: Route) -> None:
        slow.append(route)
        page.wait_for_timeout(300)
        route.continue_()

    page.route("**/me/hold/", slowly)
    field_of(page).fill(LETTER)
    page.get_by_role("button", name="Keep for myself").dblclick()
    page.wait_for_url("**/mine/*-*/")
    assert slow and not HeldText.objects.exists() and Record.objects.count() == 1


@pytest.mark.parametrize("keeps", [True, False])
def test_leaving_quickly_keeps_it_unless_one_chose_otherwise(someone: Meet, ada: User, keeps: bool) -> None:
    User.objects.filter(pk=ada.pk).update(keeps_when_leaving=keeps)
    page = at_a_form(someone)
    base, address = base_of(page), page.url
    field_of(page).fill(LETTER)
    is_kept(LETTER)
    field_of(page).fill(LETTER + "The last line.")
    page.locator("h1").click()
    press_shift(page)
    expect(page.locator("h1")).to_have_text("Notes", timeout=10_000)
    page.wait_for_timeout(1200)
    assert [row.fields["limit"] for row in HeldText.objects.all()] == ([[LETTER + "The last line."]] if keeps else [])
    sign_in(page, base)
    told = page.get_by_text(TOLD)
    expect(told).to_have_count(1 if keeps else 0)
    expect(page.locator("main")).not_to_contain_text("left quickly")  # somebody may sit beside
    page.goto(base + "/today/")
    expect(told).to_have_count(0)  # said once
    page.goto(address)
    expect(told).to_have_count(1 if keeps else 0)


def test_without_scripts_the_page_says_what_is_lost_and_what_keeps_it(someone: Meet, ada: User) -> None:
    page = at_a_form(someone, java_script_enabled=False)
    expect(
        page.get_by_text("Without scripts, going back or reloading loses what you have written here.")
    ).to_be_visible()
    expect(page.get_by_text("kept while you write it")).to_be_hidden()
    expect(page.locator("[data-unkept]")).to_be_hidden()
    with_them = at_a_form(someone)
    expect(with_them.get_by_text("kept while you write it")).to_be_visible()
    expect(with_them.get_by_text("Without scripts")).to_be_hidden()


def test_showing_and_throwing_away_weigh_the_same_and_are_told_apart_by_ear(someone: Meet, ada: User) -> None:
    page = at_a_form(someone)
    field_of(page).fill(LETTER)
    page = by_reload(page)
    show, throw = page.get_by_role("link", name="Show it"), page.get_by_role("button", name="Throw it away")
    sizes = [each.bounding_box() for each in (show, throw)]
    assert len({(round(box["width"]), round(box["height"])) for box in sizes if box}) == 1
    for each in (show, throw):
        expect(each).to_have_accessible_description(f"{TOLD}.")


def test_the_check_in_on_today_is_told_of_there(someone: Meet, ada: User) -> None:
    clock = make.Clock()
    make.boundary(ada, clock, "So that Today has its form.")
    page = at_a_form(someone, "/today/")
    page.get_by_label("One line").fill("Slept through.")
    is_kept("Slept through.")
    page.reload()
    expect(page.get_by_text(TOLD)).to_be_visible()
    page.get_by_role("link", name="Show it").click()
    expect(page.get_by_label("One line")).to_have_value("Slept through.")
