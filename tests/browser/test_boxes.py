"""Boxes and dots to choose from: what is not chosen is empty, in the dark as well."""

from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser

LOOK = (Path(__file__).resolve().parents[2] / "static/css/look.css").read_text()
CHOICES = """<main><form class="sheet"><label class="choice"><input type="{kind}"><span>One</span></label>
<label class="choice"><input type="{kind}" checked><span>Another</span></label></form></main>"""
DRAWN = """inputs => inputs.map(input => {
  const {appearance, backgroundColor, borderTopWidth, width} = getComputedStyle(input);
  return [appearance, backgroundColor, parseFloat(borderTopWidth) > 0, width];
})"""
NOTHING = "rgba(0, 0, 0, 0)"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", ["checkbox", "radio"])
def test_what_is_not_chosen_is_an_empty_outline_as_large_as_what_is(
    browser: Browser, kind: str, scheme: Literal["light", "dark"]
) -> None:
    page = browser.new_page(color_scheme=scheme)
    page.set_content(f"<style>{LOOK}</style>{CHOICES.format(kind=kind)}")
    empty, chosen = page.eval_on_selector_all("input", DRAWN)
    assert empty[:3] == ["none", NOTHING, True]
    assert chosen[0] == "auto" and chosen[3] == empty[3]
    page.close()
