"""Pages in browsers that know less: no `light-dark()`, no cascade layers, no scripts; and on paper."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from couples.lib import clock
from couples.management.demo_people import PEOPLE
from couples.management.demo_story import tell
from tests.browser.conftest import PASSWORD, Someone
from tests.browser.test_every_page import sign_in
from tests.support.addresses import writing

pytestmark = pytest.mark.django_db(transaction=True)


PRINTED = "all => all.map(one => [one.querySelector('b').textContent, one.querySelector('div').checkVisibility()])"


@pytest.fixture
def maya(someone: Callable[..., Someone]) -> Callable[..., Someone]:
    """Maya of the demo story, signed in."""

    def at(**context: Any) -> Someone:
        tell(PASSWORD, until=clock.now())
        person = someone("one", **context)
        sign_in(person, PEOPLE["one"].email)
        return person

    return at


def without(page: Page, word: str) -> None:
    """Serve the style with this word changed to one that no browser knows."""

    def answer(route: Route) -> None:
        came = route.fetch()
        route.fulfill(response=came, body=came.text().replace(word, f"{word[:-2]}xx{word[-2:]}"))

    page.route("**/look*.css", answer)


def colour(page: Page, selector: str, what: str) -> str:
    return str(page.locator(selector).first.evaluate(f"one => getComputedStyle(one).{what}"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_without_both_schemes_every_colour_is_the_light_one(maya: Callable[..., Someone], scheme: str) -> None:
    person = maya(color_scheme=scheme)
    without(person.page, "light-dark(")
    person.page.goto(f"{person.base}/timeline/")
    paper, ink, mine = "rgb(250, 246, 238)", "rgb(34, 48, 58)", "rgb(14, 106, 120)"
    assert colour(person.page, "html", "backgroundColor") == colour(person.page, ".places", "backgroundColor") == paper
    assert colour(person.page, "h1", "color") == ink
    assert colour(person.page, ".chart path.c1", "stroke") == mine
    assert mine in colour(person.page, ".thread > li", "backgroundImage")


def test_without_layers_the_cover_still_blanks_the_page_and_no_picture_fills_it(maya: Callable[..., Someone]) -> None:
    person = maya()
    without(person.page, "@layer")
    person.page.goto(f"{person.base}/ours/")
    heights = person.page.eval_on_selector_all("svg", "all => all.map(one => one.getBoundingClientRect().height)")
    assert max(heights) <= 80
    expect(person.page.locator("#away")).to_be_hidden()
    person.page.evaluate("document.documentElement.classList.add('covered')")
    expect(person.page.locator("h1")).to_be_hidden()
    person.page.evaluate("document.documentElement.classList.remove('covered')")


def test_what_a_press_did_and_what_was_wrong_take_the_focus_without_scripts_too(maya: Callable[..., Someone]) -> None:
    page = maya(java_script_enabled=False).page
    page.goto(page.url.partition("/today")[0] + writing("boundary"))
    keep = page.get_by_role("button", name="Keep for myself")
    keep.click()
    expect(page.locator("#errors")).to_be_focused()
    expect(page).to_have_title("Error: Mine")
    page.fill("main textarea[name=limit]", "I leave the room when voices get loud.")
    keep.click()
    expect(page.locator("main [role=status]")).to_be_focused()


def test_ours_on_paper_has_everyday_words_and_else_the_kind_only(maya: Callable[..., Someone]) -> None:
    page = maya().page
    page.goto(page.url.partition("/today")[0] + "/ours/")
    page.emulate_media(media="print")
    printed = page.eval_on_selector_all("main .folded", PRINTED)
    shown = {kind for kind, seen in printed if seen}
    assert "An agreement in force" in shown
    assert "A step" in {kind for kind, seen in printed if not seen}
    assert not shown & {"A repair page", "A breach", "A step", "Conditions on a step"}
    page.emulate_media(media="screen")


@pytest.mark.parametrize("width", [360, 1000])
def test_ruled_paper_has_lines_of_whole_pixels_as_firefox_leaves_rules_out_else(
    maya: Callable[..., Someone], width: int
) -> None:
    page = maya(viewport={"width": width, "height": 800}).page
    page.goto(page.url.partition("/today")[0] + writing("boundary"))
    height, rule = (colour(page, "main textarea", what) for what in ("lineHeight", "backgroundSize"))
    assert height.removesuffix("px").isdigit() and rule == f"100% {height}"
