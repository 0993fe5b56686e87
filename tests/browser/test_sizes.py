"""Every page of the table of access, at four widths and with letters twice as large; words and names have no end."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, CDPSession, Page

from tests.support import make
from tests.support.alike import parts_of
from tests.support.depth import PROVING
from tests.support.everybody import VISITOR
from tests.support.eyes import PASSWORD_FIRST, Eyes
from tests.support.lived_in import lived_in
from tests.support.met import Met
from tests.support.page_reader import Reading
from tests.support.pages import VIEWERS, asked_by
from tests.support.without_a_browser import given

pytestmark = pytest.mark.django_db(transaction=True)

WIDTHS = (320, 360, 900, 1280)
SUPPORT = Path(__file__).parent.parent / "support"
MEASURING, LISTENING = ((SUPPORT / name).read_text() for name in ("measuring.js", "listening.js"))
LETTERS, TWICE = 16, 32  # the size of text that a browser begins with, and 200 % of it
AN_ERROR = """async () => {
  // The focus is given when the page is first painted, which may be after it has loaded.
  const late = performance.now() + 5000;
  while (document.activeElement === document.body && performance.now() < late) await new Promise(requestAnimationFrame);
  const told = [], summary = document.getElementById("errors");
  if (!document.title.startsWith("Error")) told.push(`the title is "${document.title}"`);
  if (!summary) return [...told, "there is no summary"];
  if (document.activeElement !== summary) told.push(`the focus is on ${document.activeElement.tagName}`);
  for (const link of summary.querySelectorAll("a")) {
    const field = document.getElementById(link.hash.slice(1));
    if (!field) { told.push(`${link.hash} leads nowhere`); continue; }
    const described = field.closest("fieldset[aria-describedby]") ?? field;
    const ids = (described.getAttribute("aria-describedby") ?? "").split(" ");
    const texts = ids.map((id) => document.getElementById(id)?.textContent ?? "");
    const message = link.parentElement.textContent.slice(link.textContent.length + 1).trim();
    if (!texts.some((text) => text.includes(message))) told.push(`${link.hash} is not described by its message`);
  }
  return told;
}"""


@pytest.fixture
def eyes(browser: Browser, live_server: Any) -> Any:
    context = browser.new_context(locale="en-GB", timezone_id="Europe/Berlin", reduced_motion="reduce")
    yield Eyes(context.new_page(), live_server.url, make.PASSWORD)
    context.close()


@pytest.mark.parametrize("who", VIEWERS)
def test_every_page_fits_its_window_and_every_form_says_what_is_wrong(
    eyes: Eyes, met: Callable[[str], Met], who: str
) -> None:
    measured = met("measured")  # of the pages that were measured, whoever got them
    with lived_in(long=True) as world:
        if who != VISITOR:
            eyes.sign_in(world.people[who].email)
        window = eyes.page.context.new_cdp_session(eyes.page)
        found: list[str] = []
        looked_at: set[str] = set()
        forms = []
        for asked in asked_by(who, world):
            answer = given(eyes.page.context, asked)
            if answer.path.startswith(PASSWORD_FIRST) and eyes.go(asked):  # which gives it
                answer = given(eyes.page.context, asked)
            is_known = asked.sends is None and answer.path in looked_at
            if is_known or not answer.page or not measured.new_of(_what_counts(answer.page)):
                continue
            assert eyes.go(asked), asked.name
            if asked.sends is None:
                looked_at.add(answer.path)
                forms += [(asked, number) for number in eyes.forms()]
            found += [f"{asked.name} {told}" for told in _measured(eyes, window)]
        for asked, number in forms:
            if eyes.go_and_send_emptied(asked, number) and measured.new_of(_what_counts(eyes.page.content())):
                told = [*eyes.page.evaluate(AN_ERROR), *_measured(eyes, window)]
                found += [f"{asked.name}, form {number} emptied: {each}" for each in told]
        assert not found, "\n".join(found)


def _what_counts(page: str) -> Iterable[str]:
    """What makes a page another one than those before: what it is built of, or (`make prove`) any word in it."""
    return [" ".join(Reading(page).main.split())] if PROVING else parts_of(page)


def _measured(eyes: Eyes, window: CDPSession) -> list[str]:
    """What is wrong with this page at each width, with everything unfolded."""
    eyes.unfold()
    told = list(eyes.page.evaluate(LISTENING))
    for width in WIDTHS:
        told += [f"at {width} px: {each}" for each in _at(eyes.page, window, width, text200=False)]
    window.send("Page.setFontSizes", {"fontSizes": {"standard": TWICE}})
    told += [f"with letters of 200 %: {each}" for each in _at(eyes.page, window, WIDTHS[0], text200=True)]
    window.send("Page.setFontSizes", {"fontSizes": {"standard": LETTERS}})
    return told


def _at(page: Page, window: CDPSession, width: int, text200: bool) -> list[str]:
    size = {"width": width, "height": 740, "deviceScaleFactor": 1, "mobile": False}
    window.send("Emulation.setDeviceMetricsOverride", size)  # Playwright's own way takes twice as long
    return list(page.evaluate(MEASURING, {"text200": text200}))
