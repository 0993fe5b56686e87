"""What a device keeps: titles, addresses, file names, half-typed fields. Everything that can be read is looked at.

`EXCEPTIONS` is the whole list of what is let through, each with its reason; nothing else is.
"""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from django.http import HttpResponse

from tests.support.access_rows import GONE, NO, READ, Row
from tests.support.everybody import ADMITTED, AUTHOR, PARTNER, VISITOR, Everybody
from tests.support.page_reader import Reading, telling_words
from tests.test_access import TABLE

pytestmark = [pytest.mark.django_db, pytest.mark.matrix]

EXCEPTIONS = {
    "leave/": "where Leave quickly posts to; a POST that leads elsewhere leaves no line in the history",
}
SAME_FOR_EVERYBODY = ("/learn/", "/safety/")
LOOKERS = (VISITOR, AUTHOR, PARTNER, ADMITTED)
READ_ROWS = [
    (row, who) for row in TABLE for who in LOOKERS if row.get[who] == READ and not row.route.startswith("desk/")
]
PAGES = [pytest.param(row, who, id=f"{row} as {who}") for row, who in READ_ROWS]
MAY_BE_FILLED_IN = {  # a browser's own keeper of passwords is safer than a note beside the screen
    "login": "email",
    "email": "email",
    "password": "current-password",
    "oldpassword": "current-password",
    "password1": "new-password",
    "shown_name": "nickname",
}


class Fields(HTMLParser):
    """The fields in which somebody can type."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[dict[str, str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        field = {name: value or "" for name, value in attrs}
        typed = tag == "input" and field.get("type", "text") in ("text", "email", "search", "password", "tel", "url")
        if typed or tag == "textarea":
            self.found.append({"tag": tag, **field})


@pytest.mark.parametrize("row", TABLE, ids=str)
def test_addresses_tell_nothing(row: Row, here: Everybody) -> None:
    path = row.path(here).lstrip("/")
    is_gone = set(row.get.values()) == {GONE}  # an address of before, which leads nowhere
    if not is_gone and not row.route.startswith("desk/") and not path.startswith(tuple(EXCEPTIONS)):
        assert not telling_words(path), path


def test_every_exception_is_still_needed(here: Everybody) -> None:
    paths = [row.path(here).lstrip("/") for row in TABLE]
    for exception in EXCEPTIONS:
        assert any(path.startswith(exception) and telling_words(path) for path in paths), exception


# --- One look at each page, and everything that may be wrong with it ---

Wrong = Iterator[str]


def telling(answer: HttpResponse, path: str) -> Wrong:
    """Titles and file names tell nothing."""
    if answer.headers["Content-Type"].startswith("text/html"):
        title = Reading(answer.content.decode()).title
        if not title:
            yield "it has no title"
        elif telling_words(title):
            yield f"its title tells: {title}"
    if telling_words(answer.headers.get("Content-Disposition", "")):
        yield f"its file name tells: {answer.headers['Content-Disposition']}"


def twice(answer: HttpResponse, path: str) -> Wrong:
    """No name stands twice on a page."""
    if found := Reading(answer.content.decode()).ids_twice:
        yield f"a name stands twice on it: {found}"


def kept_by_a_browser(answer: HttpResponse, path: str) -> Wrong:
    """No browser and no spell checker keeps what is typed."""
    for field in Fields(answer.content.decode()).found:
        name, kept = field.get("name", ""), field.get("autocomplete", "")
        if kept not in ("off", "one-time-code", MAY_BE_FILLED_IN.get(name, "off")):
            yield f"a browser keeps what is typed: {field}"
        if (field["tag"] == "textarea" or kept == "off") and field.get("spellcheck") != "false":
            yield f"a spell checker keeps what is typed: {field}"


def coming_back(answer: HttpResponse, path: str) -> Wrong:
    """Only pages that are the same for everybody may come back."""
    kept = answer.headers["Cache-Control"]
    if kept != ("private, no-cache" if path.startswith(SAME_FOR_EVERYBODY) else "no-store"):
        yield f"it may come back: {kept}"


def asking_elsewhere(answer: HttpResponse, path: str) -> Wrong:
    """Nothing is asked of another host."""
    html = answer.content.decode()
    loads = re.findall(
        r"<(?:script|link|img|iframe|source|form|video|audio)\b[^>]*(?:src|href|action)=\"([^\"]*)", html
    )
    for url in [url for url in loads if "//" in url.removeprefix("data:")]:
        yield f"it asks another host: {url}"
    for link in [link for link in Reading(html).links if link.startswith("http")]:
        yield f"it leads to another host: {link}"


MAY_NOT_BE = (telling, twice, kept_by_a_browser, coming_back, asking_elsewhere)


@pytest.mark.parametrize(("row", "who"), PAGES)
def test_a_page_leaves_nothing_behind(row: Row, who: str, here: Everybody, ask: Any) -> None:
    path = row.path(here)
    answer = ask(who, "get", path)
    wrong = [each for look in MAY_NOT_BE for each in look(answer, path)]
    assert not wrong, f"{path}: " + "; ".join(wrong)


@pytest.mark.parametrize(
    ("look", "body", "headers"),
    [
        (telling, "<title></title>", {}),
        (telling, "<title>After the affair</title>", {}),
        (telling, "<title>Sheet</title>", {"Content-Disposition": "attachment; filename=affair.pdf"}),
        (twice, '<p id="one"></p><p id="one"></p>', {}),
        (kept_by_a_browser, '<input name="line" spellcheck="false">', {}),
        (kept_by_a_browser, '<input name="line" autocomplete="off">', {}),
        (kept_by_a_browser, '<textarea name="line" autocomplete="off"></textarea>', {}),
        (coming_back, "", {"Cache-Control": "private, no-cache"}),
        (asking_elsewhere, '<img src="//elsewhere.test/dot.png">', {}),
        (asking_elsewhere, '<a href="https://elsewhere.test/">Away</a>', {}),
    ],
)
def test_what_would_stay_behind_is_noticed(look: Any, body: str, headers: dict[str, str]) -> None:
    assert list(look(HttpResponse(body, headers={"Cache-Control": "no-store", **headers}), "/today/"))


@pytest.mark.parametrize("row", [row for row in TABLE if row.post[AUTHOR] != NO and "desk/" not in row.route], ids=str)
def test_what_is_pressed_may_not_come_back_either(row: Row, here: Everybody, ask: Any) -> None:
    assert ask(AUTHOR, "post", row.path(here), row.sends).headers["Cache-Control"] == "no-store"
