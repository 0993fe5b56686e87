"""Leaving quickly, signing out, and the Back button afterwards, in a real browser with and without scripts."""

import json
import re
from collections.abc import Callable

import brotli
import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, Route, expect

from couples.models import User
from tests.browser.conftest import DESK, Someone
from tests.support import make
from tests.support.addresses import writing

pytestmark = pytest.mark.django_db(transaction=True)

WORDS = "Quillwort by the harbour wall."
Meet = Callable[..., Someone]


@pytest.fixture
def ada(transactional_db: None) -> User:
    person = make.person("Ada")
    clock = make.Clock()
    make.boundary(person, clock, WORDS)
    return person


def sign_in(page: Page, base: str, name: str = "ada") -> None:
    page.goto(base + "/accounts/login/")
    page.fill("main input[name=login]", f"{name}@example.test")
    page.fill("main input[name=password]", make.PASSWORD)
    page.locator("main button[type=submit]").first.click()
    page.wait_for_url("**/today/")


def reading_what_is_mine(someone: Meet, **context: object) -> Page:
    """Ada at her list of records, signed in."""
    person = someone("Ada", **context)
    sign_in(person.page, person.base)
    person.page.goto(person.base + "/mine/")
    expect(person.page.locator("main")).to_contain_text(WORDS)
    return person.page


def base_of(page: Page) -> str:
    return "/".join(page.url.split("/")[:3])


def shows_nothing(page: Page) -> None:
    expect(page.locator("body")).not_to_contain_text(WORDS)


def shows_nothing_on_back(page: Page) -> None:
    page.go_back()
    shows_nothing(page)


def press_shift(page: Page, times: int = 3) -> None:
    for _ in range(times):
        page.keyboard.press("Shift")


def is_gone(page: Page) -> None:
    """The page is left: the neutral one stands there."""
    expect(page.locator("h1")).to_have_text("Notes", timeout=10_000)
    assert page.url.endswith("/notes/")
    shows_nothing(page)


def forgiven(someone: Meet) -> Meet:
    """Somebody whose network may fail: requests that fail, and what the browser says of them, are no fault."""

    def make_them(name: str, **context: object) -> Someone:
        person = someone(name, **context)
        person.complaints = Forgiving()  # type: ignore[assignment]
        return person

    return make_them


class Forgiving(list[str]):
    def append(self, complaint: str) -> None:
        if not re.search(r"^failed: |Failed to load resource|ERR_INTERNET_DISCONNECTED", complaint):
            super().append(complaint)


# --- With the server ---


def test_three_presses_of_shift_cover_the_page_end_the_session_and_leave_nothing_for_back(
    someone: Meet, ada: User
) -> None:
    page = reading_what_is_mine(someone)
    base = base_of(page)
    press_shift(page)
    is_gone(page)
    shows_nothing_on_back(page)
    page.goto(base + "/mine/")
    assert "/accounts/login/" in page.url


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_the_button_leaves_with_and_without_scripts(someone: Meet, ada: User, scripts: bool) -> None:
    page = reading_what_is_mine(someone, java_script_enabled=scripts)
    page.get_by_role("button", name="Leave quickly").click()
    is_gone(page)
    shows_nothing_on_back(page)
    assert not Session.objects.exists()


def test_the_wish_is_gone_from_the_browser_once_the_server_confirmed_it(someone: Meet, ada: User) -> None:
    page = reading_what_is_mine(someone)
    page.get_by_role("button", name="Leave quickly").click()
    expect(page.locator("h1")).to_have_text("Notes")
    assert [cookie["name"] for cookie in page.context.cookies()] == []
    sign_in(page, base_of(page))  # and does not end the next session


def test_leaving_by_the_keyboard_alone(someone: Meet, ada: User) -> None:
    page = reading_what_is_mine(someone, viewport=DESK)
    for _ in range(10):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "Leave quickly":
            break
    page.keyboard.press("Enter")
    is_gone(page)


def test_after_signing_out_back_shows_nothing(someone: Meet, ada: User) -> None:
    page = reading_what_is_mine(someone)
    base = page.url.removesuffix("/mine/")
    page.goto(base + "/accounts/logout/")
    page.locator("main button[type=submit]").first.click()
    page.wait_for_load_state()
    for _ in range(2):
        shows_nothing_on_back(page)


