"""Styles that go to browsers without comments and blanks mean to a browser what the written ones mean."""

from pathlib import Path

import pytest
from django.contrib.staticfiles.storage import storages
from django.core.files.base import ContentFile
from playwright.sync_api import Browser

STATIC = Path(__file__).resolve().parents[2] / "static"
# What the browser has read: every rule, those within others too, in its own words. Of a custom property and of
# what @supports asks it keeps the text, in which a blank after a comma or a colon means nothing.
RULES = """styles => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(styles);
  return [...sheet.cssRules].map(rule => rule.cssText.replace(/([,:])\\s+/g, '$1'));
}"""


@pytest.mark.parametrize("name", sorted(path.name for path in (STATIC / "css").glob("*.css")))
def test_a_browser_reads_the_same_rules(browser: Browser, settings, tmp_path: Path, name: str) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {"staticfiles": {"BACKEND": "trustapp.static_files.Collected"}}
    written = (STATIC / "css" / name).read_text()
    storage = storages.create_storage(settings.STORAGES["staticfiles"])
    storage.save(name, ContentFile(written.encode()))
    collected = (tmp_path / name).read_text()
    page = browser.new_page()
    rules = page.evaluate(RULES, collected)
    assert rules and rules == page.evaluate(RULES, written)
    assert len(collected) < len(written) and "/*" not in collected
    page.close()
