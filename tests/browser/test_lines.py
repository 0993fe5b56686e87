"""What fits in one line stands in one, and what begins a line begins with it."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

CSS = Path(__file__).resolve().parents[2] / "static/css"
STYLES = "".join((CSS / name).read_text() for name in ("look.css", "room.css"))
A_LONG_LINE = """<main><ul class="lines"><li><p><a href="#">Phones stay in the hall from six</a>
<span class="meta"><span>An agreement in force</span></span></p></li></ul></main>"""
BEGINS = "all => all.map(one => one.getBoundingClientRect().left)"


def test_facts_that_wrap_begin_where_their_line_does(browser: Browser) -> None:
    page = browser.new_page(viewport={"width": 360, "height": 740})
    page.set_content(f"<style>{STYLES}</style>{A_LONG_LINE}")
    [above, below] = page.eval_on_selector_all(".lines a, .meta > span", BEGINS)
    assert page.eval_on_selector(".lines p", "one => one.clientHeight") > 50, "it wraps"
    assert above == below
    page.close()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [360, 1280])
def test_every_country_stands_in_one_line(browser: Browser, live_server: Any, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto(f"{live_server.url}/safety/e/")
    heights = page.eval_on_selector_all(".folds summary", "all => all.map(one => one.clientHeight)")
    assert len(heights) > 20 and max(heights) < 50
    page.close()