# --- Without the server ---


def no_answer(page: Page) -> None:
    page.context.set_offline(True)


def bad_gateway(page: Page) -> None:
    page.context.route("**/leave/", lambda route: route.fulfill(status=502, body="Bad gateway"))


def an_error(page: Page) -> None:
    page.context.route("**/leave/", lambda route: route.fulfill(status=500))


def a_strange_page(page: Page) -> None:
    page.context.route("**/leave/", lambda route: route.fulfill(status=200, body="Welcome to our network"))


def well_again(page: Page) -> None:
    page.context.set_offline(False)
    page.context.unroute("**/leave/")


FAILINGS = [no_answer, bad_gateway, an_error, a_strange_page]


@pytest.mark.parametrize("fail", FAILINGS, ids=lambda fail: fail.__name__)
def test_where_the_server_does_not_confirm_the_page_stays_covered_and_tries_again(
    someone: Meet, ada: User, fail: Callable[[Page], None]
) -> None:
    page = reading_what_is_mine(forgiven(someone))
    fail(page)
    press_shift(page)
    page.wait_for_timeout(1500)
    assert page.title() == "Notes" and page.url.endswith("/notes/")
    assert page.locator("body").inner_text() == "" and WORDS not in page.content()
    assert Session.objects.exists()
    well_again(page)
    expect(page.locator("h1")).to_have_text("Notes", timeout=8_000)
    assert not Session.objects.exists()


@pytest.mark.parametrize("fail", FAILINGS[:2], ids=lambda fail: fail.__name__)
@pytest.mark.parametrize("way", ["back", "a new tab", "after a restart", "a public page first"])
def test_the_wish_to_leave_outlives_the_page_and_the_browser(
    someone: Meet, ada: User, fail: Callable[[Page], None], way: str
) -> None:
    page = reading_what_is_mine(forgiven(someone))
    base = base_of(page)
    page.goto(base + "/timeline/")
    fail(page)
    page.get_by_role("button", name="Leave quickly").click()
    page.wait_for_timeout(300)
    page.context.set_offline(False)  # the rest fails still: leaving itself is not confirmed
    if way == "back":
        page.go_back()
    elif way == "after a restart":
        kept = page.context.storage_state()
        page = page.context.browser.new_context(storage_state=kept).new_page()  # type: ignore[union-attr]
        page.goto(base + "/mine/")
    elif way == "a new tab":
        page = page.context.new_page()
        page.goto(base + "/mine/")
    else:
        page = page.context.new_page()
        page.goto(base + "/learn/")
        page.goto(base + "/mine/")
    shows_nothing(page)
    assert "/accounts/login/" in page.url or page.url.endswith("/notes/")
    assert not Session.objects.exists()


def test_a_page_that_arrives_late_from_before_the_wish_stays_covered(someone: Meet, ada: User) -> None:
    page = reading_what_is_mine(forgiven(someone))
    base = base_of(page)

    def late(route: Route) -> None:
        came = route.fetch()
        page.context.add_cookies([{"name": "left", "value": "1", "url": base}])
        page.context.route("**/leave/", lambda each: each.abort())
        route.fulfill(response=came)

    page.route("**/mine/", late)
    page.goto(base + "/mine/")
    expect(page.locator("body")).to_be_hidden()
    expect(page.locator("body")).to_be_empty(timeout=8_000)  # at the next try


# --- Every tab ---


def two_tabs(someone: Meet, **context: object) -> tuple[Page, Page]:
    first = reading_what_is_mine(someone, **context)
    second = first.context.new_page()
    second.goto(base_of(first) + "/mine/")
    expect(second.locator("main")).to_contain_text(WORDS)
    return first, second


def test_leaving_reaches_every_tab_at_once(someone: Meet, ada: User) -> None:
    first, second = two_tabs(someone)
    press_shift(second)
    first.wait_for_function(
        "document.documentElement.className == 'covered' || location.pathname == '/notes/'", timeout=500
    )
    for page in (first, second):
        is_gone(page)


def test_leaving_reaches_every_tab_without_the_server(someone: Meet, ada: User) -> None:
    first, second = two_tabs(forgiven(someone))
    no_answer(second)
    press_shift(second)
    first.wait_for_function("document.body.innerText == ''", timeout=500)
    shows_nothing(first)
    well_again(second)
    for page in (first, second):
        expect(page.locator("h1")).to_have_text("Notes", timeout=8_000)


