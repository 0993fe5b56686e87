"""What a device keeps: titles, addresses, file names, half-typed fields. Everything that can be read is looked at.

`EXCEPTIONS` is the whole list of what is let through, each with its reason; nothing else is.
"""

import re
from html.parser import HTMLParser
from typing import Any

import pytest

from tests.support.access_rows import NO, READ, Row
from tests.support.everybody import ADMITTED, AUTHOR, PARTNER, VISITOR, Everybody
from tests.support.page_reader import Reading, telling_words
from tests.test_access import TABLE, ask, here, sessions  # noqa: F401  (one world, made once)
from trustapp.headers import PUBLIC_PLACES

pytestmark = pytest.mark.django_db

EXCEPTIONS = {
    "leave/": "where Leave quickly posts to; a POST that leads elsewhere leaves no line in the history",
    "mine/write/": "the kind that one writes, among one's own pages, where nothing else is said",
    "steps/group/touch/": "a group of steps, for a person who turned steps on",
}
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
def test_addresses_tell_nothing(row: Row, here: Everybody) -> None:  # noqa: F811
    path = row.path(here).lstrip("/")
    if not row.route.startswith("desk/") and not path.startswith(tuple(EXCEPTIONS)):
        assert not telling_words(path), path


def test_every_exception_is_still_needed(here: Everybody) -> None:  # noqa: F811
    from couples.content import ladder

    paths = [row.path(here).lstrip("/") for row in TABLE] + [f"steps/group/{group.key}/" for group in ladder.GROUPS]
    for exception in EXCEPTIONS:
        assert any(path.startswith(exception) and telling_words(path) for path in paths), exception


@pytest.mark.parametrize(("row", "who"), PAGES)
def test_titles_and_file_names_tell_nothing(row: Row, who: str, here: Everybody, ask: Any) -> None:  # noqa: F811
    answer = ask(who, "get", row.path(here))
    if answer.headers["Content-Type"].startswith("text/html"):
        page = Reading(answer.content.decode())
        assert page.title and not telling_words(page.title), page.title
    assert not telling_words(answer.headers.get("Content-Disposition", ""))


@pytest.mark.parametrize(("row", "who"), PAGES)
def test_no_name_stands_twice_on_a_page(row: Row, who: str, here: Everybody, ask: Any) -> None:  # noqa: F811
    assert not Reading(ask(who, "get", row.path(here)).content.decode()).ids_twice


@pytest.mark.parametrize(("row", "who"), PAGES)
def test_no_browser_and_no_spell_checker_keeps_what_is_typed(
    row: Row,
    who: str,
    here: Everybody,  # noqa: F811
    ask: Any,  # noqa: F811
) -> None:
    for field in Fields(ask(who, "get", row.path(here)).content.decode()).found:
        name = field.get("name", "")
        kept = field.get("autocomplete", "")
        assert kept in ("off", "one-time-code", MAY_BE_FILLED_IN.get(name, "off")), field
        if field["tag"] == "textarea" or kept == "off":
            assert field.get("spellcheck") == "false", field


@pytest.mark.parametrize(("row", "who"), PAGES)
def test_only_pages_that_are_the_same_for_everybody_may_come_back(
    row: Row,
    who: str,
    here: Everybody,  # noqa: F811
    ask: Any,  # noqa: F811
) -> None:
    kept = ask(who, "get", row.path(here)).headers["Cache-Control"]
    assert kept == ("private, no-cache" if row.path(here).startswith(PUBLIC_PLACES) else "no-store")


@pytest.mark.parametrize("row", [row for row in TABLE if row.post[AUTHOR] != NO and "desk/" not in row.route], ids=str)
def test_what_is_pressed_may_not_come_back_either(row: Row, here: Everybody, ask: Any) -> None:  # noqa: F811
    assert ask(AUTHOR, "post", row.path(here), row.sends).headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("row", "who"), PAGES)
def test_nothing_is_asked_of_another_host(row: Row, who: str, here: Everybody, ask: Any) -> None:  # noqa: F811
    html = ask(who, "get", row.path(here)).content.decode()
    loads = re.findall(
        r"<(?:script|link|img|iframe|source|form|video|audio)\b[^>]*(?:src|href|action)=\"([^\"]*)", html
    )
    assert not [url for url in loads if "//" in url.removeprefix("data:")]
    assert not [link for link in Reading(html).links if link.startswith("http")]
