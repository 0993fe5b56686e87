"""The sliders of a check-in: by finger, by mouse, by keyboard, by ear, and without scripts."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from couples import visibility
from couples.models import User
from tests.browser.conftest import PASSWORD, Someone
from tests.browser.test_every_page import sign_in
from tests.support import make

pytestmark = pytest.mark.django_db(transaction=True)

UNSAID = "-10"


@pytest.fixture
def ada(db: None) -> User:
    """Ada, with the password of the browser's people."""
    who = make.person("Ada")
    who.set_password(PASSWORD)
    who.save()
    return who


@pytest.fixture
def hers(someone: Callable[..., Someone], ada: User) -> Callable[..., Someone]:
    """Ada at a browser of her own, before the form of a check-in."""

    def at(**context: Any) -> Someone:
        person = someone("Ada", **context)
        sign_in(person, ada.email)
        person.page.goto(f"{person.base}/today/check-in/")
        return person

    return at


def slider(page: Page, name: str = "trusting") -> Locator:
    found = page.locator(f"#id_{name}")
    found.scroll_into_view_if_needed()
    return found


class Finger:
    """A finger on a touch screen."""

    def __init__(self, page: Page) -> None:
        self.page, self.cdp = page, page.context.new_cdp_session(page)

    def goes(self, *places: tuple[float, float]) -> None:
        """Comes down at the first place, goes along the others slowly, and is lifted at the last."""
        for n, (x, y) in enumerate(places):
            kind = "touchMove" if n else "touchStart"
            self.cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x, "y": y}]})
            if len(places) > 1:
                self.page.wait_for_timeout(20)
        self.cdp.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        self.page.wait_for_timeout(60)


def along(start: tuple[float, float], end: tuple[float, float], steps: int = 14) -> list[tuple[float, float]]:
    (x, y), (to_x, to_y) = start, end
    return [(x + (to_x - x) * n / steps, y + (to_y - y) * n / steps) for n in range(steps + 1)]


def middle_of(found: Locator) -> tuple[float, float, float, float]:
    """Left, right and the height of the middle of a slider, and where its bead stands while it says nothing."""
    box = found.bounding_box()
    assert box is not None
    return box["x"], box["x"] + box["width"], box["y"] + box["height"] / 2, box["x"] + 13


def test_a_finger_that_scrolls_moves_no_slider(hers: Callable[..., Someone]) -> None:
    page = hers(has_touch=True, is_mobile=True).page
    finger = Finger(page)
    for share in (0.02, 0.3, 0.7):
        found = slider(page)
        left, right, y, _ = middle_of(found)
        x, before = left + share * (right - left), page.evaluate("scrollY")
        finger.goes(*along((x, y), (x + 6, y - 160)))
        assert page.evaluate("scrollY") > before + 60, "it scrolls"
        assert found.input_value() == UNSAID
        page.evaluate("scrollTo(0, 0)")


def test_a_finger_that_scrolls_leaves_what_was_said(hers: Callable[..., Someone]) -> None:
    page = hers(has_touch=True, is_mobile=True).page
    slider(page).fill("30")
    left, right, y, _ = middle_of(slider(page))
    Finger(page).goes(*along(((left + right) / 2 + 60, y), ((left + right) / 2 + 55, y - 150)))
    assert slider(page).input_value() == "30"


def test_a_finger_takes_the_bead_along_and_may_begin_beside_it(hers: Callable[..., Someone]) -> None:
    page = hers(has_touch=True, is_mobile=True).page
    finger, found = Finger(page), slider(page)
    left, right, y, bead = middle_of(found)
    finger.goes(*along((bead, y), (right - 13, y)))
    assert found.input_value() == "100"
    finger.goes(*along((right - 60, y), (left + 0.55 * (right - left), y + 4)))
    assert found.input_value() == "50"
    expect(page.locator("output[for=id_trusting]")).to_have_text("in between")


def test_a_tap_needs_no_drag(hers: Callable[..., Someone]) -> None:
    page = hers(has_touch=True, is_mobile=True).page
    found = slider(page)
    left, right, y, _ = middle_of(found)
    page.wait_for_timeout(300)  # a finger that comes down while the page still scrolls only stops it
    Finger(page).goes((left + 0.55 * (right - left), y))
    expect(found).to_have_value("50")


def test_it_says_in_words_where_it_stands(hers: Callable[..., Someone], ada: User) -> None:
    person = hers()
    found = slider(person.page, "safe")
    expect(found).to_have_attribute("aria-valuetext", "not said")
    expect(person.page.locator("output[for=id_safe]")).to_have_text("not said")
    found.press("ArrowRight")
    expect(found).to_have_attribute("aria-valuetext", "not at all, 0 of 10")
    found.press("End")
    expect(found).to_have_attribute("aria-valuetext", "fully, 10 of 10")
    found.press("Home")
    expect(found).to_have_attribute("aria-valuetext", "not said")
    slider(person.page, "close").fill("50")
    person.press("Keep for myself")
    assert visibility.check_ins_of(ada).get().slider_values == [None, None, 50, None]


def test_what_was_said_stands_there_when_it_is_changed(hers: Callable[..., Someone], ada: User) -> None:
    person = hers()
    slider(person.page, "close").fill("30")
    person.press("Keep for myself")
    person.page.goto(f"{person.base}/today/check-in/{visibility.check_ins_of(ada).get().pk}/")
    assert [slider(person.page, name).input_value() for name in ("safe", "close")] == [UNSAID, "30"]
    expect(person.page.locator("output[for=id_close]")).to_have_text("a little")


def test_without_scripts_it_is_the_browsers_own_and_says_as_much(hers: Callable[..., Someone], ada: User) -> None:
    person = hers(java_script_enabled=False)
    expect(person.page.locator("output").first).to_be_hidden()
    found = slider(person.page, "safe")
    found.focus()
    for _ in range(6):
        person.page.keyboard.press("ArrowRight")
    person.page.locator("main form button").first.click()
    person.page.wait_for_url("**/today/")
    assert visibility.check_ins_of(ada).get().slider_values == [50, None, None, None]