def test_signing_out_reaches_every_tab(someone: Meet, ada: User) -> None:
    first, second = two_tabs(someone)
    second.goto(base_of(second) + "/accounts/logout/")
    second.locator("main button[type=submit]").first.click()
    first.wait_for_url("**/accounts/login/**")
    shows_nothing(first)


def test_a_session_ended_elsewhere_reaches_every_tab_as_soon_as_one_learns_of_it(someone: Meet, ada: User) -> None:
    first, second = two_tabs(someone)
    Session.objects.all().delete()
    second.goto(base_of(second) + "/timeline/")
    first.wait_for_url("**/accounts/login/**")


def test_a_session_ended_elsewhere_reaches_a_page_in_sight_within_a_minute(someone: Meet, ada: User) -> None:
    person = someone("Ada")
    sign_in(person.page, person.base)
    person.page.clock.install()
    person.page.goto(person.base + "/mine/")
    Session.objects.all().delete()
    person.page.clock.run_for(61_000)
    person.page.wait_for_url("**/accounts/login/**")


def test_somebody_else_who_signs_in_there_takes_every_page_of_mine_away(someone: Meet, ada: User) -> None:
    make.person("Ben")
    first, second = two_tabs(someone)
    second.context.clear_cookies()
    sign_in(second, base_of(second), "ben")
    first.wait_for_url("**/mine/")
    shows_nothing(first)


def out_of_sight(page: Page, seconds: float) -> None:
    """The tab is in the background for so long, by the page's own clock, and comes back."""
    look = "Object.defineProperty(document, 'hidden', {value: %s, configurable: true});"
    turn = look + "document.dispatchEvent(new Event('visibilitychange', {bubbles: true}))"
    page.evaluate(turn % "true")
    page.clock.run_for(int(seconds * 1000))
    page.evaluate(turn % "false")


def test_a_page_that_was_out_of_sight_asks_the_server_before_it_shows_anything(someone: Meet, ada: User) -> None:
    person = forgiven(someone)("Ada")
    sign_in(person.page, person.base)
    page = person.page
    page.clock.install()
    page.goto(person.base + "/mine/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    out_of_sight(page, 9)
    expect(page.locator("main")).to_be_visible()
    assert asked == []
    waiting: list[Route] = []
    page.route("**/me/still/", lambda route: waiting.append(route))
    out_of_sight(page, 11)
    page.wait_for_timeout(200)
    expect(page.locator("main")).to_be_hidden()
    expect(page.locator("#away")).to_be_hidden()
    expect(page.get_by_role("button", name="Leave quickly")).to_be_visible()
    waiting.pop().continue_()
    expect(page.locator("main")).to_be_visible()
    page.unroute("**/me/still/")
    Session.objects.all().delete()
    out_of_sight(page, 11)
    page.wait_for_url("**/accounts/login/**")


def test_out_of_sight_and_without_the_server_it_stays_covered_until_it_can_ask(someone: Meet, ada: User) -> None:
    person = forgiven(someone)("Ada")
    sign_in(person.page, person.base)
    page = person.page
    page.clock.install()
    page.goto(person.base + writing("boundary"))
    field = page.locator("main textarea").first
    field.click()
    page.keyboard.type("Half a line")
    no_answer(page)
    out_of_sight(page, 11)
    expect(page.locator("#away")).to_contain_text("cannot be reached right now")
    expect(page.locator("main")).to_be_hidden()
    well_again(page)
    page.get_by_role("button", name="Go on").click()
    expect(field).to_be_visible()
    page.keyboard.type(" of quiet.")  # it is written on where one was
    expect(field).to_have_value("Half a line of quiet.")


# --- Before anything is painted ---


def test_while_a_page_fades_in_it_can_be_left(someone: Meet, ada: User) -> None:
    page = reading_what_is_mine(someone, viewport=DESK)
    page.add_init_script(
        """addEventListener("pagereveal", async (event) => {
          if (!event.viewTransition) return;
          let over = false;
          event.viewTransition.finished.then(() => over = true);
          await event.viewTransition.ready;
          while (!over) {
            const box = document.querySelector("#leave button")?.getBoundingClientRect();
            const hit = box && document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2).textContent;
            if (hit) sessionStorage.hits = JSON.stringify([...JSON.parse(sessionStorage.hits ?? "[]"), hit]);
            await new Promise(requestAnimationFrame);
          }
        })"""
    )
    for word in ("Timeline", "Mine", "Today", "Timeline", "Mine"):
        page.locator("nav.places").get_by_text(word).click()
        page.wait_for_url(f"**/{word.lower()}/")
        page.wait_for_timeout(600)
    hits = json.loads(page.evaluate("sessionStorage.hits ?? '[]'"))
    assert hits and set(hits) == {"Leave quickly"}


def no_script(page: Page) -> None:
    page.route("**/leave.js", lambda route: route.abort())


def test_before_the_guard_has_run_nothing_private_shows_but_the_way_out(someone: Meet, ada: User) -> None:
    page = reading_what_is_mine(forgiven(someone))
    no_script(page)
    page.reload()
    expect(page.locator("main")).to_be_hidden()
    expect(page.locator("nav.places")).to_be_hidden()
    expect(page.get_by_text("The script that covers this page did not load.")).to_be_visible()
    page.get_by_text("Show the page without it").click()
    expect(page.locator("main")).to_be_visible()
    page.reload()
    page.get_by_role("button", name="Leave quickly").click()
    is_gone(page)
    assert not Session.objects.exists()


def test_without_scripts_private_pages_are_not_covered(someone: Meet, ada: User) -> None:
    page = reading_what_is_mine(someone, java_script_enabled=False)
    expect(page.locator("main")).to_be_visible()
    expect(page.get_by_text("The script that covers this page did not load.")).to_be_hidden()


def test_the_guard_blocks_no_public_page(someone: Meet, ada: User) -> None:
    page = reading_what_is_mine(forgiven(someone))
    base = base_of(page)
    waiting: list[Route] = []
    page.route("**/leave.js", lambda route: waiting.append(route))
    for path in ("/learn/", "/safety/", "/learn/1/"):
        page.goto(base + path, wait_until="commit")
        expect(page.locator("main")).to_be_visible()
    page.unroute("**/leave.js")


def test_a_page_that_the_browser_kept_comes_up_blank_and_anew(someone: Meet, ada: User) -> None:
    """As with the back-forward cache, which the small browser of these tests lacks; with it: test_kept_for_back.py."""
    page = reading_what_is_mine(someone)
    page.evaluate("dispatchEvent(new PageTransitionEvent('pagehide', {persisted: true}))")
    expect(page.locator("body")).to_be_hidden()
    with page.expect_navigation():
        page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    expect(page.locator("main")).to_contain_text(WORDS)


def test_a_page_that_asks_who_somebody_is_never_reloads_by_itself(someone: Meet, ada: User) -> None:
    """A password that was typed on it would be lost."""
    person = someone("Ada")
    sign_in(person.page, person.base)
    person.page.clock.install()
    person.page.goto(person.base + "/accounts/reauthenticate/")
    person.page.fill("main input[name=password]", "half a passw")
    person.page.clock.run_for(130_000)
    out_of_sight(person.page, 30)
    person.page.wait_for_timeout(300)
    expect(person.page.locator("main input[name=password]")).to_have_value("half a passw")


def test_scripts_weigh_at_most_four_kilobytes_in_all(someone: Meet, ada: User) -> None:
    """As production sends them, on every kind of page, signing in among them."""
    person = someone("Ada")
    page, named = person.page, {}
    page.goto(person.base + "/")
    named["/"] = scripts_of(page)
    page.goto(person.base + "/accounts/login/")
    named["/accounts/login/"] = scripts_of(page)
    sign_in(page, person.base)
    for address in ("/today/", "/today/check-in/", "/mine/", writing("boundary"), "/me/", "/learn/"):
        page.goto(person.base + address)
        named[address] = scripts_of(page)
    weights = {src: len(brotli.compress(page.request.get(src).body())) for src in set.union(*named.values())}
    for address, sources in named.items():
        assert sources and sum(weights[src] for src in sources) <= 4_000, (address, weights)


def scripts_of(page: Page) -> set[str]:
    """The addresses of all scripts that this page names."""
    return set(page.eval_on_selector_all("script[src]", "all => all.map(one => one.src)"))
